internal import SiltaConfiguration
internal import SiltaCore
internal import SiltaFormats

/// The records of one stream of a program or a server, as they come.
protocol RecordTaking: AnyObject {
    var stream: StreamMapping { get }
    /// How many records came, good and bad.
    var count: Int { get }
    var rejected: [RejectedRow] { get }
    /// What the rejected rows hold, in bytes.
    var rejectedLength: Int { get }
    /// Whether of two records of one key the later one counts; else both are rejected.
    var isLastTaken: Bool { get set }
    /// Whether it was spoken of at all.
    var isMentioned: Bool { get set }

    /// What the stream looks up in, told to the end; nothing is taken before.
    func bind(_ tables: [LookupTable]) throws(ReadFailure)
    /// A record that whoever tells it refuses.
    func refuse(_ row: RejectedRow)
    /// Moves everything into a reading.
    func hand(to reading: inout Reading)
}

/// The records of one kind, of all the streams that have such: a key is of one record in all of them.
final class GatheredRecords<Interpreter: RecordInterpreter> {
    var records = Interpreter.Records()
    var seen = SeenKeys<Interpreter>()
    /// The records whose key another claims for something else.
    var contradicted: Set<Int> = []
    /// What they are called.
    var streams: [String] = []

    /// Moves them into a reading; there are none after that.
    func hand(to reading: inout Reading) {
        if !contradicted.isEmpty { records.remove(at: contradicted) }
        guard records.count > 0 else { return }
        switch records {
        case let records as RecordList<EnrolmentRecord>: reading.enrolments = records.records
        case let records as AbsenceTable: reading.absences = records
        case let records as RecordList<OfferedRecord>: reading.offered = records.records
        case let records as RecordList<ConsentRecord>: reading.consents = records.records
        case let records as RecordList<Coverage>: reading.coverage += records.records
        default: preconditionFailure("There are five kinds of records.")
        }
        (records, seen, contradicted) = (Interpreter.Records(), SeenKeys(), [])
    }
}

struct GatheredRecordSets {
    let enrolments = GatheredRecords<EnrolmentInterpreter>()
    let absences = GatheredRecords<AbsenceInterpreter>()
    let offered = GatheredRecords<OfferedInterpreter>()
    let consents = GatheredRecords<ConsentInterpreter>()
    let coverage = GatheredRecords<CoverageInterpreter>()
}

/// Makes canonical records of one kind of JSON objects that come once, and keeps what it rejects.
final class RecordStream<Interpreter: RecordInterpreter>: RecordTaking {
    let stream: StreamMapping
    private(set) var count = 0
    private(set) var rejected: [RejectedRow] = []
    private(set) var rejectedLength = 0
    var isLastTaken = false
    var isMentioned = false

    private let gathered: GatheredRecords<Interpreter>
    /// Of the streams of its kind, counted from 0.
    private let number: UInt16
    private var columns: RecordColumns
    /// Nil until what it looks up in has been told.
    private var boundLayout: RowLayout<Interpreter>?
    private let settings: SourceSettings
    private let dates: DateFormat
    private let unit: String

    /// - Parameters:
    ///   - unit: what the numbers of its records count: `message`, `item`.
    ///   - tables: what is looked up in, told to the end; nil where it is told later, to ``bind(_:)``.
    init(
        _ stream: StreamMapping, _ gathered: GatheredRecords<Interpreter>, number: UInt16, settings: SourceSettings, dates: DateFormat,
        counting unit: String = "message", tables: [LookupTable]? = []
    ) throws(ReadFailure) {
        (self.unit, self.settings, self.dates) = (unit, settings, dates)
        self.stream = stream
        self.gathered = gathered
        self.number = number
        gathered.streams.append(stream.file)
        columns = RecordColumns(stream.columnNames, isClosed: stream.isCanonical)
        if let tables { try bind(tables) }
    }

    func bind(_ tables: [LookupTable]) throws(ReadFailure) {
        let names = stream.columnNames
        let columns = BoundColumns(
            stream, header: Header(stream: stream.file, columns: names), file: number, encoding: .utf8, dates: dates,
            settings: settings, tables: tables)
        boundLayout = try RowLayout(columns, columnCount: names.count, encoding: .utf8)
    }

    private var layout: RowLayout<Interpreter> {
        guard let boundLayout else { preconditionFailure("Records are taken once what they look up in is told.") }
        return boundLayout
    }

    /// - Returns: false where it is no JSON object.
    func take(_ record: UnsafeBufferPointer<UInt8>, number: Int) -> Bool {
        guard let laid = columns.row(of: record, line: number) else { return false }
        count += 1
        isMentioned = true
        let line = laid.line
        let layout = layout
        switch layout.outcome(of: line) {
        case .skipped: break
        case .record(let record): if layout.hasKeys { take(record, line) } else { gathered.records.append(record) }
        case .rejected(let key, let reason): reject(line, key: key, reason: reason)
        }
        return true
    }

