/// Minutes of teaching that were offered on some days, or stand in a timetable for them.
public struct Offered: Hashable, Sendable {
    /// How much is known of them.
    public enum Quality: String, CaseIterable, Sendable {
        /// The register says that so much was offered; no minutes at all are a fact, too, such as a day off.
        case offered
        /// A timetable says so.
        case scheduled
    }

    public var key: OfferedKey
    public var from: LocalDate
    /// Not before `from`.
    public var through: LocalDate
    /// Of all these days together: the school days among them have equal shares, to the minute.
    public var minutes: Int32
    public var quality: Quality

    public init(key: OfferedKey, from: LocalDate, through: LocalDate, minutes: Int32, quality: Quality) {
        self.key = key
        self.from = from
        self.through = through
        self.minutes = minutes
        self.quality = quality
    }
}
