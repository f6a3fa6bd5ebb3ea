public enum NoticeEvent: Hashable, Sendable {
    case prepared(Preparation)
    case held(HoldReason)
    /// It may go to this recipient, as far as is known: it is decided anew at each attempt.
    case readied(RecipientID)
    /// By a person.
    case released
    /// With the commitment and the sealed bytes, which the log keeps and nobody decides on.
    case composed(Composition)
    /// The intent, with the decision on the basis: in the log before the first byte leaves.
    case attemptBegun(Message.Kind, Attempt, basis: Basis?)
    case attemptEnded(Message.Kind, Outcome, next: Next)
    case withdrawn(WithdrawalReason)
    case failed(FailureReason)
    /// By a person, after it failed.
    case retried

    /// What follows an attempt.
    public enum Next: Hashable, Sendable {
        case nothing
        case retry(at: Instant)
        case giveUp(FailureReason)
    }
}
