internal import SiltaCore
internal import SiltaFormats

/// Reads one file into records of one kind, in two passes: the first makes the records and remembers only which lines were not
/// understood; the second, where there are any, reads those again for their reasons and fields. So a file of nothing but
/// bad rows is refused before any of them is kept.
struct StreamReader<Interpreter: RecordInterpreter> {
    private struct Rejection {
        let line: Int32
        /// The line that says something else under the same key; nil where the row itself is not understood.
        let contradicting: Int32?
    }

    private(set) var records = Interpreter.Records()
    private(set) var rowCount = 0
    private(set) var firstRejection: (file: String, line: Int32, reason: String)?
    var rejectedCount: Int { rejections.count }

    private let rows: FileRows<Interpreter>
    private var sampledLength = 0
    private var rejections: [Rejection] = []
    /// The records whose key another row claims for something else.
    private var contradicted: Set<Int> = []

    /// Reads nothing yet.
    init(_ stream: StreamMapping, of file: RegisterFile, plan: ReadPlan, configuration: SourceSettings) {
        rows = FileRows(stream, of: file, plan: plan, configuration: configuration)
    }

    var file: RegisterFile { rows.file }

    /// The first pass.
    ///
    /// - Parameters:
    ///   - digest: takes in the file as its next part.
    ///   - step: throws where reading should stop.
    mutating func readRecords(_ digest: inout FileDigest, step: () throws(ReadFailure) -> Void) throws(ReadFailure) {
        var seen = SeenKeys<Interpreter>()
        let rows = rows
        try rows.forEach { (piece) throws(ReadFailure) in
            try step()
            digest.absorb(piece)
        } _: { (line, layout) throws(ReadFailure) in
            rowCount += 1
            reserve(after: line)
            switch layout.outcome(of: line) {
            case .record(let record):
                if layout.hasKeys { take(record, &seen) } else { records.append(record) }
            case .rejected(let key, let reason):
                let number = Int32(clamping: line.line)
                reject(number, reason: reason)
                guard let key, case .record(let index) = seen.see(key, rejectedOn: number, records: records) else { return }
                contradict(index, by: number)
            }
        }
        digest.endPart()
        if !contradicted.isEmpty { records.remove(at: contradicted) }
    }

    /// The second pass: the rows that the first did not take, by line.
    func rejectedRows(step: () throws(ReadFailure) -> Void) throws(ReadFailure) -> [RejectedRow] {
        guard !rejections.isEmpty else { return [] }
        var rest = rejections.sorted { $0.line < $1.line }[...]
        var rows: [RejectedRow] = []
        rows.reserveCapacity(rest.count)
        try self.rows.forEach { (_) throws(ReadFailure) in
            try step()
        } _: { (line, layout) throws(ReadFailure) in
            guard let rejection = rest.first, Int(rejection.line) == line.line else { return }
            rest.removeFirst()
            switch layout.outcome(of: line) {
            case .record(let record):
                let reason = "the same key stands on line \(rejection.contradicting ?? 0) with other content; a key must be of one record"
                rows.append(layout.rejectedRow(line, key: record.keyText, reason: reason, file: self.rows.file.name))
            case .rejected(let key, let reason):
                rows.append(layout.rejectedRow(line, key: key, reason: reason, file: self.rows.file.name))
            }
        }
        return rows
    }

    private mutating func take(_ record: Interpreter.Record, _ seen: inout SeenKeys<Interpreter>) {
        switch seen.see(record.keyText, at: records.count, records: records) {
        case .first: records.append(record)
        case .record(let index):
            guard contradicted.contains(index) || !Interpreter.isSame(records[index], record) else { return }
            reject(Interpreter.line(of: record), contradicting: Interpreter.line(of: records[index]))
            contradict(index, by: Interpreter.line(of: record))
        case .rejected(let line): reject(Interpreter.line(of: record), contradicting: line)
        }
    }

    private mutating func contradict(_ index: Int, by line: Int32) {
        guard contradicted.insert(index).inserted else { return }
        reject(Interpreter.line(of: records[index]), contradicting: line)
    }

    private mutating func reject(
        _ line: Int32, contradicting other: Int32? = nil, reason: String = "another line has the same key and other content"
    ) {
        firstRejection = firstRejection ?? (rows.file.name, line, reason)
        rejections.append(Rejection(line: line, contradicting: other))
    }

    /// Makes room for all rows at once, as soon as their length is known: growing by doubling would need three times the memory.
    private mutating func reserve(after line: CSVLine) {
        let sample = 1000
        guard rowCount <= sample, case .row(let row) = line else { return }
        sampledLength += row.raw.count + 1
        if rowCount == sample { records.reserve(rows.file.size / max(1, sampledLength / sample) / 16 * 17) }
    }
}
