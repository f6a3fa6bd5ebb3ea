internal import SiltaFormats

/// The rows of one table, taken from records as a program or a server tells them.
final class TableTaker {
    let mapping: TableMapping
    private(set) var table: LookupTable
    /// How many rows came, good and bad.
    private(set) var count = 0
    /// Whether its stream was spoken of at all.
    var isMentioned = false

    private var columns: RecordColumns
    private let layout: TableLayout

    /// - Parameters:
    ///   - origin: where its records come from, for sentences.
    ///   - count: of the tables of the poll.
    init(_ mapping: TableMapping, from origin: String, dates: DateFormat, clock: LocalClock, of count: Int) throws(ReadFailure) {
        self.mapping = mapping
        table = LookupTable(name: mapping.name, columns: mapping.columns, byteLimit: LookupTable.byteLimit / count)
        columns = RecordColumns(mapping.columnNames, isClosed: false)
        layout = try TableLayout(
            mapping, header: Header(stream: origin, columns: mapping.columnNames), encoding: .utf8, dates: dates, clock: clock)
    }

    /// A row that nobody could make sense of.
    func refuse(number: Int) {
        isMentioned = true
        table.refuse(line: number)
    }

    /// - Returns: false where it is no JSON object.
    func take(_ record: UnsafeBufferPointer<UInt8>, number: Int) throws(ReadFailure) -> Bool {
        guard let laid = columns.row(of: record, line: number) else { return false }
        count += 1
        isMentioned = true
        try layout.lay(laid.line, into: &table)
        return true
    }
}
