internal import SiltaCore
internal import SiltaFormats

/// The files of an export, all of them open.
struct OpenExport {
    /// A stream and the documents that hold its rows, in the order in which they are read.
    struct Stream {
        let mapping: StreamMapping
        let reading: FileReading
        let documents: [RegisterDocument]
    }

    /// A table and the documents that hold its rows.
    struct Table {
        let mapping: TableMapping
        let reading: FileReading
        let documents: [RegisterDocument]
    }

    /// Read before the streams.
    let tables: [Table]
    /// In the order in which they are read: kind by kind, and as the manifest has them.
    let streams: [Stream]

    init(_ streams: [Stream], tables: [Table]) {
        self.tables = tables
        self.streams = RecordKind.readingOrder.flatMap { kind in streams.filter { $0.mapping.kind == kind } }
    }

    /// Each once, in the order in which they are read first.
    var files: [RegisterFile] {
        var seen: Set<ObjectIdentifier> = []
        let all = tables.flatMap(\.documents) + streams.flatMap(\.documents)
        return all.map(\.file).filter { seen.insert(ObjectIdentifier($0)).inserted }
    }

    var isSettled: Bool { files.allSatisfy(\.stamp.isSettled) }

    /// The names of the files that each kind is read from.
    var fileNames: [RecordKind: [String]] {
        Dictionary(streams.map { ($0.mapping.kind, $0.documents.map(\.name)) }, uniquingKeysWith: +)
    }

    /// What is looked up in.
    ///
    /// - Parameter digest: takes in their files, each a part.
    func readTables(
        _ digest: inout ExportDigest, clock: LocalClock, step: () throws(ReadFailure) -> Void
    ) throws(ReadFailure) -> [LookupTable] {
        var read: [LookupTable] = []
        for table in tables {
            var rows = LookupTable(
                name: table.mapping.name, columns: table.mapping.columns, byteLimit: LookupTable.byteLimit / tables.count)
            for document in table.documents {
                let encoding = table.reading.encoding.ofRows
                let lines = FileRows(document, table.reading, columns: table.mapping.columnNames) { (header) throws(ReadFailure) in
                    try TableLayout(table.mapping, header: header, encoding: encoding, dates: table.reading.dates, clock: clock)
                }
                if !document.isWholeFile { try digest.take(document.file, step: step) }
                let isNew = digest.begins(document.file)
                try lines.forEach { (piece) throws(ReadFailure) in
                    try step()
                    if isNew { digest.absorb(piece) }
                } _: { (line, layout) throws(ReadFailure) in
                    try layout.lay(line, into: &rows)
                }
                if isNew { digest.endPart() }
            }
            read.append(rows)
        }
        return read
    }

    /// What reads the records of a kind, from all of its files; nil where the kind is not read.
    func reader<Interpreter>(
        _ interpreter: Interpreter.Type, _ tables: [LookupTable], configuration: SourceSettings
    ) -> StreamReader<Interpreter>? {
        var rows: [FileRows<RowLayout<Interpreter>>] = []
        for stream in streams where stream.mapping.kind == Interpreter.kind {
            for document in stream.documents {
                let number = UInt16(clamping: rows.count)
                let encoding = stream.reading.encoding.ofRows
                rows.append(
                    FileRows(document, stream.reading, columns: stream.mapping.columnNames) { (header) throws(ReadFailure) in
                        let columns = BoundColumns(
                            stream.mapping, header: header, file: number, encoding: encoding, dates: stream.reading.dates,
                            settings: configuration, tables: tables)
                        return try RowLayout(
                            columns, columnCount: header.names.count, encoding: encoding, hasHeader: stream.reading.format.hasHeader)
                    })
            }
        }
        return rows.isEmpty ? nil : StreamReader(rows)
    }

    /// - Throws: Where a file is not as it was when it was opened.
    func checkUnchanged() throws(ReadFailure) {
        for file in files { try file.checkUnchanged() }
    }

    /// Whether this is the export that an earlier reading was of.
    ///
    /// - Returns: what to know it by from now on; nil where it is another.
    func isSame(as earlier: ExportCursor, step: () throws(ReadFailure) -> Void) throws(ReadFailure) -> ExportCursor? {
        let stamps = files.map(\.stamp)
        if stamps == earlier.stamps, earlier.isSettled { return earlier }
        guard stamps.map(\.size) == earlier.stamps.map(\.size) else { return nil }
        let isSettled = isSettled
        guard try digest(step: step) == earlier.content else { return nil }
        try checkUnchanged()
        return ExportCursor(meaning: earlier.meaning, content: earlier.content, isSettled: isSettled, stamps: stamps)
    }

    /// SHA-256 over the files, each a part.
    func digest(step: () throws(ReadFailure) -> Void) throws(ReadFailure) -> Digest {
        var digest = ExportDigest()
        for file in files { try digest.take(file, step: step) }
        return digest.finish()
    }
}

extension RecordKind {
    /// In which the kinds of an export are read.
    static let readingOrder: [RecordKind] = [.enrolment, .absence, .offered, .consent, .coverage]
}
