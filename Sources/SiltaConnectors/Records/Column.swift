internal import SiltaCore
internal import SiltaFormats

/// Where a field of a canonical record is read in the rows of a file, and how. Spaces and tabs around a value are not part of it.
struct Column: Sendable {
    enum Place: Sendable {
        /// The field of the row, counted from 0.
        case field(Int)
        /// A text of several fields, or looked up.
        case text(SourceText)
        /// Minutes between two fields.
        case span(TimeSpan)
        /// The same in every row, as the canonical record has it.
        case constant(String)
        case nowhere
    }

    /// The longest text that is taken, in bytes.
    static let textLimit = 1024

    /// The field of the row, counted from 0; nil where it is in none, or not in one alone.
    private let field: Int?
    private let source: SourceText?
    private let span: TimeSpan?
    private let constant: String?
    /// As the header calls it.
    let title: String
    let encoding: TextEncoding
    let dates: DateFormat
    let times: TimeFormat
    let numbers: NumberFormat?
    let clock: LocalClock
    /// The register's words and what they mean; of one that means the empty text, it is as if nothing stood there.
    let values: [String: String]?
    /// What every word means that is not among them; nil where such a word is not understood.
    let others: String?
    /// What it is where it is empty, as the canonical record has it.
    private let otherwise: String?
    /// A row in which it is empty is not understood.
    private let isRequired: Bool

    init(
        place: Place, title: String, encoding: TextEncoding, dates: DateFormat = .iso8601, times: TimeFormat = .colon,
        numbers: NumberFormat? = nil, clock: LocalClock = .standard, values: [String: String]? = nil, others: String? = nil,
        otherwise: String? = nil, isRequired: Bool = false
    ) {
        switch place {
        case .field(let index): (field, source, span, constant) = (index, nil, nil, nil)
        case .text(let text): (field, source, span, constant) = (nil, text, nil, nil)
        case .span(let times): (field, source, span, constant) = (nil, nil, times, nil)
        case .constant(let text): (field, source, span, constant) = (nil, nil, nil, text)
        case .nowhere: (field, source, span, constant) = (nil, nil, nil, nil)
        }
        self.title = title
        self.encoding = encoding
        self.dates = dates
        self.times = times
        self.numbers = numbers
        self.clock = clock
        self.values = values
        self.others = others
        self.otherwise = otherwise
        self.isRequired = isRequired
    }

    /// Nil where it is empty.
    func text(of row: CSVRow) throws(RowProblem) -> String? {
        guard let written = try written(in: row) else { return constant ?? otherwise }
        return try meaning(of: written) ?? otherwise
    }

    /// Nil where it means that there is nothing.
    private func meaning(of written: String) throws(RowProblem) -> String? {
        guard let values else { return written }
        guard let value = values[written] ?? others else {
            throw RowProblem(
                "column \"\(title)\" holds a word that is not known here; known are \(values.keys.sorted().joined(separator: ", "))")
        }
        guard value.isEmpty else { return value }
        if isRequired, otherwise == nil { throw RowProblem("column \"\(title)\" must not be empty") }
        return nil
    }

    func neededText(of row: CSVRow) throws(RowProblem) -> String {
        try needed(text(of: row))
    }

    /// Nil where it is empty.
    func date(of row: CSVRow) throws(RowProblem) -> LocalDate? {
        let date = try bytes(of: row) { bytes throws(RowProblem) in
            guard let date = dates.date(bytes, clock) else { throw RowProblem("column \"\(title)\" must be \(dates.example)") }
            return date
        }
        return date ?? (constant ?? otherwise).flatMap { LocalDate($0) }
    }

    func neededDate(of row: CSVRow) throws(RowProblem) -> LocalDate {
        try needed(date(of: row))
    }

