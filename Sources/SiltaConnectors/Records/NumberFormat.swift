internal import SiltaConfiguration

/// How a register writes numbers, and what of.
public struct NumberFormat: Sendable {
    public enum Unit: String, CaseIterable, Sendable {
        case minutes, lessons, hours, days, seconds
    }

    /// Between the whole number and its decimals.
    public enum DecimalSign: String, CaseIterable, Sendable {
        case point = "."
        case comma = ","
    }

    /// Of a lesson.
    private static let minutesALesson = 45
    private static let decimals = 9

    public let sign: DecimalSign
    /// What is made into minutes, rounded to whole ones; nil for a number that is whole.
    public let unit: Unit?
    /// How long a day is, in minutes, where the unit is days.
    public internal(set) var minutesADay: Int

    init(_ fields: Fields, isMinutes: Bool) throws(ConfigurationError) {
        sign = try fields.required("number").choice(of: DecimalSign.self)
        guard let unit = fields.optional("unit") else {
            self.unit = nil
            minutesADay = 0
            return
        }
        guard isMinutes else { throw unit.error("only minutes have a unit") }
        self.unit = try unit.choice(of: Unit.self)
        guard self.unit == .days else {
            minutesADay = 0
            return
        }
        guard let day = fields.optional("minutes-a-day") else {
            throw unit.error("how long a day is must stand beside it: minutes-a-day: 300, or the name of a setting")
        }
        if case .mapping = day.content { minutesADay = 0 } else { minutesADay = try day.integer(in: 1...1440) }
    }

    /// Nil where it is no such number, has a sign, or is too long to be one.
    func number(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        let point = sign == .point ? UInt8(ascii: ".") : UInt8(ascii: ",")
        let end = bytes.firstIndex(of: point) ?? bytes.count
        guard let whole = DecimalDigits.number(UnsafeBufferPointer(rebasing: bytes[..<end]), upTo: 6) else { return nil }
        var (mantissa, divisor) = (whole, 1)
        if end < bytes.count {
            let decimals = bytes[(end + 1)...]
            guard !decimals.isEmpty else { return nil }
            for (index, byte) in decimals.enumerated() {
                guard let digit = DecimalDigits.digit(byte) else { return nil }
                guard index < NumberFormat.decimals else { continue }
                mantissa = mantissa * 10 + digit
                divisor *= 10
            }
        }
        let factor: Int
        switch unit {
        case nil: return mantissa % divisor == 0 ? mantissa / divisor : nil
        case .minutes: factor = 1
        case .lessons: factor = NumberFormat.minutesALesson
        case .hours: factor = 60
        case .days: factor = minutesADay
        case .seconds:
            factor = 1
            divisor *= 60
        }
        // 6 digits and 9 decimals, times the minutes of a day: far from overflowing.
        return (mantissa * factor + divisor / 2) / divisor
    }

    /// For sentences.
    var example: String {
        let decimals = sign == .point ? "such as 1.5" : "such as 1,5"
        return switch unit {
        case nil: "a whole number"
        case let unit?: "a number of \(unit.rawValue), \(decimals)"
        }
    }
}
