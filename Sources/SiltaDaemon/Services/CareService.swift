/// Opens the desk, and opens it again after what closed it has gone; beats while the desk answers.
struct CareService: Sendable {
    let desk: ProviderDesk

    private static let interval = Duration.seconds(5)
    /// What keeps it from opening is mostly short: a command that holds the folder, a disk that is being mounted.
    private static let retry = Duration.seconds(1)

    func run() async {
        while !desk.stop.isAsked, !Task.isCancelled {
            let isWorking = await desk.care() == .working
            await desk.stop.wait(atMost: isWorking ? CareService.interval : CareService.retry)
        }
    }
}
