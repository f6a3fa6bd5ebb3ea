internal import SiltaCore

/// How a register writes dates. Years outside 1900…2199 are typing errors.
public enum DateFormat: String, CaseIterable, Sendable {
    /// `12.8.2026` and `12.08.2026`.
    case dayMonthYear = "d.M.yyyy"
    /// `2026-08-12`.
    case iso8601 = "yyyy-MM-dd"

    static let years = 1900...2199
    static let firstDay = LocalDate(year: years.lowerBound, month: 1, day: 1) ?? LocalDate(dayNumber: 0)

    func date(_ bytes: UnsafeBufferPointer<UInt8>) -> LocalDate? {
        let separator = self == .dayMonthYear ? UInt8(ascii: ".") : UInt8(ascii: "-")
        var parts = (Part(), Part(), Part())
        var current = 0
        for byte in bytes {
            if byte == separator {
                current += 1
                guard current < 3 else { return nil }
                continue
            }
            guard let digit = DecimalDigits.digit(byte) else { return nil }
            let fits =
                switch current {
                case 0: parts.0.append(digit)
                case 1: parts.1.append(digit)
                default: parts.2.append(digit)
                }
            guard fits else { return nil }
        }
        let (year, month, day) = self == .dayMonthYear ? (parts.2, parts.1, parts.0) : parts
        let shortest = self == .dayMonthYear ? 1 : 2
        guard current == 2, year.count == 4, (shortest...2).contains(month.count), (shortest...2).contains(day.count),
            DateFormat.years.contains(year.number)
        else { return nil }
        return LocalDate(year: year.number, month: month.number, day: day.number)
    }

    private struct Part {
        var number = 0
        var count = 0

        /// False where there are more digits than a year has.
        mutating func append(_ digit: Int) -> Bool {
            number = number * 10 + digit
            count += 1
            return count <= 4
        }
    }
}
