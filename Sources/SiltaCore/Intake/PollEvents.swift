/// What a poll of a source came to.
public enum SourceEvent: Hashable, Sendable {
    case pollCompleted(PollCompleted)
    /// More claims of the poll that completes next, where they are too many for one entry.
    case pollCovered([Coverage])
    /// Minutes of groups that are new or changed.
    case timetableRecorded([GroupOffered])
    /// Minutes of groups that are told no more.
    case timetableWithdrawn([OfferedKey])
    case pollFailed(reason: String)
    /// The guard would not have it.
    case pollHeld([Withdrawals])
    /// A person says that the next poll may withdraw what the guard would hold.
    case pollAccepted
    /// A person has looked at these rows, and nobody need look again.
    case rowsDropped([QuarantineID])
    /// A person asks for so many rows to be read again.
    case rowsRetried(Int)
    /// So many rows have reached the age at which what they say is destroyed.
    case rowsAged(Int)
}

public struct PollCompleted: Hashable, Sendable {
    /// Rows read, good and bad.
    public var rows: Int
    public var quarantined: Int
    public var changes: ChangeCounts
    /// Cut at the day of the poll.
    public var coverage: [Coverage]
    /// What the export was (``PollCursor``), or where the next poll goes on, for sources that say only what changed.
    public var cursor: String?

    public init(rows: Int, quarantined: Int, changes: ChangeCounts, coverage: [Coverage], cursor: String? = nil) {
        self.rows = rows
        self.quarantined = quarantined
        self.changes = changes
        self.coverage = coverage
        self.cursor = cursor
    }
}

public struct ChangeCounts: Hashable, Sendable {
    public var pupils = 0
    /// Those who turned out to be the same as others.
    public var pupilsMerged = 0
    public var enrolmentsRecorded = 0
    public var enrolmentsEnded = 0
    public var absencesRecorded = 0
    public var absencesReclassified = 0
    public var absencesRetimed = 0
    public var absencesWithdrawn = 0
    public var offeredRecorded = 0
    public var offeredWithdrawn = 0
    public var consentsRecorded = 0
    public var consentsLapsed = 0

    public init() {}

    static func += (one: inout ChangeCounts, other: ChangeCounts) {
        one.pupils += other.pupils
        one.pupilsMerged += other.pupilsMerged
        one.enrolmentsRecorded += other.enrolmentsRecorded
        one.enrolmentsEnded += other.enrolmentsEnded
        one.absencesRecorded += other.absencesRecorded
        one.absencesReclassified += other.absencesReclassified
        one.absencesRetimed += other.absencesRetimed
        one.absencesWithdrawn += other.absencesWithdrawn
        one.offeredRecorded += other.offeredRecorded
        one.offeredWithdrawn += other.offeredWithdrawn
        one.consentsRecorded += other.consentsRecorded
        one.consentsLapsed += other.consentsLapsed
    }
}

/// How much of one kind a poll would withdraw, of how much it covers.
public struct Withdrawals: Hashable, Sendable {
    public var kind: RecordKind
    public var withdrawn: Int
    public var known: Int

    public init(kind: RecordKind, withdrawn: Int, known: Int) {
        self.kind = kind
        self.withdrawn = withdrawn
        self.known = known
    }
}

/// How much one poll may withdraw of what it covers: the larger of a number of rows and a share.
public struct WithdrawalGuard: Hashable, Sendable {
    public var rows: Int
    /// In hundredths of a per cent: 10 % is 1000.
    public var shareHundredths: Int

    public init(rows: Int = 20, shareHundredths: Int = 1000) {
        self.rows = rows
        self.shareHundredths = shareHundredths
    }

    func stops(_ withdrawals: Withdrawals) -> Bool {
        withdrawals.withdrawn > rows && withdrawals.withdrawn * 10_000 > withdrawals.known * shareHundredths
    }
}

/// How one source stands.
public struct SourceHealth: Hashable, Sendable {
    public enum Outcome: Hashable, Sendable {
        case completed
        case failed(reason: String)
        case held([Withdrawals])
    }

    public var lastOutcome: Outcome?
    public var lastPolled: Instant?
    public var lastCompleted: Instant?
    /// The latest day that it has claimed of any school.
    public var through: LocalDate?
    public var quarantined = 0
    /// How many rows the last completed poll has read, good and bad.
    public var rows = 0
    /// The next poll may pass the guard.
    public var isNextAccepted = false
    public var cursor: String?

    public init() {}

    /// Its consents count as long as its last completed poll is not older than this.
    func isFresh(at now: Instant, age: Duration?) -> Bool {
        lastCompleted.map { now - $0 <= age ?? ConsentQuestion.defaultConsentAge } ?? false
    }

    mutating func evolve(_ event: SourceEvent, at recorded: Instant) {
        switch event {
        case .pollCompleted(let poll):
            lastOutcome = .completed
            lastPolled = recorded
            lastCompleted = recorded
            quarantined = poll.quarantined
            rows = poll.rows
            cursor = poll.cursor
            isNextAccepted = false
            reach(poll.coverage)
        case .pollCovered(let claims): reach(claims)
        case .timetableRecorded, .timetableWithdrawn: break
        case .pollFailed(let reason):
            lastOutcome = .failed(reason: reason)
            lastPolled = recorded
        case .pollHeld(let withdrawals):
            lastOutcome = .held(withdrawals)
            lastPolled = recorded
        case .pollAccepted:
            isNextAccepted = true
        case .rowsDropped, .rowsRetried, .rowsAged: break
        }
    }

    private mutating func reach(_ claims: [Coverage]) {
        through = (claims.map(\.through) + [through].compactMap(\.self)).max()
    }
}
