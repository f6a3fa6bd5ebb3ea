/// One notice, from the day it is prepared: what it says, where it stands, and what became of its messages.
public struct Referral: Hashable, Sendable {
    public let id: NoticeID
    public let pupil: PupilID
    public let rule: NoticeRule
    public let facts: Facts
    public let prepared: Instant

    public internal(set) var status: Status
    /// Somebody has let it go, where the rule wants that.
    public internal(set) var isReleased = false
    /// Its deadline counts from here.
    public internal(set) var firstReady: Instant?
    /// Where a notice that is ready leads as far as is known.
    public internal(set) var readyFor: RecipientID?
    /// The referral itself, once composed.
    public internal(set) var message: Message?
    /// What takes it back, where it had gone.
    public internal(set) var withdrawal: Message?

    public enum Status: Hashable, Sendable {
        case held(HoldReason)
        case ready
        /// An attempt has begun and its outcome is not known yet.
        case sending
        case delivered(Instant)
        /// Out of attempts, or refused: it waits for a person.
        case failed(FailureReason)
        case withdrawn(WithdrawalReason)

        /// As commands and scripts know it.
        public var name: String {
            switch self {
            case .held: "held"
            case .ready: "ready"
            case .sending: "sending"
            case .delivered: "delivered"
            case .failed: "failed"
            case .withdrawn: "withdrawn"
            }
        }
    }

    /// What was known when it was prepared; it does not change.
    public struct Facts: Hashable, Sendable {
        public var policy: Digest
        /// The school year's first day.
        public var schoolYear: LocalDate
        public var tier: Int
        public var reachedOn: LocalDate
        public var from: LocalDate
        public var through: LocalDate
        public var absentMinutes: Int
        public var expectedMinutes: Int
        public var expected: Assessment.Expected
        /// On how many days they rest on what; nil where all rest on the same.
        public var expectedDays: ExpectedDays?
        public var minutesByClass: [MarkClass: Int]
        public var school: School
        public var grade: Int

        public init(
            policy: Digest, schoolYear: LocalDate, tier: Int, reachedOn: LocalDate, from: LocalDate, through: LocalDate,
            absentMinutes: Int, expectedMinutes: Int, expected: Assessment.Expected, expectedDays: ExpectedDays? = nil,
            minutesByClass: [MarkClass: Int], school: School, grade: Int
        ) {
            self.policy = policy
            self.schoolYear = schoolYear
            self.tier = tier
            self.reachedOn = reachedOn
            self.from = from
            self.through = through
            self.absentMinutes = absentMinutes
            self.expectedMinutes = expectedMinutes
            self.expected = expected
            self.expectedDays = expectedDays
            self.minutesByClass = minutesByClass
            self.school = school
            self.grade = grade
        }
    }

    public init(id: NoticeID, preparation: Preparation, recorded: Instant) {
        self.id = id
        pupil = preparation.pupil
        rule = preparation.rule
        facts = preparation.facts
        prepared = recorded
        status = .held(.notReviewed)
    }

    /// Puts a referral together from its stored parts.
    public init(
        id: NoticeID, preparation: Preparation, prepared: Instant, status: Status, isReleased: Bool, firstReady: Instant?,
        readyFor: RecipientID?, message: Message?, withdrawal: Message?
    ) {
        self.id = id
        pupil = preparation.pupil
        rule = preparation.rule
        facts = preparation.facts
        self.prepared = prepared
        self.status = status
        self.isReleased = isReleased
        self.firstReady = firstReady
        self.readyFor = readyFor
        self.message = message
        self.withdrawal = withdrawal
    }

    /// Where it will go or has gone; nil while no route leads anywhere.
    public var recipient: RecipientID? { message?.recipient ?? readyFor }

    /// Another of the same rule may be prepared in the same school year: this one was taken back, and not by a person.
    public var leavesRoomForAnother: Bool {
        if case .withdrawn(let reason) = status { reason != .cancelled } else { false }
    }

    /// The message that is to be sent now, if any.
    public var pending: Message.Kind? {
        switch status {
        case .ready: .referral
        case .withdrawn where needsWithdrawal: .withdrawal
        default: nil
        }
    }

    /// From when that message may be tried; nil where nothing is to be sent.
    public var due: Instant? {
        guard let pending, !hasOpenAttempt else { return nil }
        return message(pending)?.nextAttempt ?? Instant(milliseconds: 0)
    }

    public var hasOpenAttempt: Bool {
        message?.openAttempt != nil || withdrawal?.openAttempt != nil
    }

    /// It was taken back after it had gone, and the recipient does not know yet.
    var needsWithdrawal: Bool {
        guard case .withdrawn = status, let message, message.openAttempt == nil, message.outcome == .delivered || message.mayHaveArrived
        else { return false }
        return withdrawal?.outcome == nil
    }
}

/// What is fixed when a notice is prepared.
public struct Preparation: Hashable, Sendable {
    public var pupil: PupilID
    public var rule: NoticeRule
    public var facts: Referral.Facts

    public init(pupil: PupilID, rule: NoticeRule, facts: Referral.Facts) {
        self.pupil = pupil
        self.rule = rule
        self.facts = facts
    }
}

/// Why a notice waits, in the order in which the reasons are asked for.
public enum HoldReason: String, CaseIterable, Sendable {
    /// Prepared, and nothing more has been decided yet.
    case notReviewed = "not-reviewed"
    case nonDisclosure = "non-disclosure"
    case noRoute = "no-route"
    case noConsent = "no-consent"
    case release
    case paused
}

public enum WithdrawalReason: String, CaseIterable, Sendable {
    /// Corrected facts lowered the tier below the rule's.
    case tierLowered = "tier-lowered"
    case left
    /// Its pupil turned out to be the same as another, who has notices of their own.
    case merged
    /// It was composed, and what it rested on has gone or narrowed since.
    case basisGone = "basis-gone"
    /// By a person.
    case cancelled
}

public enum FailureReason: String, CaseIterable, Sendable {
    case outOfAttempts = "out-of-attempts"
    case deadline
    /// The recipient will not have it.
    case rejected
}
