internal import SiltaCore
internal import SiltaFormats

struct CoverageInterpreter: RecordInterpreter {
    typealias Records = RecordList<Coverage>

    static let kind = RecordKind.coverage

    /// A claim is known by nothing but what it says; the same twice is no contradiction.
    let key: KeyColumns? = nil
    private let school: Column
    private let from: Column
    private let through: Column

    init(_ columns: BoundColumns) throws(ReadFailure) {
        school = try columns.column("school")
        from = try columns.column("from")
        through = try columns.column("through")
    }

    /// An empty school and `*` are all of them.
    func record(of row: CSVRow, key: String) throws(RowProblem) -> Coverage {
        let school = try school.text(of: row)
        let span = try Column.span(from, through, of: row)
        return Coverage(
            school: school == "*" ? nil : school.map { SchoolID($0) }, from: span.from, through: try through.needed(span.through))
    }

    static func place(of record: Coverage) -> RecordPlace { RecordPlace(file: 0, line: 0) }

    static func isSame(_ one: Coverage, _ other: Coverage) -> Bool { one == other }
}

extension Coverage: KeyedRecord {
    var keyText: String { "" }
}