    private func take(_ record: Interpreter.Record, _ line: CSVLine) {
        switch gathered.seen.see(record.keyText, at: gathered.records.count, records: gathered.records) {
        case .first: gathered.records.append(record)
        case .record(let index):
            let earlier = gathered.records[index]
            guard gathered.contradicted.contains(index) || !Interpreter.isSame(earlier, record) else { return }
            guard !isLastTaken else { return gathered.records.replace(at: index, with: record) }
            keep(layout.rejectedRow(line, key: record.keyText, reason: reason(Interpreter.place(of: earlier)), file: stream.file))
            contradict(index, by: Interpreter.place(of: record))
        case .rejected(let other):
            keep(layout.rejectedRow(line, key: record.keyText, reason: reason(other), file: stream.file))
        }
    }

    private func reject(_ line: CSVLine, key: String?, reason: String) {
        var row = layout.rejectedRow(line, key: key, reason: reason, file: stream.file)
        // The members of a record may come in any order, and others beside them.
        if !row.fields.isEmpty { row.digest = Digest(of: row.fields) }
        keep(row)
        note(key, Int32(clamping: line.line))
    }

    func refuse(_ row: RejectedRow) {
        isMentioned = true
        keep(row)
        note(row.key, row.line)
    }

    /// A key that a rejected row has is no other record's.
    private func note(_ key: String?, _ line: Int32) {
        let place = RecordPlace(file: number, line: line)
        guard let key, case .record(let index) = gathered.seen.see(key, rejectedAt: place, records: gathered.records) else { return }
        contradict(index, by: place)
    }

    private func contradict(_ index: Int, by place: RecordPlace) {
        guard gathered.contradicted.insert(index).inserted else { return }
        let record = gathered.records[index]
        let earlier = Interpreter.place(of: record)
        keep(
            RejectedRow(
                kind: Interpreter.kind, file: gathered.streams[Int(earlier.file)], line: earlier.line, key: record.keyText,
                reason: reason(place), fields: Interpreter.fields(of: record)))
    }

    private func reason(_ other: RecordPlace) -> String {
        "the same key stands in \(unit) \(other.line) with other content; a key must be of one record"
    }

    private func keep(_ row: RejectedRow) {
        rejected.append(row)
        rejectedLength += row.fields.reduce(256 + row.reason.utf8.count + (row.key?.utf8.count ?? 0)) { $0 + $1.value.utf8.count }
    }

    func hand(to reading: inout Reading) {
        gathered.hand(to: &reading)
        reading.rejected += rejected
        rejected = []
        if let remark = Remarks.unseen(columns.unseen, in: stream.file, of: count) { reading.remarks.append(remark) }
    }
}

extension StreamMapping {
    /// What takes its records.
    ///
    /// - Parameters:
    ///   - number: of the streams of its kind, counted from 0.
    ///   - tables: as of ``RecordStream``.
    func taker(
        _ sets: GatheredRecordSets, number: UInt16, _ settings: SourceSettings, dates: DateFormat, counting unit: String = "message",
        tables: [LookupTable]? = []
    ) throws(ReadFailure) -> RecordTaker {
        func stream<Interpreter>(_ gathered: GatheredRecords<Interpreter>) throws(ReadFailure) -> RecordStream<Interpreter> {
            try RecordStream(self, gathered, number: number, settings: settings, dates: dates, counting: unit, tables: tables)
        }
        return switch kind {
        case .enrolment: .enrolments(try stream(sets.enrolments))
        case .absence: .absences(try stream(sets.absences))
        case .offered: .offered(try stream(sets.offered))
        case .consent: .consents(try stream(sets.consents))
        case .coverage: .coverage(try stream(sets.coverage))
        }
    }
}

/// A stream of one of the five kinds. That each is named lets the compiler make code of its own of each, which is what makes millions
/// of records quick.
enum RecordTaker {
    case enrolments(RecordStream<EnrolmentInterpreter>)
    case absences(RecordStream<AbsenceInterpreter>)
    case offered(RecordStream<OfferedInterpreter>)
    case consents(RecordStream<ConsentInterpreter>)
    case coverage(RecordStream<CoverageInterpreter>)

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

extension Digest {
    fileprivate init(of fields: [RejectedRow.Field]) {
        var digest = FileDigest()
        for field in fields { digest.absorb("\(field.name.utf8.count) \(field.name) \(field.value.utf8.count) \(field.value)\n") }
        digest.endPart()
        self = digest.finish()
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
