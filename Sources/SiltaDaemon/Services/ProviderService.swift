import SiltaCore

/// Everything that is done for one provider, until the daemon ends or the configuration has the provider no more.
struct ProviderService: Sendable {
    let desk: ProviderDesk
    let polls: PollQueue
    let transfer: @Sendable (DeliveryEndpoint) -> Courier
    /// The plans that the desk has taken, the first at once.
    let plans: AsyncStream<ProviderPlan>

    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await CareService(desk: desk).run() }
            group.addTask { await AssessmentService(desk: desk).run() }
            group.addTask { await HousekeepingService(desk: desk).run() }
            // What a later plan does not have rests, and goes on where a still later one has it again.
            var sources: Set<SourceID> = []
            var recipients: Set<RecipientID> = []
            for await plan in plans {
                for planned in plan.sources where sources.insert(planned.source.id).inserted {
                    group.addTask { await SourceService(desk: desk, source: planned.source.id, polls: polls).run() }
                }
                for recipient in plan.endpoints.keys where recipients.insert(recipient).inserted {
                    group.addTask { await DeliveryService(desk: desk, recipient: recipient, transfer: transfer).run() }
                }
            }
            group.cancelAll()
        }
        polls.giveUp()
        await desk.close()
    }
}
