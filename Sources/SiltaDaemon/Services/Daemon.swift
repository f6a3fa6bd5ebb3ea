public import ServiceLifecycle
public import SiltaCore
import Synchronization

/// The providers that are at work, by their ids, and the loops that do it.
///
/// A new configuration is taken as a whole: providers that stay go on with another plan, new ones begin, others end.
public final class Daemon: Service {
    /// What is needed to begin with a provider.
    public struct Provider: Sendable {
        public var id: String
        public var folder: String
        public var plan: ProviderPlan
        public var opening: ProviderDesk.Opening

        public init(id: String, folder: String, plan: ProviderPlan, opening: @escaping ProviderDesk.Opening) {
            self.id = id
            self.folder = folder
            self.plan = plan
            self.opening = opening
        }
    }

    private struct AtWork {
        var desk: ProviderDesk
        var polls: PollQueue
        var plans: AsyncStream<ProviderPlan>.Continuation
    }

    public let stop: Stop
    private let announce: Announce
    private let transfer: @Sendable (DeliveryEndpoint) -> Courier
    private let atWork = Mutex<[String: AtWork]>([:])
    private let (services, begun) = AsyncStream.makeStream(of: ProviderService.self)

    /// How long what is under way may take to end by itself, before it is cut off: an attempt that is cut off counts as unknown.
    private static let grace = Duration.seconds(2)

    /// - Parameters:
    ///   - transfer: the courier to an endpoint.
    public init(
        _ providers: [Provider], stop: Stop, announce: @escaping Announce, transfer: @escaping @Sendable (DeliveryEndpoint) -> Courier
    ) {
        self.stop = stop
        self.announce = announce
        self.transfer = transfer
        providers.forEach(begin)
    }

    public var desks: [ProviderDesk] {
        atWork.withLock { $0.values.map(\.desk) }.sorted { $0.id < $1.id }
    }

    public func desk(of provider: String) -> ProviderDesk? {
        atWork.withLock { $0[provider]?.desk }
    }

    /// Polls a source now, and waits for what it comes to.
    public func poll(_ source: SourceID, of provider: String) async throws -> PollResult {
        guard let work = atWork.withLock({ $0[provider] }) else { throw NoSuch(what: "provider", id: provider) }
        let condition = await work.desk.condition
        guard condition == .working else { throw DeskUnavailable(condition: condition) }
        return try await work.polls.result(of: source, ring: work.desk.sourceBell)
    }

    /// Waits until what is due now has been tried, half a minute at most.
    ///
    /// - Returns: the attempts that ended meanwhile.
    public func settle(_ provider: String) async throws -> DeliveryCounts {
        guard let desk = desk(of: provider) else { throw NoSuch(what: "provider", id: provider) }
        let before = desk.tally.numbers.attempts
        let end = ContinuousClock.now + .seconds(30)
        desk.deliveryBell.ring()
        while ContinuousClock.now < end, !stop.isAsked, try await desk.isDelivering() { try await Task.sleep(for: .milliseconds(50)) }
        return DeliveryCounts(from: before, to: desk.tally.numbers.attempts)
    }

    /// Goes by another configuration from now on.
    public func take(_ providers: [Provider]) async {
        let wanted = Set(providers.map(\.id))
        let gone = atWork.withLock { atWork in
            let gone = atWork.filter { !wanted.contains($0.key) }
            for id in gone.keys { atWork[id] = nil }
            return gone
        }
        for work in gone.values { work.plans.finish() }
        for provider in providers {
            guard let work = atWork.withLock({ $0[provider.id] }) else {
                begin(provider)
                continue
            }
            await work.desk.take(provider.plan)
            work.plans.yield(provider.plan)
        }
    }

    private func begin(_ provider: Provider) {
        let desk = ProviderDesk(
            id: provider.id, folder: provider.folder, plan: provider.plan, stop: stop, announce: announce, opening: provider.opening)
        let polls = PollQueue()
        let (plans, continuation) = AsyncStream.makeStream(of: ProviderPlan.self)
        continuation.yield(provider.plan)
        atWork.withLock { $0[provider.id] = AtWork(desk: desk, polls: polls, plans: continuation) }
        begun.yield(ProviderService(desk: desk, polls: polls, transfer: transfer, plans: plans))
    }

    public func run() async throws {
        await withTaskGroup { group in
            group.addTask { await self.work() }
            group.addTask {
                try? await gracefulShutdown()
                self.endAll()
                try? await Task.sleep(for: Daemon.grace)
            }
            await group.next()
            group.cancelAll()
        }
    }

    private func work() async {
        await withDiscardingTaskGroup { group in
            for await service in services { group.addTask { await service.run() } }
        }
    }

    private func endAll() {
        stop.ask()
        begun.finish()
        for work in atWork.withLock({ $0.values.map(\.self) }) { work.plans.finish() }
    }
}
