internal import SiltaCore
internal import SiltaFormats

/// Makes canonical records of one kind of the rows of a file.
protocol RecordInterpreter {
    associatedtype Records: RecordStore
    typealias Record = Records.Element

    static var kind: RecordKind { get }

    /// Nil for records without a key.
    var key: KeyColumns? { get }

    init(_ columns: BoundColumns) throws(ReadFailure)

    /// - Parameter key: What `key` reads in the row; empty for records without one.
    func record(of row: CSVRow, key: String) throws(RowProblem) -> Record

    /// Of a row that is not understood, whose it is, where that matters and can be read.
    func pupilOfRejected(_ row: CSVRow) -> RegisterKey?

    static func place(of record: Record) -> RecordPlace
    /// Both say the same, wherever they stand.
    static func isSame(_ one: Record, _ other: Record) -> Bool
}

extension RecordInterpreter {
    func pupilOfRejected(_ row: CSVRow) -> RegisterKey? { nil }
}

extension Column {
    /// Two dates of which the second may be missing and must not be before the first.
    static func span(_ from: Column, _ through: Column, of row: CSVRow) throws(RowProblem) -> DateSpan {
        let first = try from.neededDate(of: row)
        let last = try through.date(of: row)
        if let last, last < first { throw RowProblem("column \"\(through.title)\" must not be before column \"\(from.title)\"") }
        return DateSpan(from: first, through: last)
    }

    /// Two dates that may both be missing. An end without a beginning protects from the first day that is read at all: where it
    /// is unclear since when somebody is protected, they are.
    static func protection(_ from: Column, _ through: Column, of row: CSVRow) throws(RowProblem) -> DateSpan? {
        let first = try from.date(of: row)
        let last = try through.date(of: row)
        guard let first = first ?? (last == nil ? nil : DateFormat.firstDay) else { return nil }
        if let last, last < first { throw RowProblem("column \"\(through.title)\" must not be before column \"\(from.title)\"") }
        return DateSpan(from: first, through: last)
    }
}
