public import SiltaCore

/// What deciding takes from the outside: time, identifiers, randomness. Arguments everywhere, so that the whole bridge runs under
/// a seed.
public struct Ambient: Sendable {
    /// The moment that is played or real: what decisions and entries go by.
    public var now: @Sendable () -> Instant
    /// The true time, also where another moment is played: what signatures go by.
    public var trueTime: @Sendable () -> Instant
    /// The local date where the provider is.
    public var date: @Sendable (Instant) -> LocalDate
    public var randomBytes: @Sendable (Int) -> [UInt8]
    /// Called where a crash must do no harm; a simulation may throw.
    public var failpoint: @Sendable (Failpoint) throws -> Void
    /// Called between the steps of long work, so that it can be seen to go on. Throws ``Stopping`` where it should not: then the
    /// work is left undone as a whole, as if it had not begun.
    public var step: @Sendable () throws -> Void

    public init(
        now: @escaping @Sendable () -> Instant, trueTime: @escaping @Sendable () -> Instant,
        date: @escaping @Sendable (Instant) -> LocalDate, randomBytes: @escaping @Sendable (Int) -> [UInt8],
        failpoint: @escaping @Sendable (Failpoint) throws -> Void = { _ in }, step: @escaping @Sendable () throws -> Void = {}
    ) {
        self.now = now
        self.trueTime = trueTime
        self.date = date
        self.randomBytes = randomBytes
        self.failpoint = failpoint
        self.step = step
    }

    func moment() -> Moment {
        let now = now()
        return Moment(instant: now, today: date(now))
    }

    func randomBits() -> UInt128 {
        randomBytes(16).reduce(0) { $0 << 8 | UInt128($1) }
    }

    func jitter() -> UInt64 {
        randomBytes(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}

/// The steps between which a crash must do no harm.
public enum Failpoint: String, CaseIterable, Sendable {
    case afterRead = "after-read"
    case afterKeys = "after-keys"
    case insideAppend = "inside-append"
    case afterAppend = "after-append"
    case afterState = "after-state"
    case beforeSettle = "before-settle"
    case afterIntent = "after-intent"
    case afterCheckpoint = "after-checkpoint"
    case afterSend = "after-send"
}

/// Long work was asked to stop.
public struct Stopping: Error, Sendable, CustomStringConvertible {
    public let description = "silta is stopping; what was begun is not applied"

    public init() {}
}
