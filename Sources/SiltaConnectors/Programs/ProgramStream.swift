internal import SiltaConfiguration
internal import SiltaCore
internal import SiltaFormats

/// The records of one stream of a program, as they come.
protocol RecordTaking: AnyObject {
    var stream: StreamMapping { get }
    /// How many records came, good and bad.
    var count: Int { get }
    var rejected: [RejectedRow] { get }
    /// What the rejected rows hold, in bytes.
    var rejectedLength: Int { get }
    /// Whether of two records of one key the later one counts; else both are rejected.
    var isLastTaken: Bool { get set }
    /// Whether the program has spoken of it at all.
    var isMentioned: Bool { get set }

    /// A record that the program itself refuses.
    func refuse(_ row: RejectedRow)
    /// Moves everything into a reading.
    func hand(to reading: inout Reading)
}

/// Makes canonical records of one kind of a stream.
final class ProgramStream<Interpreter: RecordInterpreter>: RecordTaking {
    let stream: StreamMapping
    private(set) var count = 0
    private(set) var rejected: [RejectedRow] = []
    private(set) var rejectedLength = 0
    var isLastTaken = false
    var isMentioned = false

    private var records = Interpreter.Records()
    private var seen = SeenKeys<Interpreter>()
    /// The records whose key another claims for something else.
    private var contradicted: Set<Int> = []
    private var columns: RecordColumns
    private let layout: RowLayout<Interpreter>

    init(_ stream: StreamMapping, settings: SourceSettings, dates: DateFormat) throws(ReadFailure) {
        let names = stream.columnNames
        self.stream = stream
        columns = RecordColumns(names, isClosed: stream.isCanonical)
        let bound = BoundColumns(
            stream, header: Header(stream: stream.file, columns: names), encoding: .utf8, dates: dates, valueMaps: settings.values)
        layout = try RowLayout(bound, columnCount: names.count, encoding: .utf8)
    }

    /// - Returns: false where it is no JSON object.
    func take(_ record: UnsafeBufferPointer<UInt8>, number: Int) -> Bool {
        guard let laid = columns.row(of: record, line: number) else { return false }
        count += 1
        isMentioned = true
        let line = CSVLine.row(laid.row)
        switch (layout.outcome(of: line), laid.problem) {
        case (.record(let record), nil):
            if layout.hasKeys { take(record, line) } else { records.append(record) }
        case (.record(let record), let problem?): reject(line, key: layout.hasKeys ? record.keyText : nil, reason: problem)
        case (.rejected(let key, let reason), let problem): reject(line, key: key, reason: problem ?? reason)
        }
        return true
    }

    private func take(_ record: Interpreter.Record, _ line: CSVLine) {
        switch seen.see(record.keyText, at: records.count, records: records) {
        case .first: records.append(record)
        case .record(let index):
            guard contradicted.contains(index) || !Interpreter.isSame(records[index], record) else { return }
            guard !isLastTaken else { return records.replace(at: index, with: record) }
            keep(layout.rejectedRow(line, key: record.keyText, reason: reason(Interpreter.line(of: records[index])), file: stream.file))
            contradict(index, by: Interpreter.line(of: record))
        case .rejected(let other):
            keep(layout.rejectedRow(line, key: record.keyText, reason: reason(other), file: stream.file))
        }
    }

    private func reject(_ line: CSVLine, key: String?, reason: String) {
        keep(layout.rejectedRow(line, key: key, reason: reason, file: stream.file))
        note(key, Int32(clamping: line.line))
    }

    func refuse(_ row: RejectedRow) {
        isMentioned = true
        keep(row)
        note(row.key, row.line)
    }

    /// A key that a rejected row has is no other record's.
    private func note(_ key: String?, _ line: Int32) {
        guard let key, case .record(let index) = seen.see(key, rejectedOn: line, records: records) else { return }
        contradict(index, by: line)
    }

    private func contradict(_ index: Int, by line: Int32) {
        guard contradicted.insert(index).inserted else { return }
        let record = records[index]
        keep(
            RejectedRow(
                kind: Interpreter.kind, file: stream.file, line: Interpreter.line(of: record), key: record.keyText, reason: reason(line),
                fields: Interpreter.fields(of: record)))
    }

