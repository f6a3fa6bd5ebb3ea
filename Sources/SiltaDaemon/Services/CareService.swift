/// Opens the desk, and opens it again after what closed it has gone; beats while the desk answers.
struct CareService: Sendable {
    let desk: ProviderDesk

    private static let interval = Duration.seconds(5)

    func run() async {
        while !desk.stop.isAsked, !Task.isCancelled {
            await desk.care()
            await desk.sourceBell.wait(since: desk.sourceBell.rings, atMost: CareService.interval)
        }
    }
}
