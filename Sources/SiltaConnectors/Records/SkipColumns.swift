internal import SiltaCore
internal import SiltaFormats

/// The rules by which rows are none of our business, bound to a header.
struct SkipColumns: Sendable {
    private enum Test: Sendable {
        case `is`(Set<String>)
        case isNot(Set<String>)
        case isEmpty(Bool)
        case before(LocalDate)
        case after(LocalDate)
        case isIn(LookupTable)
        case isNotIn(LookupTable)
    }

    private let rules: [(column: Column, test: Test)]

    /// - Parameters:
    ///   - rules: as they are on the day of the reading.
    ///   - dates: how days are written, where a rule does not say it.
    ///   - tables: what is looked in, read to the end.
    init(
        _ rules: [SkipRule], header: Header, expected: [String], encoding: TextEncoding, dates: DateFormat, clock: LocalClock,
        tables: [LookupTable] = []
    ) throws(ReadFailure) {
        var bound: [(column: Column, test: Test)] = []
        for rule in rules {
            let index = try header.index(of: rule.column, expected: expected, setting: nil)
            let column = Column(
                place: .field(index), title: rule.column, encoding: encoding, dates: rule.dates ?? dates, clock: clock)
            bound.append((column, SkipColumns.test(rule.condition, tables)))
        }
        self.rules = bound
    }

    private static func test(_ condition: SkipRule.Condition, _ tables: [LookupTable]) -> Test {
        func table(_ name: String) -> LookupTable {
            guard let table = tables.first(where: { $0.name == name }) else {
                preconditionFailure("A manifest looks in tables that it has.")
            }
            return table
        }
        func date(_ day: SkipRule.Day) -> LocalDate {
            guard case .declared(.date(let date)) = day else { preconditionFailure("Who reads says what day it is.") }
            return date
        }
        return switch condition {
        case .is(let words): .is(Set(words.map(LookupTable.key)))
        case .isNot(let words): .isNot(Set(words.map(LookupTable.key)))
        case .isEmpty(let isEmpty): .isEmpty(isEmpty)
        case .before(let day): .before(date(day))
        case .after(let day): .after(date(day))
        case .isIn(let name): .isIn(table(name))
        case .isNotIn(let name): .isNotIn(table(name))
        }
    }

    /// Whether any rule holds. What cannot be read is skipped by none.
    ///
    /// - Throws: where a row of a table was not understood that may be the one that matters.
    func skips(_ row: CSVRow) throws(RowProblem) -> Bool {
        var problem: RowProblem?
        for rule in rules {
            do throws(RowProblem) {
                if try SkipColumns.holds(rule.test, rule.column, row) { return true }
            } catch {
                // Another rule may hold for certain.
                problem = problem ?? error
            }
        }
        if let problem { throw problem }
        return false
    }

    private static func holds(_ test: Test, _ column: Column, _ row: CSVRow) throws(RowProblem) -> Bool {
        switch test {
        case .is(let words): return text(column, row).map { words.contains(LookupTable.key($0)) } ?? false
        case .isNot(let words): return text(column, row).map { !words.contains(LookupTable.key($0)) } ?? false
        case .isEmpty(let isEmpty): return text(column, row).map { $0.isEmpty == isEmpty } ?? false
        case .before(let day): return date(column, row).map { $0 < day } ?? false
        case .after(let day): return date(column, row).map { $0 > day } ?? false
        case .isIn(let table): return try isKey(column, row, of: table) ?? false
        case .isNotIn(let table): return try isKey(column, row, of: table) == false
        }
    }

    /// Nil where it cannot be read.
    private static func text(_ column: Column, _ row: CSVRow) -> String? {
        do throws(RowProblem) { return try column.text(of: row) ?? "" } catch { return nil }
    }

    /// Nil where there is none, or it cannot be read.
    private static func date(_ column: Column, _ row: CSVRow) -> LocalDate? {
        do throws(RowProblem) { return try column.date(of: row) } catch { return nil }
    }

    /// Nil where nothing stands there.
    private static func isKey(_ column: Column, _ row: CSVRow, of table: LookupTable) throws(RowProblem) -> Bool? {
        guard let text = text(column, row), !text.isEmpty else { return nil }
        if table.contains(text) { return true }
        guard table.unreadable.count == 0 else {
            throw RowProblem(
                "what column \"\(column.title)\" holds may stand in a row of \(table.name) that was not understood; the first of those is "
                    + "line \(table.unreadable.line)")
        }
        return false
    }
}
