public import ServiceLifecycle

/// Feeds the service manager's watchdog, only while every desk has moved since the last time.
public struct Watchdog: Service {
    private let interval: Duration
    private let desks: @Sendable () -> [ProviderDesk]
    private let feed: @Sendable () -> Void

    /// - Parameter interval: half of the time after which the service manager ends a process that has not been fed.
    public init(every interval: Duration, desks: @escaping @Sendable () -> [ProviderDesk], feed: @escaping @Sendable () -> Void) {
        self.interval = interval
        self.desks = desks
        self.feed = feed
    }

    public func run() async throws {
        try? await cancelWhenGracefulShutdown {
            var seen: [String: UInt64] = [:]
            while true {
                try await Task.sleep(for: interval)
                let beats = desks().map { ($0.id, $0.pulse.beats) }
                let isMoving = beats.allSatisfy { id, beats in seen[id] != beats }
                seen = Dictionary(uniqueKeysWithValues: beats)
                if isMoving { feed() }
            }
        }
    }
}
