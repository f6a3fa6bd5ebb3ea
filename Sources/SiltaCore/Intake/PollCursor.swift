/// What a completed poll remembers of its export, so that the same export is not read and compared again.
///
/// Written into `poll.completed.v1` as `DAY CLAIMED CONNECTOR`: the local day of the poll, the latest day that any claim named
/// before it was cut (`-` where there was none), and what the connector calls the export. A cursor that cannot be read is no
/// cursor: the export is read in full.
public struct PollCursor: Hashable, Sendable {
    public var day: LocalDate
    public var claimed: LocalDate?
    public var connector: String

    public init(day: LocalDate, claimed: LocalDate?, connector: String) {
        self.day = day
        self.claimed = claimed
        self.connector = connector
    }

    /// Whether claims that are cut at a day come out as they did when this poll was made.
    public func cutsAlike(on today: LocalDate) -> Bool {
        today == day || (claimed.map { $0 <= min(day, today) } ?? true)
    }
}

extension PollCursor: LosslessStringConvertible {
    public init?(_ text: String) {
        let parts = text.split(separator: " ", maxSplits: 2)
        guard parts.count == 3, let day = LocalDate(parts[0]) else { return nil }
        let claimed = LocalDate(parts[1])
        guard claimed != nil || parts[1] == "-" else { return nil }
        self.init(day: day, claimed: claimed, connector: String(parts[2]))
    }

    public var description: String { "\(day) \(claimed?.description ?? "-") \(connector)" }
}
