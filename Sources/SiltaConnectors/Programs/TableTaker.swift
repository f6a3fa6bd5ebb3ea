internal import SiltaFormats

/// The rows of one table, as a program tells them.
final class TableTaker {
    let mapping: TableMapping
    private(set) var table: LookupTable
    /// How many rows came, good and bad.
    private(set) var count = 0
    /// Whether its stream was spoken of at all.
    var isMentioned = false

    private var columns: RecordColumns
    private let layout: TableLayout

    /// - Parameter count: of the tables of the poll.
    init(_ mapping: TableMapping, dates: DateFormat, clock: LocalClock, of count: Int) throws(ReadFailure) {
        self.mapping = mapping
        table = LookupTable(name: mapping.name, columns: mapping.columns, byteLimit: LookupTable.byteLimit / count)
        columns = RecordColumns(mapping.columnNames, isClosed: false)
        layout = try TableLayout(
            mapping, header: Header(stream: mapping.stream, columns: mapping.columnNames), encoding: .utf8, dates: dates, clock: clock)
    }

    /// A row that the program itself could not make sense of.
    func refuse(number: Int) {
        isMentioned = true
        table.refuse(line: number)
    }

    /// - Returns: false where it is no JSON object.
    func take(_ record: UnsafeBufferPointer<UInt8>, number: Int) throws(ReadFailure) -> Bool {
        guard let laid = columns.row(of: record, line: number) else { return false }
        count += 1
        isMentioned = true
        // A flawed row is none that could be looked up.
        try layout.lay(laid.problem == nil ? .row(laid.row) : .flawed(laid.row, problem: ""), into: &table)
        return true
    }
}
