internal import SiltaFormats

/// The rows of one file and what they mean, to be gone through more than once.
struct FileRows<Layout> {
    let file: RegisterFile
    private let plan: ReadPlan
    private let encoding: TextEncoding
    private let layout: (Header) throws(ReadFailure) -> Layout

    /// Reads nothing yet.
    ///
    /// - Parameter layout: what rows below this header mean.
    init(_ file: RegisterFile, plan: ReadPlan, encoding: TextEncoding, layout: @escaping (Header) throws(ReadFailure) -> Layout) {
        self.file = file
        self.plan = plan
        self.encoding = encoding
        self.layout = layout
    }

    /// Every row below the header, from the first.
    ///
    /// - Parameters:
    ///   - look: is shown the bytes of the file, piece by piece, before their rows; it throws where reading should stop.
    func forEach(
        look: (UnsafeRawBufferPointer) throws(ReadFailure) -> Void, _ body: (CSVLine, Layout) throws(ReadFailure) -> Void
    ) throws(ReadFailure) {
        var reader: CSVReader
        switch plan.format {
        case .csv(let dialect): reader = CSVReader(dialect: dialect)
        case .json: throw ReadFailure(.unreadable, file: file.name, "files are read as CSV only")
        }
        var layout: Layout?
        func take(_ line: CSVLine) throws(ReadFailure) {
            if let layout { return try body(line, layout) }
            layout = try self.layout(Header(line, file: file.name, encoding: encoding))
        }
        try file.forEachPiece { (piece) throws(ReadFailure) in
            try look(piece)
            try reader.feed(piece, take)
        }
        try reader.finish(take)
        guard layout != nil else { throw ReadFailure(.header, file: file.name, "this file is empty; it must hold at least its header") }
    }
}
