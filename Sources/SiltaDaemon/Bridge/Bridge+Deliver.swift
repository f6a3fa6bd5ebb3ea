public import SiltaCore
public import SiltaFormats
import SiltaLog
import SiltaState

/// A message on its way out, as one attempt sends it.
public struct Parcel: Sendable {
    public var recipient: RecipientID
    public var id: NoticeID
    public var event: CloudEvent
    public var evidence: Evidence
    public var body: [UInt8]
}

/// Carries a message to its recipient and says how that ended. Never throws: not knowing is an outcome too.
public typealias Courier = @Sendable (Parcel) async -> Outcome

/// Carries nothing: there is nobody of this id to carry to.
public let noCourier: Courier = { _ in .failed(.init(reason: "no recipient of this id is configured", isOurs: true)) }

public struct DeliveryCounts: Hashable, Sendable {
    public var delivered = 0
    public var failed = 0
    public var unknown = 0

    public init() {}

    init(from before: [RecipientID: [String: Int]], to after: [RecipientID: [String: Int]]) {
        func grown(_ name: String) -> Int {
            after.values.reduce(0) { $0 + ($1[name] ?? 0) } - before.values.reduce(0) { $0 + ($1[name] ?? 0) }
        }
        (delivered, failed, unknown) = (grown("delivered"), grown("failed"), grown("unknown"))
    }

    mutating func count(_ outcome: Outcome) {
        switch outcome {
        case .delivered: delivered += 1
        case .failed: failed += 1
        case .unknown: unknown += 1
        }
    }
}

/// An attempt whose intent is in the log.
struct OpenAttempt: Sendable {
    var referral: NoticeID
    var pupil: PupilID
    var kind: Message.Kind
    /// Of the intent.
    var position: Position
    var parcel: Parcel
}

/// How an attempt ended.
struct Ending: Sendable {
    var attempt: OpenAttempt
    var outcome: Outcome
}

extension Bridge {
    /// So many attempts begin at once: their decisions are in the log with one commit, and no decision is older than that.
    private static let attemptsAtOnce = 8

    /// Tries every message that is due, until none is.
    public func deliver(by courier: @escaping Courier) async throws -> DeliveryCounts {
        var counts = DeliveryCounts()
        let started = ambient.now()
        // Once more as long as anything has moved: an endpoint that answers again, or a new notice in place of one taken back.
        var hasMoved = true
        while hasMoved {
            hasMoved = false
            for recipient in try state.recipientsDue(at: started) {
                var passed: StateStore.DueKey?
                while let page = try nextPage(to: recipient, at: started, &passed) {
                    let size = try log.head().size
                    let attempts = try begin(page)
                    if try log.head().size > size { hasMoved = true }
                    guard !attempts.isEmpty else { continue }
                    let endings = await OpenAttempt.carry(attempts, by: courier)
                    endings.forEach { counts.count($0.outcome) }
                    try endAttempts(endings)
                }
            }
        }
        return counts
    }

    /// Puts into the log what is to be sent next to a recipient; nothing where nothing can go now.
    func beginAttempts(to recipient: RecipientID) throws -> [OpenAttempt] {
        guard try turn(of: recipient) == .now else { return [] }
        var passed: StateStore.DueKey?
        let now = ambient.now()
        while let page = try nextPage(to: recipient, at: now, &passed) {
            try ambient.step()
            let attempts = try begin(page)
            if !attempts.isEmpty { return attempts }
        }
        return []
    }

    /// When something may go to a recipient next, as far as is known now.
    enum Turn: Hashable {
        case now
        case at(Instant)
        /// When something else has happened.
        case unknown
    }

    func turn(of recipient: RecipientID) throws -> Turn {
        let provider = try state.provider()
        let now = ambient.now()
        guard provider.isDisclosureOpen, try log.head().lastRecorded.map({ $0 <= now }) ?? true else { return .unknown }
        guard let due = try state.nextDue(of: recipient) else { return .unknown }
        switch provider.endpoints[recipient]?.availability(at: now) ?? .open {
        case .stopped: return .unknown
        case .paused(let until): return .at(max(until, due))
        case .open, .probing: return due <= now ? .now : .at(due)
        }
    }

    private func nextPage(to recipient: RecipientID, at now: Instant, _ passed: inout StateStore.DueKey?) throws -> [Referral]? {
        let page = try state.due(at: now, to: recipient, after: passed, limit: Bridge.attemptsAtOnce)
        guard let last = page.last else { return nil }
        passed = last.key
        return page.map(\.referral)
    }

    /// What is to be sent, before it is in the log.
    private struct Plan {
        var referral: Referral
        var attempt: Attempt
        var kind: Message.Kind
        var basis: Basis?
        var composed: ComposedMessage
        /// Nil where the composing goes into the log together with the intent.
        var composedAt: Position?
        var pupil: PupilID { referral.pupil }
    }

