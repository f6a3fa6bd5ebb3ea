internal import SiltaCore
internal import SiltaFormats

struct OfferedInterpreter: RecordInterpreter {
    typealias Records = RecordList<OfferedRecord>

    static let kind = RecordKind.offered
    /// More minutes than a school year has.
    private static let limit = 1_000_000

    let key: KeyColumns?
    private let file: UInt16
    private let pupil: Column
    private let group: Column
    private let school: Column
    private let from: Column
    private let through: Column
    private let minutes: Column
    private let quality: Column

    init(_ columns: BoundColumns) throws(ReadFailure) {
        key = try columns.key()
        file = columns.file
        pupil = try columns.column("pupil")
        group = try columns.column("group")
        school = try columns.column("school")
        from = try columns.column("from")
        through = try columns.column("through")
        minutes = try columns.column("minutes")
        quality = try columns.column("quality")
    }

    func record(of row: CSVRow, key: String) throws(RowProblem) -> OfferedRecord {
        let subject = try subject(of: row)
        let span = try Column.span(from, through, of: row)
        let offered = Offered(
            key: OfferedKey(key), from: span.from, through: try through.needed(span.through),
            minutes: Int32(try minutes.neededInteger(of: row, in: 0...OfferedInterpreter.limit)),
            quality: try quality(of: row, subject))
        return OfferedRecord(subject: subject, offered: offered, line: Int32(clamping: row.line), file: file)
    }

    /// What is told of a pupil's minutes is all of it or nothing.
    func pupilOfRejected(_ row: CSVRow) -> RegisterKey? {
        do throws(RowProblem) { return try pupil.text(of: row).map { RegisterKey($0) } } catch { return nil }
    }

    private func subject(of row: CSVRow) throws(RowProblem) -> OfferedRecord.Subject {
        switch (try pupil.text(of: row), try group.text(of: row)) {
        case (let pupil?, nil): return .pupil(RegisterKey(pupil))
        case (nil, let group?):
            let school = try school.text(of: row)
            return .group(GroupName(group), school: school == "*" ? nil : school.map { SchoolID($0) })
        case (nil, nil): throw RowProblem("columns \"\(pupil.title)\" and \"\(group.title)\" must not both be empty")
        default: throw RowProblem("columns \"\(pupil.title)\" and \"\(group.title)\" must not both be filled")
        }
    }

    /// What is told of a pupil was offered, and what is told of a group is its timetable, unless the row says otherwise.
    private func quality(of row: CSVRow, _ subject: OfferedRecord.Subject) throws(RowProblem) -> Offered.Quality {
        guard let word = try quality.text(of: row) else {
            if case .pupil = subject { return .offered }
            return .scheduled
        }
        guard let quality = Offered.Quality(rawValue: word) else {
            let words = Offered.Quality.allCases.map(\.rawValue).joined(separator: ", ")
            throw RowProblem("column \"\(self.quality.title)\" must be one of \(words)")
        }
        return quality
    }

    static func place(of record: OfferedRecord) -> RecordPlace { record.place }

    static func isSame(_ one: OfferedRecord, _ other: OfferedRecord) -> Bool {
        one.subject == other.subject && one.offered == other.offered
    }
}

extension OfferedRecord: KeyedRecord {
    var keyText: String { offered.key.rawValue }
}
