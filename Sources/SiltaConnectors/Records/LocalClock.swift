internal import Foundation
internal import SiltaCore
internal import Synchronization

/// What clocks on the wall show where the provider is.
public struct LocalClock: Sendable {
    /// As sources name it: `Europe/Helsinki`.
    public let name: String
    private let offsets: DayOffsets

    /// Nil where there is no time zone of this name.
    public init?(timezone name: String) {
        guard let zone = TimeZone(identifier: name) else { return nil }
        self.name = name
        offsets = DayOffsets { zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double($0))) }
    }

    private init() {
        name = "UTC"
        offsets = DayOffsets { _ in 0 }
    }

    /// Of Finland.
    public static let standard = LocalClock(timezone: "Europe/Helsinki") ?? LocalClock()

    /// The date and the second of the day that a moment falls on.
    ///
    /// - Parameter seconds: since 1970-01-01T00:00:00Z.
    func local(_ seconds: Int64) -> (date: LocalDate, second: Int) {
        let (day, second) = LocalClock.divide(seconds + Int64(offsets.offset(at: seconds)))
        return (LocalDate(dayNumber: Int32(clamping: day)), second)
    }

    /// When a day begins, as RFC 3339 writes it with the zone: `2026-08-12T00:00:00+03:00`.
    func beginning(of date: LocalDate) -> String {
        let midnight = Int64(date.dayNumber) * 86_400
        // Where clocks are changed at that very hour, what they show before is as good.
        let offset = offsets.offset(at: midnight - Int64(offsets.offset(at: midnight)))
        let minutes = abs(offset) / 60
        let digits = [minutes / 60, minutes % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
        return "\(date)T00:00:00\(offset < 0 ? "-" : "+")\(digits)"
    }

    fileprivate static func divide(_ seconds: Int64) -> (day: Int64, second: Int) {
        let (day, second) = seconds.quotientAndRemainder(dividingBy: 86_400)
        return second < 0 ? (day - 1, Int(second) + 86_400) : (day, Int(second))
    }
}

/// How far a zone's clocks are ahead of UTC. Most days have one offset from their beginning to their end, which is then remembered:
/// millions of marks are of a few hundred days.
private final class DayOffsets: Sendable {
    private let ask: @Sendable (Int64) -> Int
    /// By the day in UTC; nil for a day on which clocks are changed.
    private let known = Mutex<[Int64: Int?]>([:])

    init(_ ask: @escaping @Sendable (Int64) -> Int) {
        self.ask = ask
    }

    func offset(at seconds: Int64) -> Int {
        let day = LocalClock.divide(seconds).day
        let ofDay = known.withLock { known in
            if let offset = known[day] { return offset }
            let (first, last) = (ask(day * 86_400), ask(day * 86_400 + 86_399))
            let offset = first == last ? first : nil
            known[day] = .some(offset)
            return offset
        }
        return ofDay ?? ask(seconds)
    }
}
