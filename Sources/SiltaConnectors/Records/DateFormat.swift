internal import SiltaCore

/// How a register writes dates. Years outside 1900…2199 are typing errors.
public enum DateFormat: String, CaseIterable, Sendable {
    /// `12.8.2026` and `12.08.2026`.
    case dayMonthYear = "d.M.yyyy"
    /// `2026-08-12`.
    case iso8601 = "yyyy-MM-dd"

    static let years = 1900...2199

    func date(_ bytes: ArraySlice<UInt8>) -> LocalDate? {
        let separator = self == .dayMonthYear ? UInt8(ascii: ".") : UInt8(ascii: "-")
        guard let first = bytes.firstIndex(of: separator), let second = bytes[(first + 1)...].firstIndex(of: separator) else { return nil }
        let (one, two, three) = (bytes[..<first], bytes[(first + 1)..<second], bytes[(second + 1)...])
        let year: ArraySlice<UInt8>
        let day: ArraySlice<UInt8>
        switch self {
        case .dayMonthYear: (day, year) = (one, three)
        case .iso8601:
            guard two.count == 2, three.count == 2 else { return nil }
            (day, year) = (three, one)
        }
        guard year.count == 4, let year = DecimalDigits.number(year), DateFormat.years.contains(year),
            let month = DecimalDigits.number(two, upTo: 2), let day = DecimalDigits.number(day, upTo: 2)
        else { return nil }
        return LocalDate(year: year, month: month, day: day)
    }
}
