/// How a receiver answers requests that are right, so that a sender can be tried against recipients of every temper.
///
/// Requests that are wrong are always refused; the plan does not speak of them.
public struct AnswerPlan: Hashable, Sendable {
    /// What takes the place of the answer 200.
    public enum Trouble: Hashable, Sendable {
        /// This status. Outside 200–299 the message is not kept: it has not been received.
        case status(Int)
        /// The connection is closed without an answer. The message is kept: only the sender does not know that it was.
        case hangUp
    }

    /// Which requests get the trouble.
    public enum Extent: Hashable, Sendable {
        case everyRequest
        /// The first so many requests of each message; later ones are answered 200.
        case firstRequests(Int)
    }

    /// What one request gets.
    enum Answer: Hashable, Sendable {
        case status(Int)
        case hangUp

        /// Whether the message is kept.
        var accepts: Bool {
            switch self {
            case .status(let status): (200..<300).contains(status)
            case .hangUp: true
            }
        }
    }

    public let trouble: Trouble?
    public let extent: Extent
    /// Told with every answer outside 200–299 that the plan gives, in whole seconds.
    public let retryAfter: Duration?
    /// Waited before each answer, or before the connection is closed. The message is kept before the wait.
    public let wait: Duration

    /// Every right request is answered 200 at once.
    public static let received = AnswerPlan()

    private init() {
        trouble = nil
        extent = .everyRequest
        retryAfter = nil
        wait = .zero
    }

    /// - Parameter trouble: nil: every right request is answered 200, after the wait.
    /// - Throws: `ReceiverError.answerPlan` if a status is outside 200–599, a count of requests or a duration negative, or
    ///   `retryAfter` not in whole seconds.
    public init(
        trouble: Trouble?, extent: Extent = .everyRequest, retryAfter: Duration? = nil, wait: Duration = .zero
    ) throws(ReceiverError) {
        if case .status(let status) = trouble, !(200...599).contains(status) {
            throw .answerPlan("a status must be between 200 and 599 [status: \(status)]")
        }
        if case .firstRequests(let count) = extent, count < 0 {
            throw .answerPlan("a count of requests must not be negative [count: \(count)]")
        }
        if let retryAfter, retryAfter < .zero || retryAfter.components.attoseconds != 0 {
            throw .answerPlan("what is told in Retry-After must be whole seconds, and not negative [duration: \(retryAfter)]")
        }
        guard wait >= .zero else { throw .answerPlan("a wait must not be negative [duration: \(wait)]") }
        self.trouble = trouble
        self.extent = extent
        self.retryAfter = retryAfter
        self.wait = wait
    }

    /// - Parameter number: which of its message's right requests it is, from 1.
    func answer(toRequest number: Int) -> Answer {
        if case .firstRequests(let count) = extent, number > count { return .status(200) }
        return switch trouble {
        case .status(let status): .status(status)
        case .hangUp: .hangUp
        case nil: .status(200)
        }
    }
}
