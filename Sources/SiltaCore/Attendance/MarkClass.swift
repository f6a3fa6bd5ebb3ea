/// What a mark means, whatever the register's code for it.
public enum MarkClass: String, CaseIterable, Sendable {
    /// Selvittämätön: nobody has said why yet.
    case unexplained
    /// Luvaton.
    case unauthorised
    /// Ennalta anottu vapaa.
    case leave
    /// Terveydellisiin syihin liittyvä.
    case health
    /// Muu selvitetty.
    case explained
    /// Myöhässä.
    case late
    /// Koulun muu toiminta, TET.
    case elsewhere
    /// Not attendance at all: dropped before anything is stored.
    case ignore
}

/// One lesson or stretch of time of one pupil, as a register marked it.
public struct Mark: Hashable, Sendable {
    public var key: MarkKey
    public var date: LocalDate
    public var start: LocalTime?
    public var minutes: Int32
    public var markClass: MarkClass
    /// The register's own code, verbatim.
    public var code: String

    public init(key: MarkKey, date: LocalDate, start: LocalTime?, minutes: Int32, markClass: MarkClass, code: String) {
        self.key = key
        self.date = date
        self.start = start
        self.minutes = minutes
        self.markClass = markClass
        self.code = code
    }
}
