public import SiltaCore

/// A clock that stands until a test moves it, of a place that is always as far from UTC.
public struct ManualClock: Sendable {
    public var now: Instant
    public var offset: Duration

    public init(_ now: Instant, offset: Duration = .seconds(2 * 3600)) {
        self.now = now
        self.offset = offset
    }

    public mutating func advance(by duration: Duration) { now = now + duration }

    /// Now, and the local date it falls on.
    public var moment: Moment {
        let day = 86_400_000 as Int64
        let local = (now + offset).milliseconds
        let floored = local >= 0 ? local / day : (local - day + 1) / day
        return Moment(instant: now, today: LocalDate(dayNumber: Int32(clamping: floored)))
    }
}
