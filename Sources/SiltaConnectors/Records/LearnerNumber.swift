/// Oppijanumero, the national learner's OID: `1.2.246.562.24.` (98 and 198 in test systems), ten digits and a check digit.
///
/// The check digit makes the sum a multiple of ten, in which the digits from the right weigh 7, 3, 1 by turns (Finnish National
/// Agency for Education).
enum LearnerNumber {
    private static let roots = ["1.2.246.562.24.", "1.2.246.562.98.", "1.2.246.562.198."]

    static func isValid(_ text: String) -> Bool {
        guard let root = roots.first(where: text.hasPrefix) else { return false }
        let digits = text.utf8.dropFirst(root.utf8.count).map { $0 &- UInt8(ascii: "0") }
        guard digits.count == 11, digits.allSatisfy({ $0 < 10 }) else { return false }
        let sum = digits.dropLast().reversed().enumerated().reduce(0) { $0 + Int($1.element) * [7, 3, 1][$1.offset % 3] }
        return Int(digits[10]) == (10 - sum % 10) % 10
    }
}
