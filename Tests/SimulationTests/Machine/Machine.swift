import SiltaCore
import SiltaDaemon
import SiltaLog
import SiltaTesting
import Synchronization

/// The process died here: what was committed stays, everything else is gone.
struct Crash: Error {
    var point: Failpoint
}

/// What the bridge takes from the outside, under a seed: time, randomness, and where it dies.
final class Machine: Sendable {
    /// What the clock showed while the log grew to a size.
    struct Commit: Sendable {
        var size: Int64
        var clock: Instant
    }

    private struct State {
        var clock: ManualClock
        var random: SeededRandom
        /// So many failpoints are passed before the crash.
        var untilCrash: Int?
        /// How long the recipients of the attempts under way take to answer.
        var delay = Duration.zero
        var commits: [Commit] = []
    }

    private let state: Mutex<State>

    init(at now: Instant, seed: UInt64) {
        state = Mutex(State(clock: ManualClock(now), random: SeededRandom(seed: seed)))
    }

    var now: Instant { state.withLock { $0.clock.now } }
    var moment: Moment { state.withLock { $0.clock.moment } }

    func set(_ now: Instant) { state.withLock { $0.clock.now = now } }

    func advance(by duration: Duration) { state.withLock { $0.clock.advance(by: duration) } }

    func randomBytes(_ count: Int) -> [UInt8] { state.withLock { $0.random.bytes(count) } }

    func crash(after failpoints: Int?) { state.withLock { $0.untilCrash = failpoints } }

    /// The attempts under way take at least so long.
    func delay(_ duration: Duration) { state.withLock { $0.delay = max($0.delay, duration) } }

    func takeCommits() -> [Commit] {
        state.withLock { state in
            defer { state.commits.removeAll(keepingCapacity: true) }
            return state.commits
        }
    }

    func ambient(of log: any EventLog) -> Ambient {
        Ambient(
            now: { self.now }, trueTime: { self.now },
            date: { ManualClock($0).moment.today },
            randomBytes: { self.randomBytes($0) },
            failpoint: { point in try self.pass(point, log) })
    }

    private func pass(_ point: Failpoint, _ log: any EventLog) throws {
        let size = point == .afterAppend ? try log.head().size : 0
        let isCrash = state.withLock { state in
            if point == .afterAppend { state.commits.append(Commit(size: size, clock: state.clock.now)) }
            if point == .afterSend {
                state.clock.advance(by: state.delay)
                state.delay = .zero
            }
            guard let left = state.untilCrash else { return false }
            state.untilCrash = left > 1 ? left - 1 : nil
            return left <= 1
        }
        if isCrash { throw Crash(point: point) }
    }
}

extension Machine {
    /// With the local date where the provider is.
    static func moment(at instant: Instant) -> Moment { ManualClock(instant).moment }
}
