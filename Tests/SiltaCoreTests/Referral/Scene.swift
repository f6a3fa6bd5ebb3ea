import SiltaCore
import SiltaTesting

/// A pupil of tier 2 with a consent, an open provider, and one notice: told what happens, it says what the notice does.
struct Scene {
    var clock = ManualClock(instant("2026-09-08T15:00:00Z"))
    var pupil = Example.pupil(
        enrolments: [Example.enrolment(oppijanumero: "1.2.246.562.24.1", hetu: "010112A900X")],
        marks: [Example.mark("1", on: day("2026-08-12"), minutes: 600)], consents: [Example.consent()])
    var provider = Example.provider(coveredThrough: day("2026-09-08"), polled: instant("2026-09-08T14:00:00Z"))
    var rules = DisclosureRules()
    var referral: Referral
    private var position = Position(100)

    init(rule: NoticeRule = Example.noticeRule) {
        var policy = Example.policy
        policy.notices = [rule]
        provider.evolve(.policyAdopted(.init(digest: Example.policyDigest, value: policy), text: ""))
        let surroundings = Surroundings(pupil: pupil, provider: provider, moment: clock.moment, rules: rules)
        let preparation = Referral.preparations(in: surroundings, standing: [])[0]
        referral = Referral(id: Example.notice, preparation: preparation, recorded: clock.now)
    }

    var surroundings: Surroundings { Surroundings(pupil: pupil, provider: provider, moment: clock.moment, rules: rules) }

    func review() -> [NoticeEvent] { referral.review(in: surroundings) }

    mutating func apply(_ events: [NoticeEvent]) {
        for event in events {
            position = Position(position.value + 1)
            referral.evolve(event, at: position, recorded: clock.now)
            if case .attemptEnded(let kind, let outcome, _) = event, let recipient = referral.message(kind)?.recipient {
                provider.evolve(outcome: outcome, of: recipient, at: clock.now)
            }
        }
    }

    func dispatch(newID: NoticeID = NoticeID(random: 77)) -> Referral.Dispatch { referral.dispatch(in: surroundings) { newID } }

    /// Composes where that is due, and begins the attempt; what was not to be sent is returned.
    @discardableResult
    mutating func begin() -> Referral.Dispatch {
        let dispatch = dispatch()
        switch dispatch {
        case .compose(let composition, let attempt):
            apply([.composed(composition), .attemptBegun(composition.kind, attempt, basis: composition.basis)])
        case .send(let message, let attempt, _):
            apply([.attemptBegun(message.composition.kind, attempt, basis: message.composition.basis)])
        case .stop(let events): apply(events)
        case .wait: break
        }
        return dispatch
    }

    /// A whole attempt.
    mutating func attempt(_ outcome: Outcome, jitter: UInt64 = 200) {
        guard let kind = referral.pending else { return }
        begin()
        guard referral.hasOpenAttempt else { return }
        apply([referral.ended(kind, outcome, at: clock.now, jitter: jitter)])
    }

    // MARK: - What may happen

    mutating func lowerTheTier() { pupil.evolve(.absencesWithdrawn(Example.source, ["1"])) }
    mutating func loseConsent() { pupil.evolve(.consentsLapsed(Example.source, ["S1"], .absent)) }
    mutating func regainConsent() { pupil.evolve(.consentsRecorded(Example.source, [Example.consent()])) }
    mutating func loseRoute() { provider.evolve(.routesAdopted(.init(digest: "no routes", value: []))) }

    /// The next day's export does not hold the pupil any more.
    mutating func leave() {
        clock.advance(by: .seconds(86_400))
        pupil.evolve(.enrolmentsEnded(Example.source, ["100/2026-08-12"], last: clock.moment.today.adding(days: -1)))
    }

    mutating func protect() {
        var enrolment = pupil.enrolments[0]
        enrolment.guardianNonDisclosure = DateSpan(from: day("2026-09-01"))
        pupil.evolve(.enrolmentsRecorded(Example.source, [enrolment]))
    }

    mutating func adoptAnotherPolicy() {
        var policy = Example.policy
        policy.tiers = [TierRule(tier: 1, threshold: .share(hundredths: 9000), isInclusive: true)]
        provider.evolve(.policyAdopted(.init(digest: "another", value: policy), text: ""))
    }

    mutating func adoptAnotherYear() {
        provider.evolve(.calendarAdopted(.init(digest: "next", value: SchoolYear(start: day("2026-09-07"), end: day("2027-06-05")))))
    }

    // MARK: - Where a notice may stand

    static var ready: Scene {
        var scene = Scene()
        scene.apply([.readied(Example.recipient)])
        return scene
    }

    static var sending: Scene {
        var scene = ready
        scene.begin()
        return scene
    }

    /// Composed, tried and to be tried again.
    static func retrying(after outcome: Outcome = .unreachable) -> Scene {
        var scene = ready
        scene.attempt(outcome)
        scene.clock.advance(by: .seconds(10))
        return scene
    }

    static var delivered: Scene {
        var scene = ready
        scene.attempt(.delivered(status: 202))
        return scene
    }

    static var rejected: Scene {
        var scene = ready
        scene.attempt(Outcome(status: 422, retryAfter: nil))
        return scene
    }
}

extension Outcome {
    static let unreachable = Outcome.failed(.init(reason: "the endpoint could not be reached"))
    static let timedOut = Outcome.unknown(reason: "no answer came")
}
