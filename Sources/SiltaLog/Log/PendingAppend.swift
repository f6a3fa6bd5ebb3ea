import Dispatch
import Glibc
import SiltaCore
import SiltaFormats
import Synchronization

/// An append that was asked for and is not durable yet. Whoever commits runs those of all who wait.
final class PendingAppend: Sendable {
    typealias Body = (_ put: (Draft) throws(LogFailure) -> Entry) throws -> Void

    /// Nil: wherever the head is.
    let size: Int64?
    let recorded: Instant
    /// Not safe by itself: it is run once, by one thread, while the one that asked stands still in `waits`, or is that thread.
    private nonisolated(unsafe) var body: Body?
    private let state = Mutex(State())
    private let woken = DispatchSemaphore(value: 0)

    private struct State {
        var outcome: Result<LogHead, any Error>?
        var group: [PendingAppend] = []
    }

    init(size: Int64?, recorded: Instant, body: @escaping Body) {
        self.size = size
        self.recorded = recorded
        self.body = body
    }

    func run(_ put: (Draft) throws(LogFailure) -> Entry) throws {
        guard let body else { preconditionFailure("An append is run while its caller waits for it") }
        try body(put)
    }

    /// Says how it ended; what was said first stays.
    func settle(_ outcome: Result<LogHead, any Error>) {
        state.withLock { if $0.outcome == nil { $0.outcome = outcome } }
    }

    /// Lets the one that asked go on: with its outcome, or with appends to commit, its own the first of them.
    func wake(toCommit group: [PendingAppend] = []) {
        if group.isEmpty { body = nil }
        state.withLock { $0.group = group }
        woken.signal()
    }

    /// - Returns: the appends that the one that asked is to commit; none if its own is settled.
    func waits() -> [PendingAppend] {
        woken.wait()
        return state.withLock { state in
            defer { state.group = [] }
            return state.group
        }
    }

    func outcome() throws -> LogHead {
        body = nil
        guard let outcome = state.withLock({ $0.outcome }) else { preconditionFailure("An append that nobody waits for has an outcome") }
        return try outcome.get()
    }
}

/// Who appends, and who waits for it.
final class PendingAppends: Sendable {
    /// So many are committed together at most.
    private static let limit = 256

    private let state = Mutex(State())

    private struct State {
        var isCommitting = false
        var waiting: [PendingAppend] = []
        /// How many the last commit was for.
        var committed = 0

        mutating func take(_ count: Int) -> [PendingAppend] {
            let taken = Array(waiting.prefix(count))
            waiting.removeFirst(taken.count)
            return taken
        }
    }

    /// - Returns: whether nobody commits now, so that the one who asks is to.
    func enters(_ append: PendingAppend) -> Bool {
        state.withLock { state in
            guard state.isCommitting else {
                state.isCommitting = true
                return true
            }
            state.waiting.append(append)
            return false
        }
    }

    /// The appends that are committed next, those that were asked for meanwhile among them.
    ///
    /// After a commit for many, they are on their way back with their next append: it is worth a few microseconds to let them come,
    /// where a commit takes hundreds.
    func gathered(_ first: [PendingAppend]) -> [PendingAppend] {
        var group = first
        let expected = state.withLock { $0.committed }
        var patience = 200
        while group.count < expected, patience > 0 {
            sched_yield()
            group += state.withLock { $0.take(PendingAppends.limit - group.count) }
            patience -= 1
        }
        state.withLock { $0.committed = group.count }
        return group
    }

    /// After a commit: those who wait are committed by the first of them.
    func passOn() {
        let group = state.withLock { state in
            let group = state.take(PendingAppends.limit)
            state.isCommitting = !group.isEmpty
            return group
        }
        group.first?.wake(toCommit: group)
    }
}
