internal import SiltaConfiguration
internal import SiltaCore

/// How a register writes times of day. Hours may be padded or not where something follows them; seconds mean nothing.
public enum TimeFormat: String, CaseIterable, Sendable {
    /// `8:15`, `08:15`.
    case colon = "HH:mm"
    /// `08:15:00`.
    case seconds = "HH:mm:ss"
    /// `8.15`, `08.15`.
    case point = "H.mm"
    /// `0815`, and `815` where zeros got lost.
    case digits = "HHmm"
    /// See ``WrittenMoment``; of an instant, what the clock shows where the provider is.
    case dateTime = "date-time"
    /// The same without its zone, where a register calls the clock on the wall UTC.
    case wallTime = "date-time-without-zone"

    func time(_ bytes: UnsafeBufferPointer<UInt8>, _ clock: LocalClock) -> LocalTime? {
        switch self {
        case .colon: return TimeFormat.time(bytes, UInt8(ascii: ":"))
        case .seconds:
            let tail = UnsafeBufferPointer(rebasing: bytes.suffix(3))
            guard tail.count == 3, tail[0] == UInt8(ascii: ":"),
                let second = DecimalDigits.number(UnsafeBufferPointer(rebasing: tail.dropFirst())), second < 60
            else { return nil }
            return TimeFormat.time(UnsafeBufferPointer(rebasing: bytes.dropLast(3)), UInt8(ascii: ":"))
        case .point: return TimeFormat.time(bytes, UInt8(ascii: "."))
        case .digits:
            guard (3...4).contains(bytes.count), let number = DecimalDigits.number(bytes) else { return nil }
            return LocalTime(hour: number / 100, minute: number % 100)
        case .dateTime: return WrittenMoment(bytes).flatMap { LocalTime(minuteOfDay: $0.local(clock).second / 60) }
        case .wallTime: return WrittenMoment(bytes).flatMap { LocalTime(minuteOfDay: $0.secondOfDay / 60) }
        }
    }

    /// An example, for sentences.
    var example: String {
        switch self {
        case .colon: "a time of day, such as 8:15 or 08:15"
        case .seconds: "a time of day, such as 08:15:00"
        case .point: "a time of day, such as 8.15 or 08.15"
        case .digits: "a time of day, such as 0815"
        case .dateTime, .wallTime: "a date and a time, such as 2026-08-12T08:15:00+03:00 or 2026-08-12 08:15"
        }
    }

    private static func time(_ bytes: UnsafeBufferPointer<UInt8>, _ separator: UInt8) -> LocalTime? {
        let end = bytes.firstIndex(of: separator) ?? bytes.count
        let minutes = UnsafeBufferPointer(rebasing: bytes[end...].dropFirst())
        guard minutes.count == 2, let hour = DecimalDigits.number(UnsafeBufferPointer(rebasing: bytes[..<end]), upTo: 2),
            let minute = DecimalDigits.number(minutes)
        else { return nil }
        return LocalTime(hour: hour, minute: minute)
    }
}
