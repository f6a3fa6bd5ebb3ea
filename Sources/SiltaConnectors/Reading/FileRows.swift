internal import SiltaFormats

/// The rows of one file and what they mean, to be gone through more than once.
struct FileRows<Interpreter: RecordInterpreter> {
    let file: RegisterFile
    private let stream: StreamMapping
    private let plan: ReadPlan
    private let configuration: SourceSettings

    /// Reads nothing yet.
    init(_ stream: StreamMapping, of file: RegisterFile, plan: ReadPlan, configuration: SourceSettings) {
        self.file = file
        self.stream = stream
        self.plan = plan
        self.configuration = configuration
    }

    /// Every row below the header, from the first.
    ///
    /// - Parameters:
    ///   - look: is shown the bytes of the file, piece by piece, before their rows; it throws where reading should stop.
    func forEach(
        look: (UnsafeRawBufferPointer) throws(ReadFailure) -> Void,
        _ body: (CSVLine, RowLayout<Interpreter>) throws(ReadFailure) -> Void
    ) throws(ReadFailure) {
        var reader: CSVReader
        switch plan.format {
        case .csv(let dialect): reader = CSVReader(dialect: dialect)
        }
        var layout: RowLayout<Interpreter>?
        func take(_ line: CSVLine) throws(ReadFailure) {
            if let layout { return try body(line, layout) }
            layout = try self.layout(header: line)
        }
        try file.forEachPiece { (piece) throws(ReadFailure) in
            try look(piece)
            try reader.feed(piece, take)
        }
        try reader.finish(take)
        guard layout != nil else { throw ReadFailure(.header, file: file.name, "this file is empty; it must hold at least its header") }
    }

    private func layout(header line: CSVLine) throws(ReadFailure) -> RowLayout<Interpreter> {
        let header = try Header(line, file: file.name, encoding: configuration.encoding)
        let columns = BoundColumns(
            stream, header: header, encoding: configuration.encoding, dates: plan.dates, valueMaps: configuration.values)
        return try RowLayout(columns, columnCount: header.names.count, encoding: configuration.encoding)
    }
}