    /// Decides anew on each, and puts into the log what is to be sent before any of it leaves.
    private func begin(_ referrals: [Referral]) throws -> [OpenAttempt] {
        let now = try present()
        var plans: [Plan] = []
        var stopped: [Proposal] = []
        var probed: Set<RecipientID> = []
        for referral in referrals {
            guard let pupil = try state.whole(referral.pupil, by: now.provider.merges) else { continue }
            let all = now.provider.merges.all(of: referral.pupil)
            let notices = try all.count > 1 ? all.flatMap { try state.referrals(of: $0) } : []
            let surroundings = now.surroundings(of: pupil, notices)
            let plan: Plan
            switch referral.dispatch(in: surroundings, newID: { NoticeID(random: ambient.randomBits()) }) {
            case .wait: continue
            case .stop(let events):
                stopped += events.map { Proposal(.notice(referral.id, $0), by: .service("delivery"), pupil: referral.pupil) }
                continue
            case .compose(let composition, let attempt):
                let composed = ComposedMessage(
                    composition: composition, body: body(of: composition, referral, pupil), salt: ambient.randomBytes(32))
                plan = Plan(
                    referral: referral, attempt: attempt, kind: composition.kind, basis: composition.basis, composed: composed,
                    composedAt: nil)
            case .send(let message, let attempt, let basis):
                plan = Plan(
                    referral: referral, attempt: attempt, kind: message.composition.kind, basis: basis,
                    composed: try composed(at: message.composedAt), composedAt: message.composedAt)
            }
            if plan.attempt.isProbe, !probed.insert(plan.composed.composition.recipient).inserted { continue }
            plans.append(plan)
        }
        try append(stopped)
        // What was taken back leaves room for another.
        if !stopped.isEmpty { try assess(Set(stopped.compactMap(\.pupil)).sorted()) }
        return try record(plans)
    }

    private func record(_ plans: [Plan]) throws -> [OpenAttempt] {
        guard !plans.isEmpty else { return [] }
        var proposals: [Proposal] = []
        for plan in plans {
            if plan.composedAt == nil {
                proposals.append(
                    Proposal(
                        .notice(plan.referral.id, .composed(plan.composed.composition)), by: .service("delivery"), pupil: plan.pupil,
                        composed: plan.composed))
            }
            proposals.append(
                Proposal(
                    .notice(plan.referral.id, .attemptBegun(plan.kind, plan.attempt, basis: plan.basis)), by: .service("delivery"),
                    cause: plan.composedAt.map { .entry($0) } ?? .back(1), pupil: plan.pupil))
        }
        var positions = try append(proposals)[...]
        try ambient.failpoint(.afterIntent)
        try checkpoint()
        try ambient.failpoint(.afterCheckpoint)
        return try plans.map { plan in
            let composedAt = plan.composedAt ?? positions.removeFirst()
            let begunAt = positions.removeFirst()
            return OpenAttempt(
                referral: plan.referral.id, pupil: plan.pupil, kind: plan.kind, position: begunAt,
                parcel: Parcel(
                    recipient: plan.composed.composition.recipient, id: plan.composed.composition.id,
                    event: CloudEvent(
                        message: plan.composed.composition, provider: sender.id, composed: try recorded(at: composedAt)),
                    evidence: try evidence(of: plan.composed, at: composedAt), body: plan.composed.body))
        }
    }

    /// Puts into the log how attempts ended, and what follows.
    func endAttempts(_ endings: [Ending]) throws {
        try ambient.failpoint(.afterSend)
        let now = ambient.now()
        var proposals: [Proposal] = []
        for ending in endings {
            let (attempt, outcome) = (ending.attempt, ending.outcome)
            // Where it was closed as interrupted meanwhile, there is nothing more to say.
            guard let referral = try state.referral(attempt.referral), referral.message(attempt.kind)?.openAttempt != nil else { continue }
            proposals.append(
                Proposal(
                    .notice(attempt.referral, referral.ended(attempt.kind, outcome, at: now, jitter: ambient.jitter())),
                    by: .service("delivery"), cause: .entry(attempt.position), pupil: attempt.pupil))
            if outcome.isGone {
                proposals.append(
                    Proposal(.endpoint(attempt.parcel.recipient, .stopped(status: 410)), by: .service("delivery"), cause: .back(1)))
            }
        }
        try append(proposals)
    }

    /// Attempts that an earlier process began and never ended: nobody knows whether they arrived.
    func closeInterruptedAttempts(but inFlight: Set<NoticeID>) throws {
        let now = ambient.now()
        try append(
            try state.sending().filter { !inFlight.contains($0.id) }.flatMap { referral in
                referral.interrupted(at: now, jitter: ambient.jitter()).map {
                    Proposal(.notice(referral.id, $0), by: .service("delivery"), pupil: referral.pupil)
                }
            })
    }

    private func body(of composition: Composition, _ referral: Referral, _ pupil: Pupil) -> [UInt8] {
        switch composition.kind {
        case .referral: NoticeBody.referral(referral, composition, pupil: pupil, from: sender)
        case .withdrawal: NoticeBody.withdrawal(composition, of: referral.id)
        }
    }

    /// The bytes of a message that was composed before.
    public func composed(at position: Position) throws -> ComposedMessage {
        guard let stored = try log.entry(at: position), let secret = try secret(of: stored.entry) else {
            throw LogFailure(.missing, "The bytes of a composed notice are not in the log or cannot be opened [position: \(position)]")
        }
        return try ComposedMessage(secret: secret)
    }

    private func recorded(at position: Position) throws -> Instant {
        guard let stored = try log.entry(at: position) else {
            throw LogFailure(.missing, "The log does not go so far [position: \(position)]")
        }
        return stored.entry.recorded
    }
}

extension OpenAttempt {
    /// Sends all at once, and waits for how each ended.
    static func carry(_ attempts: [OpenAttempt], by courier: @escaping Courier) async -> [Ending] {
        await withTaskGroup(of: Ending.self) { group in
            for attempt in attempts { group.addTask { Ending(attempt: attempt, outcome: await courier(attempt.parcel)) } }
            var endings: [Ending] = []
            for await ending in group { endings.append(ending) }
            return endings.sorted { $0.attempt.position < $1.attempt.position }
        }
    }
}
