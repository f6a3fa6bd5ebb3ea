internal import SiltaCore
internal import SiltaFormats

/// Where a field of a canonical record is read in the rows of a file, and how. Spaces and tabs around a value are not part of it.
struct Column: Sendable {
    enum Place: Sendable {
        /// The field of the row, counted from 0.
        case field(Int)
        case constant(String)
        case nowhere
    }

    /// The longest text that is taken, in bytes.
    static let textLimit = 1024

    /// The field of the row, counted from 0; nil where it is in none.
    private let field: Int?
    private let constant: String?
    /// As the header calls it.
    let title: String
    let encoding: TextEncoding
    let dates: DateFormat
    /// The register's words and what they mean.
    let values: [String: String]?
    /// A row in which it is empty is not understood.
    let isRequired: Bool

    init(
        place: Place, title: String, encoding: TextEncoding, dates: DateFormat, values: [String: String]?, isRequired: Bool
    ) {
        switch place {
        case .field(let index): (field, constant) = (index, nil)
        case .constant(let text): (field, constant) = (nil, text)
        case .nowhere: (field, constant) = (nil, nil)
        }
        self.title = title
        self.encoding = encoding
        self.dates = dates
        self.values = values
        self.isRequired = isRequired
    }

    /// Nil where it is empty.
    func text(of row: CSVRow) throws(RowProblem) -> String? {
        guard let field else { return constant }
        guard let written = try decoded(row[field]) else { return nil }
        guard let values else { return written }
        guard let value = values[written] else {
            throw RowProblem(
                "column \"\(title)\" holds a word that is not known here; known are \(values.keys.sorted().joined(separator: ", "))")
        }
        return value
    }

    func neededText(of row: CSVRow) throws(RowProblem) -> String {
        try needed(text(of: row))
    }

    /// Nil where it is empty.
    func date(of row: CSVRow) throws(RowProblem) -> LocalDate? {
        try bytes(of: row) { bytes throws(RowProblem) in
            guard let date = dates.date(bytes) else {
                let years = DateFormat.years
                throw RowProblem(
                    "column \"\(title)\" must be a date, \(dates.rawValue), of a year from \(years.lowerBound) to \(years.upperBound)")
            }
            return date
        }
    }

    func neededDate(of row: CSVRow) throws(RowProblem) -> LocalDate {
        try needed(date(of: row))
    }

    /// Nil where it is empty.
    func time(of row: CSVRow) throws(RowProblem) -> LocalTime? {
        try bytes(of: row) { bytes throws(RowProblem) in
            let colon = bytes.firstIndex(of: UInt8(ascii: ":")) ?? bytes.count
            let minutes = UnsafeBufferPointer(rebasing: bytes[colon...].dropFirst())
            guard minutes.count == 2, let hour = DecimalDigits.number(UnsafeBufferPointer(rebasing: bytes[..<colon]), upTo: 2),
                let minute = DecimalDigits.number(minutes), let time = LocalTime(hour: hour, minute: minute)
            else { throw RowProblem("column \"\(title)\" must be a time of day, such as 8:15 or 08:15") }
            return time
        }
    }

    func neededInteger(of row: CSVRow, in range: ClosedRange<Int>) throws(RowProblem) -> Int {
        try needed(
            bytes(of: row) { bytes throws(RowProblem) in
                guard let number = DecimalDigits.number(bytes), range.contains(number) else {
                    throw RowProblem("column \"\(title)\" must be a whole number from \(range.lowerBound) to \(range.upperBound)")
                }
                return number
            })
    }

    /// What is needed must be there.
    func needed<Value>(_ value: Value?) throws(RowProblem) -> Value {
        guard let value else { throw RowProblem("column \"\(title)\" must not be empty") }
        return value
    }

    /// Nil where it is empty.
    private func bytes<Value>(
        of row: CSVRow, _ read: (UnsafeBufferPointer<UInt8>) throws(RowProblem) -> Value
    ) throws(RowProblem) -> Value? {
        if values == nil, let field {
            guard let bytes = try trimmed(row[field]) else { return nil }
            return try read(bytes)
        }
        guard let text = try text(of: row) else { return nil }
        let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: text.utf8.count)
        defer { copy.deallocate() }
        _ = copy.initialize(from: text.utf8)
        return try read(UnsafeBufferPointer(copy))
    }

    private func decoded(_ field: UnsafeBufferPointer<UInt8>) throws(RowProblem) -> String? {
        guard let bytes = try trimmed(field) else { return nil }
        guard bytes.count <= Column.textLimit else { throw RowProblem("column \"\(title)\" is longer than \(Column.textLimit) bytes") }
        guard let text = encoding.decode(bytes) else { throw RowProblem("column \"\(title)\" is not text in \(encoding.rawValue)") }
        return text
    }

    private func trimmed(_ field: UnsafeBufferPointer<UInt8>) throws(RowProblem) -> UnsafeBufferPointer<UInt8>? {
        var (first, end) = (0, field.count)
        while first < end, Column.isSpace(field[first]) { first += 1 }
        while first < end, Column.isSpace(field[end - 1]) { end -= 1 }
        if first < end { return UnsafeBufferPointer(rebasing: field[first..<end]) }
        if isRequired { throw RowProblem("column \"\(title)\" must not be empty") }
        return nil
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
}