    private func reason(_ other: Int32) -> String {
        "the same key stands in message \(other) with other content; a key must be of one record"
    }

    private func keep(_ row: RejectedRow) {
        rejected.append(row)
        rejectedLength += row.fields.reduce(256 + row.reason.utf8.count) { $0 + $1.value.utf8.count }
    }

    func hand(to reading: inout Reading) {
        if !contradicted.isEmpty { records.remove(at: contradicted) }
        switch records {
        case let records as RecordList<EnrolmentRecord>: reading.enrolments = records.records
        case let records as AbsenceTable: reading.absences = records
        case let records as RecordList<ConsentRecord>: reading.consents = records.records
        case let records as RecordList<OfferedRecord>: reading.offered = records.records
        case let records as RecordList<Coverage>: reading.coverage += records.records
        default: preconditionFailure("There are five kinds of records.")
        }
        reading.rejected += rejected
        (records, rejected, seen) = (Interpreter.Records(), [], SeenKeys())
    }
}

extension StreamMapping {
    /// What is read of a record, each name once, in the order of the canonical fields.
    var columnNames: [String] {
        var names: [String] = []
        for field in kind.fields {
            guard case .column(let name)? = fields[field.name]?.origin, !name.isEmpty, !names.contains(name) else { continue }
            names.append(name)
        }
        return names
    }

    /// What takes its records.
    func taker(_ settings: SourceSettings, dates: DateFormat) throws(ReadFailure) -> RecordTaker {
        switch kind {
        case .enrolment: .enrolments(try ProgramStream(self, settings: settings, dates: dates))
        case .absence: .absences(try ProgramStream(self, settings: settings, dates: dates))
        case .offered: .offered(try ProgramStream(self, settings: settings, dates: dates))
        case .consent: .consents(try ProgramStream(self, settings: settings, dates: dates))
        case .coverage: .coverage(try ProgramStream(self, settings: settings, dates: dates))
        }
    }
}

/// A stream of one of the five kinds. That each is named lets the compiler make code of its own of each, which is what makes millions
/// of records quick.
enum RecordTaker {
    case enrolments(ProgramStream<EnrolmentInterpreter>)
    case absences(ProgramStream<AbsenceInterpreter>)
    case offered(ProgramStream<OfferedInterpreter>)
    case consents(ProgramStream<ConsentInterpreter>)
    case coverage(ProgramStream<CoverageInterpreter>)

    var stream: any RecordTaking {
        switch self {
        case .enrolments(let stream): stream
        case .absences(let stream): stream
        case .offered(let stream): stream
        case .consents(let stream): stream
        case .coverage(let stream): stream
        }
    }

    func take(_ record: UnsafeBufferPointer<UInt8>, number: Int) -> Bool {
        switch self {
        case .enrolments(let stream): stream.take(record, number: number)
        case .absences(let stream): stream.take(record, number: number)
        case .offered(let stream): stream.take(record, number: number)
        case .consents(let stream): stream.take(record, number: number)
        case .coverage(let stream): stream.take(record, number: number)
        }
    }
}

extension Header {
    /// Of records that name their fields themselves: whatever is read may be there.
    init(stream: String, columns: [String]) {
        (file, names) = (stream, columns)
    }
}

extension RecordInterpreter {
    /// What is kept of a record that was read well and does not count.
    fileprivate static func fields(of record: Record) -> [RejectedRow.Field] {
        let line: String? =
            switch record {
            case let record as EnrolmentRecord: record.canonicalLine
            case let record as AbsenceRecord: record.canonicalLine
            case let record as OfferedRecord: record.canonicalLine
            case let record as ConsentRecord: record.canonicalLine
            default: nil
            }
        guard let line, let json = try? JSON.parse(line) else { return [] }
        return json.members.dropFirst(2).map { RejectedRow.Field(name: $0.name, value: $0.value.string ?? $0.value.text) }
    }
}
