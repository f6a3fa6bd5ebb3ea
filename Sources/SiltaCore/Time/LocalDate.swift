/// A calendar date without a time zone, as registers write it: 2026-08-12.
///
/// Held as a day number, so that comparing and counting days is integer arithmetic. The conversions are the proleptic
/// Gregorian calendar's, computed by counting in 400-year eras of 146,097 days that begin on 1 March.
public struct LocalDate: Hashable, Comparable, Sendable {
    /// Days since 1970-01-01; negative before.
    public let dayNumber: Int32

    public init(dayNumber: Int32) {
        self.dayNumber = dayNumber
    }

    /// Nil where there is no such date, or where the year is outside 1…9999.
    public init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1, day <= LocalDate.length(ofMonth: month, in: year) else {
            return nil
        }
        let shifted = month > 2 ? year : year - 1
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        dayNumber = Int32(era * 146_097 + dayOfEra - 719_468)
    }

    public var components: (year: Int, month: Int, day: Int) {
        let shifted = Int(dayNumber) + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    /// 1 is Monday, 7 is Sunday (ISO 8601).
    public var weekday: Int {
        let sinceMonday = (Int(dayNumber) + 3) % 7
        return (sinceMonday < 0 ? sinceMonday + 7 : sinceMonday) + 1
    }

    public func adding(days: Int) -> LocalDate {
        LocalDate(dayNumber: dayNumber + Int32(clamping: days))
    }

    public static func < (one: LocalDate, other: LocalDate) -> Bool {
        one.dayNumber < other.dayNumber
    }

    private static func length(ofMonth month: Int, in year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

extension LocalDate: LosslessStringConvertible {
    /// `yyyy-MM-dd` and nothing else.
    public init?(_ text: String) {
        self.init(text[...])
    }

    public init?(_ text: Substring) {
        var digits = text.utf8.makeIterator()
        func number(_ count: Int) -> Int? {
            var value = 0
            for _ in 0..<count {
                guard let digit = digits.next(), (48...57).contains(digit) else { return nil }
                value = value * 10 + Int(digit - 48)
            }
            return value
        }
        guard let year = number(4), digits.next() == 45, let month = number(2), digits.next() == 45, let day = number(2),
            digits.next() == nil
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    public var description: String {
        let (year, month, day) = components
        return String(unsafeUninitializedCapacity: 10) { digits in
            for (offset, digit) in [
                year / 1000, year / 100, year / 10, year, -1, month / 10, month, -1, day / 10, day,
            ].enumerated() { digits[offset] = digit < 0 ? 45 : UInt8(48 + digit % 10) }
            return 10
        }
    }
}

/// Both ends included; `through` of nil is open.
public struct DateSpan: Hashable, Sendable {
    public var from: LocalDate
    public var through: LocalDate?

    public init(from: LocalDate, through: LocalDate? = nil) {
        self.from = from
        self.through = through
    }

    public func contains(_ day: LocalDate) -> Bool {
        from <= day && (through.map { day <= $0 } ?? true)
    }
}

/// A whole number in decimal, with leading zeros up to a width.
func padded(_ number: Int, to width: Int) -> String {
    let digits = String(number)
    return digits.utf8.count >= width ? digits : String(repeating: "0", count: width - digits.utf8.count) + digits
}