    /// Nil where it is empty.
    func time(of row: CSVRow) throws(RowProblem) -> LocalTime? {
        let time = try bytes(of: row) { bytes throws(RowProblem) in
            guard let time = times.time(bytes, clock) else { throw RowProblem("column \"\(title)\" must be \(times.example)") }
            return time
        }
        return time ?? (constant ?? otherwise).flatMap { LocalTime($0) }
    }

    /// Nil where it is empty.
    func moment(of row: CSVRow) throws(RowProblem) -> WrittenMoment? {
        try bytes(of: row) { bytes throws(RowProblem) in
            guard let moment = WrittenMoment(bytes) else {
                throw RowProblem("column \"\(title)\" must be \(TimeFormat.dateTime.example)")
            }
            return moment
        }
    }

    func neededInteger(of row: CSVRow, in range: ClosedRange<Int>) throws(RowProblem) -> Int {
        let written: Int?
        if let span { written = try span.minutes(of: row) } else { written = try number(of: row, in: range) }
        let number = try needed(written ?? (constant ?? otherwise).flatMap { Int($0) })
        guard range.contains(number) else { throw notWithin(range) }
        return number
    }

    private func number(of row: CSVRow, in range: ClosedRange<Int>) throws(RowProblem) -> Int? {
        try bytes(of: row) { bytes throws(RowProblem) in
            if let numbers {
                guard let number = numbers.number(bytes) else { throw RowProblem("column \"\(title)\" must be \(numbers.example)") }
                return number
            }
            guard let number = DecimalDigits.number(DecimalDigits.whole(bytes)) else { throw notWithin(range) }
            return number
        }
    }

    private func notWithin(_ range: ClosedRange<Int>) -> RowProblem {
        let unit = numbers?.unit == nil && span == nil ? "a whole number" : "a number of minutes"
        return RowProblem("column \"\(title)\" must be \(unit) from \(range.lowerBound) to \(range.upperBound)")
    }

    /// What is needed must be there.
    func needed<Value>(_ value: Value?) throws(RowProblem) -> Value {
        guard let value else { throw RowProblem("column \"\(title)\" must not be empty") }
        return value
    }

    /// What the row says, before its words are given a meaning; nil where it is empty.
    private func written(in row: CSVRow) throws(RowProblem) -> String? {
        if let field {
            if let text = try decoded(row[field]) { return text }
        } else if let source {
            if let text = try source.text(of: row, self) { return text }
        } else {
            return nil
        }
        if isRequired, otherwise == nil { throw RowProblem("column \"\(title)\" must not be empty") }
        return nil
    }

    /// Nil where it is empty.
    private func bytes<Value>(
        of row: CSVRow, _ read: (UnsafeBufferPointer<UInt8>) throws(RowProblem) -> Value
    ) throws(RowProblem) -> Value? {
        if values == nil, let field {
            guard let bytes = Column.trimmed(row[field]) else {
                if isRequired, otherwise == nil { throw RowProblem("column \"\(title)\" must not be empty") }
                return nil
            }
            return try read(bytes)
        }
        guard let written = try written(in: row), let text = try meaning(of: written) else { return nil }
        let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: text.utf8.count)
        defer { copy.deallocate() }
        _ = copy.initialize(from: text.utf8)
        return try read(UnsafeBufferPointer(copy))
    }

    /// The text of a field, nil where it is empty.
    func decoded(_ field: UnsafeBufferPointer<UInt8>) throws(RowProblem) -> String? {
        guard let bytes = Column.trimmed(field) else { return nil }
        guard bytes.count <= Column.textLimit else { throw RowProblem("column \"\(title)\" is longer than \(Column.textLimit) bytes") }
        guard let text = encoding.decode(bytes) else { throw RowProblem("column \"\(title)\" is not text in \(encoding.rawValue)") }
        return text
    }

    private static func trimmed(_ field: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>? {
        var (first, end) = (0, field.count)
        while first < end, isSpace(field[first]) { first += 1 }
        while first < end, isSpace(field[end - 1]) { end -= 1 }
        return first < end ? UnsafeBufferPointer(rebasing: field[first..<end]) : nil
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
}
