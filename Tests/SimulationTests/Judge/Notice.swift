import SiltaCore

/// One notice as the log tells of it, kept by the judge's own reading.
struct Notice {
    enum Status: Equatable {
        case fresh, ready, sending, delivered
        case held(HoldReason)
        case failed(FailureReason)
        case withdrawn(WithdrawalReason)
    }

    let id: NoticeID
    let pupil: PupilID
    let rule: NoticeRule
    let facts: Referral.Facts
    var status = Status.fresh
    var isReleased = false
    var firstReady: Instant?
    var referral: Letter?
    var withdrawal: Letter?

    init(_ id: NoticeID, _ preparation: Preparation) {
        self.id = id
        pupil = preparation.pupil
        rule = preparation.rule
        facts = preparation.facts
    }

    /// No other of its rule may be prepared beside it in its school year.
    var stands: Bool {
        switch status {
        case .withdrawn(let reason): reason == .cancelled
        default: true
        }
    }

    /// It waits for a person: the notice itself, or what takes it back.
    var hasFailed: Bool {
        if case .failed = status { true } else { withdrawal?.hasFailed ?? false }
    }

    /// The recipient has it, or may have it.
    var hasGone: Bool { referral.map { $0.isDelivered || $0.isInDoubt } ?? false }
}

/// A message of a notice: the referral, or what takes it back.
struct Letter {
    struct Attempt {
        var position: Position
        var isProbe: Bool
        /// How it ended at the recipient's door, once it got there.
        var outcome: Outcome?
    }

    let id: NoticeID
    let recipient: RecipientID
    let basis: Basis?
    let fields: Set<NoticeField>
    let composedAt: Position
    var attempts = 0
    var counted = 0
    var open: Attempt?
    var notBefore: Instant?
    var isDelivered = false
    var hasFailed = false
    /// An attempt ended without anybody knowing how.
    var isInDoubt = false
    /// What the first attempt brought.
    var body: [UInt8]?
    var evidence: String?
    /// How often the recipient took it in.
    var taken = 0
}
