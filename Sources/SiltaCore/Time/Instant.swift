/// A moment in UTC, to the millisecond.
public struct Instant: Hashable, Comparable, Sendable {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    public let milliseconds: Int64

    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    public static func < (one: Instant, other: Instant) -> Bool {
        one.milliseconds < other.milliseconds
    }

    public static func + (instant: Instant, duration: Duration) -> Instant {
        Instant(milliseconds: instant.milliseconds.addingSaturating(duration.wholeMilliseconds))
    }

    public static func - (one: Instant, other: Instant) -> Duration {
        .milliseconds(one.milliseconds - other.milliseconds)
    }
}

extension Instant: LosslessStringConvertible {
    /// RFC 3339 with seconds, up to three decimals, and an offset (`Z`, `+03:00`): `2026-10-05T17:00:00.123Z`.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes[10] == 0x54, bytes[13] == 0x3A, bytes[16] == 0x3A,
            let date = LocalDate(String(decoding: bytes[..<10], as: UTF8.self)),
            let hour = Instant.number(bytes[11..<13]), let minute = Instant.number(bytes[14..<16]),
            let second = Instant.number(bytes[17..<19]),
            hour < 24, minute < 60, second < 60
        else { return nil }
        var rest = bytes[19...]
        var fraction = 0
        if rest.first == 0x2E {
            let digits = rest.dropFirst().prefix { (48...57).contains($0) }
            guard (1...3).contains(digits.count), let value = Instant.number(digits) else { return nil }
            fraction = value * [100, 10, 1][digits.count - 1]
            rest = rest.dropFirst(1 + digits.count)
        }
        guard let offset = Instant.offset(rest) else { return nil }
        let days = Int64(date.dayNumber) * 86_400
        let seconds = days + Int64(hour * 3600 + minute * 60 + second - offset * 60)
        let sum = seconds * 1000 + Int64(fraction)
        // Years 1 to 9999 in UTC, so that what is read can be written.
        guard (-62_135_596_800_000...253_402_300_799_999).contains(sum) else { return nil }
        milliseconds = sum
    }

    public var description: String {
        let (days, ofDay) = milliseconds.quotientAndRemainderFloored(dividingBy: 86_400_000)
        let seconds = Int(ofDay) / 1000
        let clock = "\(padded(seconds / 3600, to: 2)):\(padded(seconds / 60 % 60, to: 2)):\(padded(seconds % 60, to: 2))"
        return "\(LocalDate(dayNumber: Int32(clamping: days)))T\(clock).\(padded(Int(ofDay) % 1000, to: 3))Z"
    }

    /// Minutes east of UTC.
    private static func offset(_ bytes: ArraySlice<UInt8>) -> Int? {
        if bytes.elementsEqual([0x5A]) { return 0 }
        let at = bytes.startIndex
        guard bytes.count == 6, bytes[at] == 0x2B || bytes[at] == 0x2D, bytes[at + 3] == 0x3A,
            let hours = number(bytes[(at + 1)..<(at + 3)]), let minutes = number(bytes[(at + 4)..<(at + 6)]),
            hours < 24, minutes < 60
        else { return nil }
        return (bytes[at] == 0x2B ? 1 : -1) * (hours * 60 + minutes)
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        digits.reduce(0 as Int?) { sum, digit in
            sum.flatMap { (48...57).contains(digit) ? $0 * 10 + Int(digit - 48) : nil }
        }
    }
}

/// Now, as those who decide need it: the instant, and the local date it falls on where the provider is.
public struct Moment: Hashable, Sendable {
    public var instant: Instant
    public var today: LocalDate

    public init(instant: Instant, today: LocalDate) {
        self.instant = instant
        self.today = today
    }
}

extension Duration {
    public var wholeMilliseconds: Int64 {
        let (product, overflow) = components.seconds.multipliedReportingOverflow(by: 1000)
        guard !overflow else { return components.seconds > 0 ? .max : .min }
        return product.addingSaturating(components.attoseconds / 1_000_000_000_000_000)
    }
}

extension Int64 {
    func addingSaturating(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other > 0 ? .max : .min) : sum
    }

    func quotientAndRemainderFloored(dividingBy divisor: Int64) -> (Int64, Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
