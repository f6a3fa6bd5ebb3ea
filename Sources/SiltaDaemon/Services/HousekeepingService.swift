import SiltaCore

/// Signs a checkpoint every hour in which something happened. Soon after the start, and every night, it reads the whole log and checks
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
            _ = try? await desk.work { try $0.checkpoint() }
            if let night = try? await desk.night(after: HousekeepingService.hour), night != verified {
                await desk.verify()
                verified = night
            }
            await desk.stop.wait(atMost: HousekeepingService.interval)
        }
    }
}
