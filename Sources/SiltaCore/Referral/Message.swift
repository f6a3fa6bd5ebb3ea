/// What is sent: the referral, or what takes it back. Its identifier and its bytes stay the same over every attempt.
public struct Message: Hashable, Sendable {
    public enum Kind: String, CaseIterable, Sendable {
        case referral, withdrawal
    }

    public enum Final: String, CaseIterable, Sendable {
        case delivered, failed
    }

    public let composition: Composition
    /// The position of its `notice.composed` entry, which holds the bytes.
    public let composedAt: Position
    /// Every attempt that has begun.
    public internal(set) var attempts = 0
    /// Those that count against the schedule: not what was a probe of a paused endpoint.
    public internal(set) var countedFailures = 0
    /// An attempt ended as unknown.
    public internal(set) var mayHaveArrived = false
    public internal(set) var openAttempt: Attempt?
    public internal(set) var nextAttempt: Instant?
    public internal(set) var outcome: Final?

    public init(composition: Composition, composedAt: Position) {
        self.composition = composition
        self.composedAt = composedAt
    }

    /// Puts a message together from its stored parts.
    public init(
        composition: Composition, composedAt: Position, attempts: Int, countedFailures: Int, mayHaveArrived: Bool, openAttempt: Attempt?,
        nextAttempt: Instant?, outcome: Final?
    ) {
        self.composition = composition
        self.composedAt = composedAt
        self.attempts = attempts
        self.countedFailures = countedFailures
        self.mayHaveArrived = mayHaveArrived
        self.openAttempt = openAttempt
        self.nextAttempt = nextAttempt
        self.outcome = outcome
    }

    public var id: NoticeID { composition.id }
    public var recipient: RecipientID { composition.recipient }

    func isDue(at now: Instant) -> Bool {
        outcome == nil && openAttempt == nil && (nextAttempt.map { $0 <= now } ?? true)
    }
}

/// What was fixed when a message was composed.
public struct Composition: Hashable, Sendable {
    public var kind: Message.Kind
    /// The notice's own for a referral, another for what takes it back.
    public var id: NoticeID
    public var recipient: RecipientID
    /// What the referral rests on; a withdrawal needs nothing.
    public var basis: Basis?
    /// What is in it.
    public var fields: Set<NoticeField>

    public init(kind: Message.Kind, id: NoticeID, recipient: RecipientID, basis: Basis?, fields: Set<NoticeField>) {
        self.kind = kind
        self.id = id
        self.recipient = recipient
        self.basis = basis
        self.fields = fields
    }
}

/// One try.
public struct Attempt: Hashable, Sendable {
    /// From 1.
    public var number: Int
    /// Only to find out whether the endpoint answers again: it does not use up the message's attempts.
    public var isProbe: Bool

    public init(number: Int, isProbe: Bool) {
        self.number = number
        self.isProbe = isProbe
    }
}
