import SiltaCore
import SiltaTesting
import Testing

/// Every status, and every change of what is known.
struct ReviewTests {
    enum Change: CaseIterable {
        case nothing, tierLowered, left, nonDisclosure, noRoute, noConsent, paused, clockBehind, anotherPolicy, anotherYear

        func happen(in scene: inout Scene) {
            switch self {
            case .nothing: break
            case .tierLowered: scene.lowerTheTier()
            case .left: scene.leave()
            case .nonDisclosure: scene.protect()
            case .noRoute: scene.loseRoute()
            case .noConsent: scene.loseConsent()
            case .paused: scene.provider.evolve(.disclosurePaused)
            case .clockBehind: scene.rules.isClockBehind = true
            case .anotherPolicy: scene.adoptAnotherPolicy()
            case .anotherYear: scene.adoptAnotherYear()
            }
        }
    }

    @Test(arguments: Change.allCases)
    func `what waits becomes ready, waits for its reason, or is taken back`(change: Change) {
        var scene = Scene()
        change.happen(in: &scene)
        let expected: [NoticeEvent] =
            switch change {
            case .nothing, .anotherPolicy, .anotherYear: [.readied(Example.recipient)]
            case .tierLowered: [.withdrawn(.tierLowered)]
            case .left: [.withdrawn(.left)]
            case .nonDisclosure: [.held(.nonDisclosure)]
            case .noRoute: [.held(.noRoute)]
            case .noConsent: [.held(.noConsent)]
            case .paused, .clockBehind: [.held(.paused)]
            }
        #expect(scene.review() == expected)
        scene.apply(scene.review())
        #expect(scene.review() == [], "once is enough")
    }

    @Test(arguments: Change.allCases)
    func `what is ready and not composed is held again, or taken back`(change: Change) {
        var scene = Scene.ready
        change.happen(in: &scene)
        let expected: [NoticeEvent] =
            switch change {
            case .nothing, .anotherPolicy, .anotherYear: []
            case .tierLowered: [.withdrawn(.tierLowered)]
            case .left: [.withdrawn(.left)]
            case .nonDisclosure: [.held(.nonDisclosure)]
            case .noRoute: [.held(.noRoute)]
            case .noConsent: [.held(.noConsent)]
            case .paused, .clockBehind: [.held(.paused)]
            }
        #expect(scene.review() == expected)
        guard !expected.isEmpty else { return }
        #expect(scene.dispatch() == .stop(expected), "asked at the attempt itself")
    }

    @Test(arguments: Change.allCases)
    func `what is composed never leaves on a basis that has gone`(change: Change) {
        var scene = Scene.retrying()
        change.happen(in: &scene)
        let expected: [NoticeEvent] =
            switch change {
            case .nothing, .anotherPolicy, .anotherYear: []
            case .tierLowered: [.withdrawn(.tierLowered)]
            case .left: [.withdrawn(.left)]
            case .nonDisclosure, .noRoute, .noConsent: [.withdrawn(.basisGone)]
            case .paused, .clockBehind: [.held(.paused)]
            }
        #expect(scene.review() == expected)
        if !expected.isEmpty { #expect(scene.dispatch() == .stop(expected)) }
    }

    @Test(arguments: Change.allCases)
    func `while an attempt runs nothing is decided`(change: Change) {
        var scene = Scene.sending
        change.happen(in: &scene)
        #expect(scene.referral.status == .sending)
        #expect(scene.review() == [])
        #expect(scene.dispatch() == .wait)
    }

    @Test(arguments: Change.allCases)
    func `what was delivered is taken back by corrected facts alone`(change: Change) {
        var scene = Scene.delivered
        change.happen(in: &scene)
        #expect(scene.review() == (change == .tierLowered ? [.withdrawn(.tierLowered)] : []))
    }

    @Test(arguments: Change.allCases)
    func `what failed waits for a person, unless its reason has gone`(change: Change) {
        var scene = Scene.rejected
        #expect(scene.referral.status == .failed(.rejected))
        change.happen(in: &scene)
        let expected: [NoticeEvent] =
            switch change {
            case .tierLowered: [.withdrawn(.tierLowered)]
            case .left: [.withdrawn(.left)]
            default: []
            }
        #expect(scene.review() == expected)
        #expect(scene.dispatch() == .wait)
    }

    @Test(arguments: WithdrawalReason.allCases, Change.allCases)
    func `what is withdrawn stays so`(reason: WithdrawalReason, change: Change) {
        var scene = Scene()
        scene.apply([.withdrawn(reason)])
        change.happen(in: &scene)
        #expect(scene.review() == [])
        #expect(scene.dispatch() == .wait, "it never went, so nothing takes it back")
    }

    @Test func `the reasons to wait are asked for in their order`() {
        var rule = Example.noticeRule
        rule.release = .byPerson
        var scene = Scene(rule: rule)
        scene.protect()
        scene.loseRoute()
        scene.loseConsent()
        scene.provider.evolve(.disclosurePaused)
        #expect(scene.review() == [.held(.nonDisclosure)])
        scene.pupil.evolve(.enrolmentsRecorded(Example.source, [Example.enrolment()]))
        #expect(scene.review() == [.held(.noRoute)])
        scene.provider.evolve(.routesAdopted(.init(digest: "routes", value: [Example.route])))
        #expect(scene.review() == [.held(.noConsent)])
        scene.regainConsent()
        #expect(scene.review() == [.held(.release)])
        scene.apply([.held(.release), .released])
        #expect(scene.review() == [.held(.paused)])
        scene.provider.evolve(.disclosureOpened)
        #expect(scene.review() == [.readied(Example.recipient)])
    }

    @Test func `a pupil leaves on the day after the last enrolment's end`() {
        var scene = Scene()
        scene.pupil.evolve(.enrolmentsRecorded(Example.source, [Example.enrolment(through: scene.clock.moment.today)]))
        #expect(scene.review() == [.readied(Example.recipient)])
        scene.clock.advance(by: .seconds(86_400))
        #expect(scene.review() == [.withdrawn(.left)])
    }

    @Test func `non-disclosure of any enrolment holds only on its days`() {
        var scene = Scene()
        var enrolment = Example.enrolment()
        enrolment.nonDisclosure = DateSpan(from: day("2026-09-01"), through: day("2026-09-08"))
        scene.pupil.evolve(.enrolmentsRecorded(Example.source, [enrolment]))
        #expect(scene.review() == [.held(.nonDisclosure)])
        scene.clock.advance(by: .seconds(86_400))
        #expect(scene.review() == [.readied(Example.recipient)])
    }

    @Test func `a basis that has narrowed withdraws what was composed, one that has grown does not`() {
        var narrowed = Scene.retrying()
        narrowed.pupil.evolve(.consentsRecorded(Example.source, [Example.consent(scope: "suppea")]))
        #expect(narrowed.review() == [.withdrawn(.basisGone)])
        var other = Scene.retrying()
        other.loseConsent()
        other.pupil.evolve(.consentGiven(Example.consent("K1")))
        #expect(other.review() == [.withdrawn(.basisGone)], "another consent is not the one it rests on")
        var more = Scene.retrying()
        more.pupil.evolve(.consentGiven(Example.consent("K1")))
        #expect(more.review() == [])
    }
}
