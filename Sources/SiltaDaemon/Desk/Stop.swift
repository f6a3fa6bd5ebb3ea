import Synchronization

/// Whether the daemon is to end. Loops look at it between their steps, long work in its steps.
public final class Stop: Sendable {
    private let flag = Atomic(false)
    private let asked = Bell()
    private let bells = Mutex<[Bell]>([])

    public init() {}

    public var isAsked: Bool { flag.load(ordering: .acquiring) }

    public func ask() {
        flag.store(true, ordering: .releasing)
        asked.ring()
        for bell in bells.withLock({ $0 }) { bell.ring() }
    }

    /// Returns when it is asked for, when the time is over, or when the task is cancelled.
    func wait(atMost duration: Duration) async {
        let rings = asked.rings
        guard !isAsked else { return }
        await asked.wait(since: rings, atMost: duration)
    }

    /// Rings the bell when it is asked for.
    func rings(_ bell: Bell) {
        bells.withLock { $0.append(bell) }
    }
}
