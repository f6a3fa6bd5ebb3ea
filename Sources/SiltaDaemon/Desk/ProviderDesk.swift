public import SiltaCore
import SiltaLog
import SiltaState
import Synchronization

/// One provider's work, one thing at a time: whoever wants something of its bridge asks here.
///
/// A failure of the disk or of a file makes the desk unavailable, and ``care()`` opens it again when the cause has gone. Other
/// providers do not notice.
public actor ProviderDesk {
    /// Opens the provider's folder and its files, and puts right what an earlier process, or an earlier opening, left half done.
    ///
    /// - Parameter inFlight: the notices that this process is sending just now.
    ///   - step: what the bridge's long work calls between its steps.
    public typealias Opening = @Sendable (_ inFlight: Set<NoticeID>, _ step: @escaping @Sendable () throws -> Void) throws -> Bridge

    public nonisolated let id: String
    public nonisolated let tally = Tally()
    public nonisolated let pulse = Pulse()
    /// Rung when there may be something to deliver.
    public nonisolated let deliveryBell = Bell()
    /// Rung when somebody wants a poll, or when the plan has changed.
    public nonisolated let sourceBell = Bell()
    nonisolated let stop: Stop
    /// The sources that threads are reading now, some of them perhaps for ever.
    nonisolated let reading = SourcesBeingRead()
    nonisolated let announce: @Sendable (Announcement) -> Void
    private let opening: Opening
    private let room: @Sendable () -> NoRoom?
    private let queue: DeskQueue
    private(set) var plan: ProviderPlan
    private var bridge: Bridge?
    private(set) var condition = Condition.opening
    private(set) var inFlight: Set<NoticeID> = []

    public nonisolated var unownedExecutor: UnownedSerialExecutor { queue.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - folder: the provider's, on whose disk room is kept.
    public init(id: String, folder: String, plan: ProviderPlan, stop: Stop, announce: @escaping Announce, opening: @escaping Opening) {
        self.id = id
        self.plan = plan
        self.stop = stop
        self.opening = opening
        self.announce = { announce($0, id) }
        room = { Reserve.problem(of: folder) }
        queue = DeskQueue(id)
        stop.rings(deliveryBell)
        stop.rings(sourceBell)
    }

    // MARK: - Opening and closing

    /// Tries to open what is not open. How it stands then is told and returned.
    @discardableResult
    public func open() -> Condition {
        if bridge != nil, case .waiting = condition, room() == nil { resume() }
        guard bridge == nil, !stop.isAsked else { return condition }
        if case .stopped = condition { return condition }
        do {
            if let problem = room() { throw problem }
            let (pulse, stop) = (pulse, stop)
            var opened = try opening(inFlight) {
                pulse.beat()
                if stop.isAsked { throw Stopping() }
            }
            opened.measure(by: tally)
            opened.revise(plan)
            try opened.adopt(plan.wanted)
            bridge = opened
            change(to: .working, entries: try opened.log.head().size)
            ringAll()
        } catch is Stopping {
            // It is opened by the next process.
        } catch {
            change(to: Condition(after: error) ?? .waiting(reason: "\(error)"))
        }
        return condition
    }

    /// There is room again.
    private func resume() {
        change(to: .working)
        ringAll()
    }

    private func ringAll() {
        sourceBell.ring()
        deliveryBell.ring()
    }

    /// What the log says cannot be trusted any more: nothing is built upon it.
    func stopForGood(_ reason: String) {
        bridge = nil
        change(to: .stopped(reason: reason))
    }

    /// Lets go of the provider's folder.
    public func close() {
        bridge = nil
        condition = .opening
    }

    /// Looks after the desk: opens it again when what was wrong has gone.
    func care() -> Condition {
        pulse.beat()
        return open()
    }

    /// Takes another plan. What does not hold any more ends after its present step.
    public func take(_ plan: ProviderPlan) {
        self.plan = plan
        bridge?.revise(plan)
        if bridge != nil { try? attempt { try $0.adopt(plan.wanted) } }
        ringAll()
    }

    func planned(_ source: SourceID) -> ProviderPlan.PlannedSource? {
        plan.sources.first { $0.source.id == source }
    }

    // MARK: - Work

    /// Does something with the bridge, and waits for it.
    ///
    /// - Throws: ``DeskUnavailable`` where the desk cannot work, now or from now on; else what the work throws.
    public func work<Value: Sendable>(_ body: @Sendable (Bridge) async throws -> Value) async throws -> Value {
        pulse.beat()
        guard let bridge, condition == .working else { throw DeskUnavailable(condition: condition) }
        do {
            let value = try await body(bridge)
            deliveryBell.ring()
            return value
        } catch {
            throw fail(error)
        }
    }

    /// The same without a pause in it.
    func attempt<Value>(_ body: (Bridge) throws -> Value) throws -> Value {
        pulse.beat()
        guard let bridge, condition == .working else { throw DeskUnavailable(condition: condition) }
        return try failing { try body(bridge) }
    }

    private func failing<Value>(_ body: () throws -> Value) throws -> Value {
        do { return try body() } catch { throw fail(error) }
    }

    /// As ``attempt(_:)``, where the disk has room beyond what is kept for the outcomes of what has begun.
    func attemptWithRoom<Value>(_ body: (Bridge) throws -> Value) throws -> Value {
        if bridge != nil, condition == .working, let problem = room() { change(to: .waiting(reason: problem.description)) }
        return try attempt(body)
    }

    @discardableResult
    private func fail(_ error: any Error) -> any Error {
        guard let next = Condition(after: error) else { return error }
        // Files are closed, and opened again when that goes: nobody goes on with what may be half written.
        bridge = nil
        change(to: next)
        return DeskUnavailable(condition: next)
    }

    private func change(to next: Condition, entries: Int64 = 0) {
        guard condition != next else { return }
        switch (condition, next) {
        case (.waiting, .working): announce(.providerHealed)
        case (_, .working): announce(.providerOpened(entries: entries))
        case (_, .waiting(let reason)): announce(.providerWaits(reason: reason))
        case (_, .stopped(let reason)): announce(.providerStopped(reason: reason))
        case (_, .opening): break
        }
        condition = next
        tally.condition(next)
    }

    // MARK: - Attempts

    /// Puts into the log what is to be sent next to a recipient; nothing where nothing can go now.
    func beginAttempts(to recipient: RecipientID) throws -> [OpenAttempt] {
        let attempts = try attemptWithRoom { try $0.beginAttempts(to: recipient) }
        inFlight.formUnion(attempts.map(\.referral))
        return attempts
    }

    /// Puts into the log how attempts ended, and tells what that means for the endpoint.
    func endAttempts(_ endings: [Ending]) throws {
        guard let recipient = endings.first?.attempt.parcel.recipient else { return }
        // Also while nothing new is begun for want of room: the rest of it is kept for this.
        guard let bridge else { throw DeskUnavailable(condition: condition) }
        let (before, after, failed) = try failing {
            let before = try bridge.availability(of: recipient)
            try bridge.endAttempts(endings)
            let failed = try endings.count { try bridge.state.referral($0.attempt.referral)?.hasFailed ?? false }
            return (before, try bridge.availability(of: recipient), failed)
        }
        inFlight.subtract(endings.map(\.attempt.referral))
        for ending in endings { tally.attemptEnded(ending.attempt.parcel.recipient, ending.outcome) }
        if failed > 0 { announce(.noticesFailed(recipient, count: failed)) }
        switch (before, after) {
        case (_, .stopped): announce(.endpointStopped(recipient))
        case (_, .paused(let until)): announce(.endpointPaused(recipient, until: until))
        case (.probing, .open): announce(.endpointAnswers(recipient))
        default: break
        }
    }
}

extension Bridge {
    fileprivate func availability(of recipient: RecipientID) throws -> Endpoint.Availability {
        try state.provider().endpoints[recipient]?.availability(at: ambient.now()) ?? .open
    }
}

/// Which sources are being read.
final class SourcesBeingRead: Sendable {
    private let sources = Mutex<Set<SourceID>>([])

    /// - Returns: false where it is being read already.
    func begin(_ source: SourceID) -> Bool { sources.withLock { $0.insert(source).inserted } }

    func end(_ source: SourceID) { sources.withLock { _ = $0.remove(source) } }
}
