internal import SiltaFormats

/// The rows of one document and what they mean, to be gone through more than once.
struct FileRows<Layout> {
    let document: RegisterDocument
    private let reading: FileReading
    /// What is read of an item, of formats that name their fields in each.
    private let columns: [String]
    private let layout: (Header) throws(ReadFailure) -> Layout

    /// Reads nothing yet.
    ///
    /// - Parameter layout: what rows below this header mean.
    init(
        _ document: RegisterDocument, _ reading: FileReading, columns: [String],
        layout: @escaping (Header) throws(ReadFailure) -> Layout
    ) {
        self.document = document
        self.reading = reading
        self.columns = columns
        self.layout = layout
    }

    var name: String { document.name }

    /// Every row, from the first. The line of an item is which of them it is, counted from 1; of items of which each is several rows,
    /// which row.
    ///
    /// - Parameters:
    ///   - look: is shown the bytes of the file, piece by piece, before their rows; it throws where reading should stop.
    /// - Returns: the columns that stood in no item; of rows, a header says which there are.
    @discardableResult
    func forEach(
        look: (UnsafeRawBufferPointer) throws(ReadFailure) -> Void, _ body: (CSVLine, Layout) throws(ReadFailure) -> Void
    ) throws(ReadFailure) -> [String] {
        switch reading.format {
        case .csv(let dialect):
            try forEachRow(dialect, look: look, body)
            return []
        case .json(let path, let each):
            var items = JSONItems(path, each: each)
            var columns = RecordColumns(self.columns, isClosed: false)
            let layout = try itemLayout()
            func take(_ item: JSONItem) throws(ReadFailure) {
                if case .broken(let fault) = item { throw broken(fault) }
                if let line = columns.line(of: item) { try body(line, layout) }
            }
            try document.forEachPiece(look: look) { (piece) throws(ReadFailure) in try items.feed(piece, take) }
            try items.finish(take)
            try check(each, (items.items, items.lists))
            return columns.unseen
        case .jsonLines(let each):
            var lines = JSONLines(each: each)
            var columns = RecordColumns(self.columns, isClosed: false)
            let layout = try itemLayout()
            func take(_ item: JSONItem) throws(ReadFailure) {
                if let line = columns.line(of: item) { try body(line, layout) }
            }
            try document.forEachPiece(look: look) { (piece) throws(ReadFailure) in try lines.feed(piece, take) }
            try lines.finish(take)
            try check(each, lines.counts)
            return columns.unseen
        case .xml(let path, let each):
            var items = XMLItems(path, each: each, columns: columns)
            let layout = try itemLayout()
            func take(_ item: XMLItems.Item) throws(ReadFailure) {
                switch item {
                case .line(let line): try body(line, layout)
                case .broken(let fault): throw broken(fault)
                }
            }
            try document.forEachPiece(look: look) { (piece) throws(ReadFailure) in try items.feed(piece, take) }
            try items.finish(take)
            try check(each, items.counts)
            return items.unseen
        }
    }

    private func check(_ each: String?, _ counts: (items: Int, lists: Int)) throws(ReadFailure) {
        if let problem = Remarks.problem(of: each, counts) { throw ReadFailure(.unreadable, file: name, problem) }
    }

    private func itemLayout() throws(ReadFailure) -> Layout { try layout(Header(stream: name, columns: columns)) }

    private func broken(_ fault: DocumentFault) -> ReadFailure { ReadFailure(.unreadable, file: name, fault.description) }

    // MARK: - CSV

    private func forEachRow(
        _ dialect: CSVDialect, look: (UnsafeRawBufferPointer) throws(ReadFailure) -> Void,
        _ body: (CSVLine, Layout) throws(ReadFailure) -> Void
    ) throws(ReadFailure) {
        var reader = CSVReader(dialect: dialect)
        var layout: Layout?
        func take(_ line: CSVLine) throws(ReadFailure) {
            if let layout { return try body(line, layout) }
            guard dialect.hasHeader else {
                let known = try self.layout(Header(positionsOf: line, file: name))
                layout = known
                return try body(line, known)
            }
            layout = try self.layout(Header(line, file: name, encoding: reading.encoding.ofRows))
        }
        if reading.encoding == .utf16 {
            var transcoder = UTF16Transcoder()
            try document.forEachPiece(look: look) { (piece) throws(ReadFailure) in
                try transcoder.feed(piece) { (text) throws(ReadFailure) in try reader.feed(text, take) }
            }
            try transcoder.finish { (text) throws(ReadFailure) in try reader.feed(text, take) }
        } else {
            try document.forEachPiece(look: look) { (piece) throws(ReadFailure) in try reader.feed(piece, take) }
        }
        try reader.finish(take)
        // Without a header, a table without rows is an empty file.
        guard layout != nil || !dialect.hasHeader else {
            throw ReadFailure(.header, file: name, "this file is empty; it must hold at least its header")
        }
    }
}
