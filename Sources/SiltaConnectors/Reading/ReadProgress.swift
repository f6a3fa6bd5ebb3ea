public import SiltaCore
internal import Synchronization

/// How far the reading has come that is under way, for whoever looks on from elsewhere.
public final class ReadProgress: Sendable {
    private let state = Mutex<PollProgress?>(nil)

    /// Nil where nothing is known of it.
    public var now: PollProgress? { state.withLock { $0 } }

    func begin() { state.withLock { $0 = nil } }

    func tell(_ progress: PollProgress) { state.withLock { $0 = progress } }

    func add(_ count: Int) { state.withLock { $0 = PollProgress(done: ($0?.done ?? 0) + Int64(count)) } }
}
