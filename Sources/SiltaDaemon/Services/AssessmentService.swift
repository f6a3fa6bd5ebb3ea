import SiltaCore

/// Says what follows when a day begins, when a consent's source has been silent for too long, when coverage has changed: whatever
/// changed, it is found within a minute.
struct AssessmentService: Sendable {
    let desk: ProviderDesk

    private static let interval = Duration.seconds(60)

    func run() async {
        while !desk.stop.isAsked, !Task.isCancelled {
            let rings = desk.sourceBell.rings
            try? await desk.assess()
            await desk.tellOfClock()
            await desk.sourceBell.wait(since: rings, atMost: AssessmentService.interval)
        }
    }
}
