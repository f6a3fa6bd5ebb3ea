import Synchronization

/// Beats while work goes on: what the watchdog is fed by.
public final class Pulse: Sendable {
    private let count = Atomic<UInt64>(0)

    public init() {}

    public var beats: UInt64 { count.load(ordering: .relaxed) }

    public func beat() {
        count.wrappingAdd(1, ordering: .relaxed)
    }
}
