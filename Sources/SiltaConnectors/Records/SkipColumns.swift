internal import SiltaFormats

/// The rules by which rows are none of our business, bound to a header.
struct SkipColumns: Sendable {
    private let rules: [(column: Column, condition: SkipRule.Condition)]

    init(_ rules: [SkipRule], header: Header, expected: [String], encoding: TextEncoding) throws(ReadFailure) {
        var bound: [(column: Column, condition: SkipRule.Condition)] = []
        for rule in rules {
            let index = try header.index(of: rule.column, expected: expected, setting: nil)
            bound.append((Column(place: .field(index), title: rule.column, encoding: encoding), rule.condition))
        }
        self.rules = bound
    }

    /// Whether any rule holds. What cannot be read is skipped by none.
    func skips(_ row: CSVRow) -> Bool {
        guard !rules.isEmpty else { return false }
        return rules.contains { rule in
            let text: String?
            do throws(RowProblem) { text = try rule.column.text(of: row) } catch { return false }
            return switch rule.condition {
            case .is(let words): words.contains(text ?? "")
            case .isNot(let words): !words.contains(text ?? "")
            case .isEmpty(let isEmpty): (text == nil) == isEmpty
            }
        }
    }
}
