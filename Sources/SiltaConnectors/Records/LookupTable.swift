internal import SiltaFormats

/// Rows that are only looked up in, by their key: the bytes of keys and needed columns behind each other, and 8 bytes a row to find
/// them by.
struct LookupTable: Sendable {
    enum Match {
        case row(Int)
        /// Several rows have the key and say different things where it matters.
        case ambiguous
        case none
    }

    /// The most that the tables of a poll may keep together, in bytes: 256 MiB.
    static let byteLimit = 256 << 20

    let name: String
    /// The columns that are kept, in the order of a row's values.
    let columns: [String]
    let byteLimit: Int
    private var bytes: [UInt8] = []
    /// Where each text of a row ends, the key first.
    private var ends: [Int] = []
    private var keys = KeyTable()
    /// Of rows of which others say something else, in which columns.
    private var ambiguous: [Int: Set<Int>] = [:]
    /// Rows that had no key or were no rows, and the first of them.
    private(set) var unreadable: (count: Int, line: Int) = (0, 0)

    init(name: String, columns: [String], byteLimit: Int = LookupTable.byteLimit) {
        self.name = name
        self.byteLimit = byteLimit
        self.columns = columns
    }

    private var width: Int { columns.count + 1 }
    private var count: Int { ends.count / width }
    /// What it keeps, about, in bytes.
    private var size: Int { bytes.count + 8 * ends.count + 12 * count }
    var isFull: Bool { size > byteLimit }

    /// - Parameters:
    ///   - written: the key by which the row is found.
    ///   - values: one for each column; nil where it is empty.
    mutating func take(_ written: String, _ values: [String?]) {
        let key = LookupTable.key(written)
        // The first of a key is kept; a second one says the same, or nothing can be said of the key.
        if let earlier = keys.place(of: key, isAt: { isKey(key, of: Int($0)) }) {
            for column in values.indices where (value(of: Int(earlier), at: column) ?? "") != (values[column] ?? "") {
                ambiguous[Int(earlier), default: []].insert(column)
            }
            return
        }
        _ = keys.insert(key, at: Int32(clamping: count)) { _ in false }
        append(key)
        for value in values { append(value ?? "") }
    }

    mutating func refuse(line: Int) {
        unreadable = (unreadable.count + 1, unreadable.count == 0 ? line : unreadable.line)
    }

    /// - Parameter column: that is wanted: what the rows of a key say beside it may differ.
    func find(_ written: String, at column: Int) -> Match {
        let key = LookupTable.key(written)
        guard let row = keys.place(of: key, isAt: { isKey(key, of: Int($0)) }) else { return .none }
        return ambiguous[Int(row)]?.contains(column) == true ? .ambiguous : .row(Int(row))
    }

    /// Whether it is the key of a row.
    func contains(_ written: String) -> Bool {
        let key = LookupTable.key(written)
        return keys.place(of: key, isAt: { isKey(key, of: Int($0)) }) != nil
    }

    /// A whole number is the same key however its serializer writes it: `1` and `1.0`.
    static func key(_ text: String) -> String {
        guard let point = text.utf8.firstIndex(of: UInt8(ascii: ".")), point > text.startIndex,
            text.utf8[..<point].allSatisfy({ DecimalDigits.digit($0) != nil }), text.utf8.index(after: point) < text.endIndex,
            text.utf8[point...].dropFirst().allSatisfy({ $0 == UInt8(ascii: "0") })
        else { return text }
        return String(text[..<point])
    }

    /// Nil where it is empty.
    func value(of row: Int, at column: Int) -> String? {
        let range = range(row * width + column + 1)
        return range.isEmpty ? nil : String(decoding: bytes[range], as: UTF8.self)
    }

    private mutating func append(_ text: String) {
        bytes.append(contentsOf: text.utf8)
        ends.append(bytes.count)
    }

    private func range(_ index: Int) -> Range<Int> { (index == 0 ? 0 : ends[index - 1])..<ends[index] }

    private func isKey(_ key: String, of row: Int) -> Bool { bytes[range(row * width)].elementsEqual(key.utf8) }
}

/// Where the rows of a table have what is kept of them.
struct TableLayout {
    private let columnCount: Int
    private let key: Column
    private let columns: [Column]
    private let skips: SkipColumns

    /// - Parameter dates: how days are written.
    init(
        _ mapping: TableMapping, header: Header, encoding: TextEncoding, dates: DateFormat, clock: LocalClock
    ) throws(ReadFailure) {
        func column(_ name: String) throws(ReadFailure) -> Column {
            let index = try header.index(of: name, expected: mapping.columnNames, setting: nil)
            return Column(place: .field(index), title: name, encoding: encoding)
        }
        columnCount = header.names.count
        key = try column(mapping.key)
        var columns: [Column] = []
        for name in mapping.columns { columns.append(try column(name)) }
        self.columns = columns
        skips = try SkipColumns(
            mapping.skips, header: header, expected: mapping.columnNames, encoding: encoding, dates: dates, clock: clock)
    }

    /// Puts a row into the table. One that is not understood is in no table: what is looked up there is quarantined.
    ///
    /// - Throws: where the table has become too large to keep.
    func lay(_ line: CSVLine, into table: inout LookupTable) throws(ReadFailure) {
        guard !table.isFull else {
            throw ReadFailure(
                .flooded, file: nil,
                "the table \(table.name) is larger than \(table.byteLimit >> 20) MiB; name fewer columns, or rows to skip")
        }
        guard case .row(let row) = line, row.count == columnCount else { return table.refuse(line: line.line) }
        var values: [String?] = []
        values.reserveCapacity(columns.count)
        do throws(RowProblem) {
            guard try !skips.skips(row) else { return }
            let key = try key.neededText(of: row)
            for column in columns { values.append(try column.text(of: row)) }
            table.take(key, values)
        } catch {
            table.refuse(line: line.line)
        }
    }
}
