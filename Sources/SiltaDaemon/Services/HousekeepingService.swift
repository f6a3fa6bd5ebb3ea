import SiltaCore

/// Signs a checkpoint every hour in which something happened. At night it reads the whole log and checks it.
struct HousekeepingService: Sendable {
    let desk: ProviderDesk

    private static let interval = Duration.seconds(3600)
    /// The hour of the night, local time.
    private static let hour: Int64 = 3

    func run() async {
        var cleaned: LocalDate?
        while !desk.stop.isAsked, !Task.isCancelled {
            _ = try? await desk.work { try $0.checkpointWhereGrown() }
            if let night = try? await desk.night(after: HousekeepingService.hour), night != cleaned {
                if cleaned != nil { await desk.verify() }
                cleaned = night
            }
            await desk.stop.wait(atMost: HousekeepingService.interval)
        }
    }
}
