internal import SiltaCore
internal import SiltaFormats

/// A text that is not just what stands in one column: put together of several, the first of several, or looked up.
final class SourceText: Sendable {
    enum Choice: Sendable {
        /// All that are not empty, with this between them.
        case joined(separator: String)
        case first
    }

    struct Lookup: Sendable {
        let table: LookupTable
        /// Of the table's columns, counted from 0.
        let column: Int
    }

    private let fields: [Int]
    private let choice: Choice
    private let lookups: [Lookup]
    /// Whether what stands in no row of a table is as if it were empty.
    private let isMissingEmpty: Bool
    /// Whether what stands in several rows that differ is as if it were empty.
    private let isSeveralEmpty: Bool
    /// Which of the parts of the text is meant, and what stands between them.
    private let part: TextPart?
    /// Stands behind it, where it is not empty.
    private let suffix: String

    init(fields: [Int], choice: Choice, lookups: [Lookup], _ mapping: FieldMapping) {
        self.fields = fields
        self.choice = choice
        self.lookups = lookups
        (isMissingEmpty, isSeveralEmpty) = (mapping.isMissingEmpty, mapping.isSeveralEmpty)
        (part, suffix) = (mapping.part, mapping.suffix)
    }

    /// Nil where it is empty.
    func text(of row: CSVRow, _ column: Column) throws(RowProblem) -> String? {
        guard var text = try written(in: row, column) else { return nil }
        if let part {
            guard let meant = part.text(of: text) else { return nil }
            text = meant
        }
        for lookup in lookups {
            switch lookup.table.find(text, at: lookup.column) {
            case .row(let row):
                guard let value = lookup.table.value(of: row, at: lookup.column) else { return nil }
                text = value
            case .ambiguous:
                if isSeveralEmpty { return nil }
                throw RowProblem("what column \"\(column.title)\" holds stands in several rows of \(lookup.table.name) that differ")
            case .none:
                let (count, line) = lookup.table.unreadable
                // A row that was not understood may be the one: then nobody can say that there is none.
                if isMissingEmpty, count == 0 { return nil }
                let hint = count == 0 ? "" : ", of which \(count) were not understood, the first on line \(line)"
                throw RowProblem("what column \"\(column.title)\" holds stands in no row of \(lookup.table.name)\(hint)")
            }
        }
        return text + suffix
    }

    private func written(in row: CSVRow, _ column: Column) throws(RowProblem) -> String? {
        if fields.count == 1 { return try column.decoded(row[fields[0]]) }
        var whole: String?
        for field in fields {
            guard let text = try column.decoded(row[field]) else { continue }
            switch choice {
            case .first: return text
            case .joined(let separator): whole = whole.map { $0 + separator + text } ?? text
            }
        }
        return whole
    }
}

/// Minutes between two times that stand in columns.
final class TimeSpan: Sendable {
    private let from: Column
    private let through: Column

    init(from: Column, through: Column) {
        self.from = from
        self.through = through
    }

    /// Nil where one of them is empty.
    func minutes(of row: CSVRow) throws(RowProblem) -> Int? {
        let seconds: Int?
        if from.times == .dateTime {
            guard let first = try from.moment(of: row), let last = try through.moment(of: row) else { return nil }
            seconds = first.seconds(through: last, from.clock)
        } else {
            guard let first = try from.time(of: row), let last = try through.time(of: row) else { return nil }
            seconds = Int(last.minuteOfDay - first.minuteOfDay) * 60
        }
        guard let seconds, seconds >= 0 else {
            throw RowProblem("column \"\(through.title)\" must not be before column \"\(from.title)\"")
        }
        return (seconds + 30) / 60
    }
}
