import SiltaCore

/// A value that is a row of an array, since there are millions of them. Its columns are named once, and go from and to bytes and
/// values alike.
protocol JSONRow: JSONConvertible {
    func write(to row: inout some JSONRowSink)
    init(from row: inout some JSONRowSource) throws(EntryError)
}

/// Takes the columns of a row, one after the other.
protocol JSONRowSink {
    mutating func put(_ text: String)
    mutating func put(_ number: Int64)
    mutating func put(_ date: LocalDate)
    mutating func put(_ time: LocalTime?)
}

/// Gives the columns of a row, one after the other.
protocol JSONRowSource {
    mutating func text() throws(EntryError) -> String
    mutating func integer() throws(EntryError) -> Int64
    mutating func date() throws(EntryError) -> LocalDate
    mutating func time() throws(EntryError) -> LocalTime?
}

extension JSONRowSource {
    mutating func value<Value: RawRepresentable>(_ type: Value.Type = Value.self) throws(EntryError) -> Value
    where Value.RawValue == String {
        guard let value = Value(rawValue: try text()) else { throw EntryError("\(Value.self) should stand") }
        return value
    }
}

extension JSONRow {
    public var json: JSON {
        var row = JSONRowValues()
        write(to: &row)
        return .array(Array(row.columns))
    }

    public init(json: JSON) throws(EntryError) {
        guard let columns = json.array else { throw EntryError("a row should stand") }
        var row = JSONRowValues(columns: columns[...])
        try self.init(from: &row)
        guard row.columns.isEmpty else { throw EntryError("a row has more columns than it should") }
    }

    public func write(into out: inout [UInt8]) {
        var row = JSONRowBytes(bytes: [])
        swap(&row.bytes, &out)
        row.begin()
        write(to: &row)
        row.end()
        swap(&row.bytes, &out)
    }

    public init(reading reader: inout JSONReader) throws(EntryError) {
        try reader.beginRow()
        try self.init(from: &reader)
        try reader.endRow()
    }
}

// MARK: - Values

private struct JSONRowValues: JSONRowSink, JSONRowSource {
    var columns: ArraySlice<JSON> = []

    mutating func put(_ text: String) { columns.append(.string(text)) }
    mutating func put(_ number: Int64) { columns.append(.integer(number)) }
    mutating func put(_ date: LocalDate) { columns.append(date.json) }
    mutating func put(_ time: LocalTime?) { columns.append(time.json) }

    mutating func text() throws(EntryError) -> String { try String(json: next()) }
    mutating func integer() throws(EntryError) -> Int64 { try Int64(json: next()) }
    mutating func date() throws(EntryError) -> LocalDate { try LocalDate(json: next()) }

    mutating func time() throws(EntryError) -> LocalTime? {
        guard let json = try next().optional else { return nil }
        return try LocalTime(json: json)
    }

    private mutating func next() throws(EntryError) -> JSON {
        guard let column = columns.popFirst() else { throw EntryError("a row has fewer columns than it should") }
        return column
    }
}

// MARK: - Bytes

private struct JSONRowBytes: JSONRowSink {
    var bytes: [UInt8]

    mutating func begin() { bytes.append(UInt8(ascii: "[")) }

    /// In place of the comma that the last column has left.
    mutating func end() { bytes[bytes.count - 1] = UInt8(ascii: "]") }

    mutating func put(_ text: String) {
        bytes.appendJSON(text)
        bytes.append(UInt8(ascii: ","))
    }

    mutating func put(_ number: Int64) {
        bytes.appendJSON(number)
        bytes.append(UInt8(ascii: ","))
    }

    mutating func put(_ date: LocalDate) {
        bytes.appendJSON(date)
        bytes.append(UInt8(ascii: ","))
    }

    mutating func put(_ time: LocalTime?) {
        bytes.appendJSON(time)
        bytes.append(UInt8(ascii: ","))
    }
}

extension JSONReader: JSONRowSource {
    mutating func beginRow() throws(EntryError) {
        skipSpace()
        guard take(UInt8(ascii: "[")) else { throw EntryError("a row should stand") }
        isFirstColumn = true
    }

    mutating func endRow() throws(EntryError) {
        skipSpace()
        guard take(UInt8(ascii: "]")) else { throw EntryError("a row has more columns than it should") }
    }

    mutating func text() throws(EntryError) -> String {
        try column()
        do { return try string() } catch { throw EntryError(error) }
    }

    mutating func integer() throws(EntryError) -> Int64 {
        try column()
        do { return try wholeNumber() } catch { throw EntryError(error) }
    }

    mutating func date() throws(EntryError) -> LocalDate {
        try column()
        let plain = plainBytes { text -> LocalDate? in
            guard text.count == 10, text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-") else { return nil }
            guard let year = text.number(0..<4), let month = text.number(5..<7), let day = text.number(8..<10) else { return nil }
            return LocalDate(year: year, month: month, day: day)
        }
        if let plain { return plain }
        let text: String
        do { text = try string() } catch { throw EntryError(error) }
        guard let date = LocalDate(text) else { throw EntryError("LocalDate should stand") }
        return date
    }

    mutating func time() throws(EntryError) -> LocalTime? {
        try column()
        if takesNull() { return nil }
        let plain = plainBytes { text -> LocalTime? in
            guard text.count == 5, text[2] == UInt8(ascii: ":"), let hour = text.number(0..<2), let minute = text.number(3..<5) else {
                return nil
            }
            return LocalTime(hour: hour, minute: minute)
        }
        if let plain { return plain }
        let text: String
        do { text = try string() } catch { throw EntryError(error) }
        guard let time = LocalTime(text) else { throw EntryError("LocalTime should stand") }
        return time
    }

    private mutating func column() throws(EntryError) {
        skipSpace()
        guard isFirstColumn || take(UInt8(ascii: ",")) else { throw EntryError("a row has fewer columns than it should") }
        isFirstColumn = false
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// The number that decimal digits make; nil where something else stands among them.
    func number(_ places: Range<Int>) -> Int? {
        var number = 0
        for place in places {
            guard (48...57).contains(self[place]) else { return nil }
            number = number * 10 + Int(self[place] - 48)
        }
        return number
    }
}
