import SiltaCore

/// Signs a checkpoint every hour in which something happened, and destroys what quarantined rows say that have reached their age. Soon after the start, and every night, it reads the whole log and checks
/// it.
struct HousekeepingService: Sendable {
    let desk: ProviderDesk

    private static let first = Duration.seconds(600)
    private static let interval = Duration.seconds(3600)
    /// The hour of the night, local time.
    private static let hour: Int64 = 3

    func run() async {
        var verified: LocalDate?
        await desk.stop.wait(atMost: HousekeepingService.first)
        while !desk.stop.isAsked, !Task.isCancelled {
            for planned in await desk.plan.sources { _ = try? await desk.work { try $0.age(planned.source) } }
            _ = try? await desk.work { try $0.checkpoint() }
            if let night = try? await desk.night(after: HousekeepingService.hour), night != verified {
                await desk.verify()
                verified = night
            }
            await desk.stop.wait(atMost: HousekeepingService.interval)
        }
    }
}
