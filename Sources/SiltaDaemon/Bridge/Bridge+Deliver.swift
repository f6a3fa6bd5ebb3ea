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

public struct DeliveryCounts: Hashable, Sendable {
    public var delivered = 0
    public var failed = 0
    public var unknown = 0

    public init() {}

    mutating func count(_ outcome: Outcome) {
        switch outcome {
        case .delivered: delivered += 1
        case .failed: failed += 1
        case .unknown: unknown += 1
        }
    }
}

extension Bridge {
    /// So many attempts begin at once: their decisions are in the log with one commit, and no decision is older than that.
    static let attemptsAtOnce = 8

    /// Tries every message that is due, until none is.
    public func deliver(by courier: @escaping Courier) async throws -> DeliveryCounts {
        var counts = DeliveryCounts()
        let started = ambient.now()
        // Once more as long as anything has moved: an endpoint that answers again, or a new notice in place of one taken back.
        var hasMoved = true
        while hasMoved {
            hasMoved = false
            var passed: StateStore.DueKey?
            while true {
                let page = try state.due(at: started, after: passed, limit: Bridge.attemptsAtOnce)
                guard let last = page.last else { break }
                passed = last.key
                let size = try log.head().size
                let attempts = try begin(page.map(\.referral))
                if try log.head().size > size { hasMoved = true }
                guard !attempts.isEmpty else { continue }
                try await finish(attempts, by: courier, &counts)
            }
        }
        return counts
    }

    /// An attempt whose intent is in the log.
    private struct Begun: Sendable {
        var referral: NoticeID
        var pupil: PupilID
        var kind: Message.Kind
        var position: Position
        var parcel: Parcel
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
    private func begin(_ referrals: [Referral]) throws -> [Begun] {
        let now = try present()
        var plans: [Plan] = []
        var stopped: [Proposal] = []
        var probed: Set<RecipientID> = []
        for referral in referrals {
            guard let pupil = try state.pupil(referral.pupil) else { continue }
            let surroundings = now.surroundings(of: pupil)
            let plan: Plan
            switch referral.dispatch(in: surroundings, newID: { NoticeID(random: ambient.randomBits()) }) {
            case .wait: continue
            case .stop(let events):
                stopped += events.map { Proposal(.notice(referral.id, $0), by: .service("delivery"), pupil: pupil.id) }
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

    private func record(_ plans: [Plan]) throws -> [Begun] {
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
            return Begun(
                referral: plan.referral.id, pupil: plan.pupil, kind: plan.kind, position: begunAt,
                parcel: Parcel(
                    recipient: plan.composed.composition.recipient, id: plan.composed.composition.id,
                    event: CloudEvent(
                        message: plan.composed.composition, provider: sender.id, composed: try recorded(at: composedAt)),
                    evidence: try evidence(of: plan.composed, at: composedAt), body: plan.composed.body))
        }
    }

    private func finish(_ attempts: [Begun], by courier: @escaping Courier, _ counts: inout DeliveryCounts) async throws {
        let endings = await withTaskGroup(of: (Begun, Outcome).self) { group in
            for attempt in attempts { group.addTask { (attempt, await courier(attempt.parcel)) } }
            var endings: [(Begun, Outcome)] = []
            for await ending in group { endings.append(ending) }
            return endings.sorted { $0.0.position < $1.0.position }
        }
        try ambient.failpoint(.afterSend)
        let now = ambient.now()
        var proposals: [Proposal] = []
        for (attempt, outcome) in endings {
            guard let referral = try state.referral(attempt.referral) else { continue }
            counts.count(outcome)
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
    func closeInterruptedAttempts() throws {
        let now = ambient.now()
        try append(
            try state.sending().flatMap { referral in
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
