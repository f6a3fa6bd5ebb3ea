/// Through which day each school's marks have been told, whole.
public struct CoverageReached: Hashable, Sendable {
    /// By school; nil stands for a claim about all of them.
    public private(set) var through: [SchoolID?: LocalDate] = [:]

    public init(through: [SchoolID?: LocalDate] = [:]) {
        self.through = through
    }

    public func through(_ school: SchoolID) -> LocalDate? {
        [through[school], through[nil]].compactMap(\.self).max()
    }

    func reaches(_ day: LocalDate, at school: SchoolID) -> Bool {
        self.through(school).map { day <= $0 } ?? false
    }

    /// A claim that goes back takes nothing away.
    mutating func extend(_ claim: Coverage) {
        through[claim.school] = max(claim.through, through[claim.school] ?? claim.through)
    }
}
