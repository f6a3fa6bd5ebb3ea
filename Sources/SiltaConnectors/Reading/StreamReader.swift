internal import SiltaCore
internal import SiltaFormats

/// Reads the files of one kind into records, in two passes: the first makes the records and remembers only which lines were not
/// understood; the second, of files that have any, reads those again for their reasons and fields. So files of nothing but
/// bad rows are refused before any of them is kept. A key is of one record in all of the files.
struct StreamReader<Interpreter: RecordInterpreter> {
    typealias Rows = FileRows<RowLayout<Interpreter>>

    private struct Rejection {
        let place: RecordPlace
        /// Where something else is said under the same key; nil where the row itself is not understood.
        let contradicting: RecordPlace?
    }

    private(set) var records = Interpreter.Records()
    private(set) var rowCount = 0
    private(set) var remarks: [String] = []
    private(set) var firstRejection: (file: String, line: Int32, reason: String)?
    var rejectedCount: Int { rejections.count }

    private let files: [Rows]
    private var sampledLength = 0
    private var rejections: [Rejection] = []
    /// The records whose key another row claims for something else.
    private var contradicted: Set<Int> = []

    /// Reads nothing yet.
    init(_ files: [Rows]) {
        self.files = files
    }

    /// The first pass.
    ///
    /// - Parameters:
    ///   - digest: takes in each file, where it was not gone through before.
    ///   - step: throws where reading should stop.
    mutating func readRecords(_ digest: inout ExportDigest, step: () throws(ReadFailure) -> Void) throws(ReadFailure) {
        var seen = SeenKeys<Interpreter>()
        for number in files.indices { try read(UInt16(clamping: number), &seen, &digest, step: step) }
        if !contradicted.isEmpty { records.remove(at: contradicted) }
    }

    private mutating func read(
        _ number: UInt16, _ seen: inout SeenKeys<Interpreter>, _ digest: inout ExportDigest, step: () throws(ReadFailure) -> Void
    ) throws(ReadFailure) {
        let rows = files[Int(number)]
        let earlier = rowCount
        sampledLength = 0
        if !rows.document.isWholeFile { try digest.take(rows.document.file, step: step) }
        let isNew = digest.begins(rows.document.file)
        let unseen = try rows.forEach { (piece) throws(ReadFailure) in
            try step()
            if isNew { digest.absorb(piece) }
        } _: { (line, layout) throws(ReadFailure) in
            rowCount += 1
            reserve(after: line, row: rowCount - earlier, of: rows.document)
            switch layout.outcome(of: line) {
            case .record(let record):
                if layout.hasKeys { take(record, &seen) } else { records.append(record) }
            case .skipped: break
            case .rejected(let key, let reason):
                let place = RecordPlace(file: number, line: Int32(clamping: line.line))
                reject(place, reason: reason)
                guard let key, case .record(let index) = seen.see(key, rejectedAt: place, records: records) else { return }
                contradict(index, by: place)
            }
        }
        if let remark = Remarks.unseen(unseen, in: rows.name, of: rowCount - earlier) { remarks.append(remark) }
        if isNew { digest.endPart() }
    }

    /// The second pass: the rows that the first did not take, file by file and by line.
    func rejectedRows(step: () throws(ReadFailure) -> Void) throws(ReadFailure) -> [RejectedRow] {
        let sorted = rejections.sorted { $0.place < $1.place }
        var rows: [RejectedRow] = []
        rows.reserveCapacity(sorted.count)
        for (number, file) in files.enumerated() {
            var rest = sorted.filter { Int($0.place.file) == number }[...]
            guard !rest.isEmpty else { continue }
            try file.forEach { (_) throws(ReadFailure) in
                try step()
            } _: { (line, layout) throws(ReadFailure) in
                guard let rejection = rest.first, Int(rejection.place.line) == line.line else { return }
                rest.removeFirst()
                switch layout.outcome(of: line) {
                case .record(let record):
                    rows.append(layout.rejectedRow(line, key: record.keyText, reason: reason(rejection), file: file.name))
                // Another row stands there now: that the file has changed fails the poll in the end.
                case .skipped: break
                case .rejected(let key, let reason):
                    rows.append(layout.rejectedRow(line, key: key, reason: reason, file: file.name))
                }
            }
        }
        return rows
    }

    private func reason(_ rejection: Rejection) -> String {
        let other = rejection.contradicting ?? rejection.place
        let name = other.file == rejection.place.file ? "" : " of \(files[Int(other.file)].name)"
        return "the same key stands on line \(other.line)\(name) with other content; a key must be of one record"
    }

    private mutating func take(_ record: Interpreter.Record, _ seen: inout SeenKeys<Interpreter>) {
        switch seen.see(record.keyText, at: records.count, records: records) {
        case .first: records.append(record)
        case .record(let index):
            guard contradicted.contains(index) || !Interpreter.isSame(records[index], record) else { return }
            reject(Interpreter.place(of: record), contradicting: Interpreter.place(of: records[index]))
            contradict(index, by: Interpreter.place(of: record))
        case .rejected(let place): reject(Interpreter.place(of: record), contradicting: place)
        }
    }

    private mutating func contradict(_ index: Int, by place: RecordPlace) {
        guard contradicted.insert(index).inserted else { return }
        reject(Interpreter.place(of: records[index]), contradicting: place)
    }

    private mutating func reject(
        _ place: RecordPlace, contradicting other: RecordPlace? = nil, reason: String = "another line has the same key and other content"
    ) {
        firstRejection = firstRejection ?? (files[Int(place.file)].name, place.line, reason)
        rejections.append(Rejection(place: place, contradicting: other))
    }

    /// Makes room for all rows of a file at once, as soon as their length is known: growing by doubling would need three times the
    /// memory.
    private mutating func reserve(after line: CSVLine, row count: Int, of document: RegisterDocument) {
        let sample = 1000
        guard count <= sample, case .row(let row) = line else { return }
        sampledLength += row.raw.count + 1
        guard count == sample else { return }
        records.reserve(records.count + document.length / max(1, sampledLength / sample) / 16 * 17)
    }
}
