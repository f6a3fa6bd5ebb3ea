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

    let place: Place
    /// As the header calls it.
    let title: String
    let encoding: TextEncoding
    let dates: DateFormat
    /// The register's words and what they mean.
    let values: [String: String]?
    /// A row in which it is empty is not understood.
    let isRequired: Bool

    /// Nil where it is empty.
    func text(of row: CSVRow) throws(RowProblem) -> String? {
        let written: String
        switch place {
        case .nowhere: return nil
        case .constant(let text): return text
        case .field(let index):
            guard let text = try decoded(row[index]) else { return nil }
            written = text
        }
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
        guard let bytes = try bytes(of: row) else { return nil }
        guard let date = dates.date(bytes) else {
            let years = DateFormat.years
            throw RowProblem(
                "column \"\(title)\" must be a date, \(dates.rawValue), of a year from \(years.lowerBound) to \(years.upperBound)")
        }
        return date
    }

    func neededDate(of row: CSVRow) throws(RowProblem) -> LocalDate {
        try needed(date(of: row))
    }

    /// Nil where it is empty.
    func time(of row: CSVRow) throws(RowProblem) -> LocalTime? {
        guard let bytes = try bytes(of: row) else { return nil }
        let colon = bytes.firstIndex(of: UInt8(ascii: ":")) ?? bytes.endIndex
        let minutes = bytes[colon...].dropFirst()
        guard minutes.count == 2, let hour = DecimalDigits.number(bytes[..<colon], upTo: 2), let minute = DecimalDigits.number(minutes),
            let time = LocalTime(hour: hour, minute: minute)
        else { throw RowProblem("column \"\(title)\" must be a time of day, such as 8:15 or 08:15") }
        return time
    }

    func neededInteger(of row: CSVRow, in range: ClosedRange<Int>) throws(RowProblem) -> Int {
        let bytes = try needed(bytes(of: row))
        guard let number = DecimalDigits.number(bytes), range.contains(number) else {
            throw RowProblem("column \"\(title)\" must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// What is needed must be there.
    func needed<Value>(_ value: Value?) throws(RowProblem) -> Value {
        guard let value else { throw RowProblem("column \"\(title)\" must not be empty") }
        return value
    }

    private func bytes(of row: CSVRow) throws(RowProblem) -> ArraySlice<UInt8>? {
        if values == nil, case .field(let index) = place { return try trimmed(row[index]) }
        return try text(of: row).map { Array($0.utf8)[...] }
    }

    private func decoded(_ field: ArraySlice<UInt8>) throws(RowProblem) -> String? {
        guard let bytes = try trimmed(field) else { return nil }
        guard bytes.count <= Column.textLimit else { throw RowProblem("column \"\(title)\" is longer than \(Column.textLimit) bytes") }
        guard let text = encoding.decode(bytes) else { throw RowProblem("column \"\(title)\" is not text in \(encoding.rawValue)") }
        return text
    }

    private func trimmed(_ field: ArraySlice<UInt8>) throws(RowProblem) -> ArraySlice<UInt8>? {
        var bytes = field
        while let first = bytes.first, first == UInt8(ascii: " ") || first == UInt8(ascii: "\t") { bytes.removeFirst() }
        while let last = bytes.last, last == UInt8(ascii: " ") || last == UInt8(ascii: "\t") { bytes.removeLast() }
        if !bytes.isEmpty { return bytes }
        if isRequired { throw RowProblem("column \"\(title)\" must not be empty") }
        return nil
    }
}
