public import SiltaConsole
public import SiltaCore
import Synchronization

/// What a provider's desk has done since the daemon was started, and how it stands: for `status` and for metrics. No pupil is in it.
public final class Tally: Sendable {
    public struct Numbers: Sendable {
        public var condition = Condition.opening
        /// Polls by source and by how they ended: `completed`, `failed`, `held`.
        public var polls: [SourceID: [String: Int]] = [:]
        /// Rows read, by source.
        public var records: [SourceID: Int] = [:]
        /// Rows quarantined by the last completed poll, by source.
        public var quarantined: [SourceID: Int] = [:]
        /// The polls that are under way.
        public var polling: [SourceID: Polling] = [:]
        public var nextPoll: [SourceID: Instant] = [:]
        /// Attempts by recipient and by how they ended: `delivered`, `failed`, `unknown`.
        public var attempts: [RecipientID: [String: Int]] = [:]
        public var assessments = 0
        public var appends = Histogram()
    }

    /// A poll that is under way.
    public struct Polling: Sendable {
        public var began: Instant
        /// Says how far it has come.
        fileprivate let ask: @Sendable () -> PollProgress?

        /// How far it has come by now; nil where that is not known.
        public var progress: PollProgress? { ask() }
    }

    private let state = Mutex(Numbers())

    public init() {}

    public var numbers: Numbers { state.withLock { $0 } }

    func condition(_ condition: Condition) {
        state.withLock { $0.condition = condition }
    }

    func appended(in duration: Duration) {
        state.withLock { $0.appends.observe(duration) }
    }

    func assessed(_ count: Int) {
        state.withLock { $0.assessments += count }
    }

    func willPoll(_ source: SourceID, at instant: Instant) {
        state.withLock {
            $0.polling[source] = nil
            $0.nextPoll[source] = instant
        }
    }

    func pollBegan(_ source: SourceID, at instant: Instant, progress: @escaping @Sendable () -> PollProgress?) {
        state.withLock {
            $0.polling[source] = Polling(began: instant, ask: progress)
            $0.nextPoll[source] = nil
        }
    }

    func pollEnded(_ source: SourceID, _ result: PollResult) {
        state.withLock { numbers in
            numbers.polling[source] = nil
            numbers.polls[source, default: [:]][result.name, default: 0] += 1
            guard case .completed(let poll) = result else { return }
            numbers.records[source, default: 0] += poll.rows
            numbers.quarantined[source] = poll.quarantined
        }
    }

    func attemptEnded(_ recipient: RecipientID, _ outcome: Outcome) {
        state.withLock { $0.attempts[recipient, default: [:]][outcome.name, default: 0] += 1 }
    }
}

extension PollResult {
    var name: String {
        switch self {
        case .completed: "completed"
        case .failed: "failed"
        case .held: "held"
        }
    }
}

extension Outcome {
    var name: String {
        switch self {
        case .delivered: "delivered"
        case .failed: "failed"
        case .unknown: "unknown"
        }
    }
}
