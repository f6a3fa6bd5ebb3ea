public import ServiceLifecycle

/// Gives back, every minute, what the last minute's work needed and the next may not: the daemon is idle most of the time.
public struct IdleService: Service {
    private let desks: @Sendable () -> [ProviderDesk]

    /// Soon after the start, and then every minute.
    private static let first = Duration.seconds(10)
    private static let interval = Duration.seconds(60)

    public init(desks: @escaping @Sendable () -> [ProviderDesk]) {
        self.desks = desks
    }

    public func run() async throws {
        try? await cancelWhenGracefulShutdown {
            try await Task.sleep(for: IdleService.first)
            while true {
                for desk in desks() { await desk.rest() }
                IdleMemory.giveBack()
                try await Task.sleep(for: IdleService.interval)
            }
        }
    }
}
