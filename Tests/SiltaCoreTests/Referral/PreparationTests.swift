import SiltaCore
import SiltaTesting
import Testing

/// When a notice is prepared, and with what facts.
struct PreparationTests {
    private func preparations(_ scene: Scene, standing: [Referral] = []) -> [Preparation] {
        Referral.preparations(in: scene.surroundings, standing: standing)
    }

    @Test func `its facts are those of the day it is prepared`() {
        let facts = Scene().referral.facts
        #expect(facts.tier == 2)
        #expect(facts.reachedOn == day("2026-09-08"))
        #expect(facts.from == day("2026-08-12"))
        #expect(facts.through == day("2026-09-08"))
        #expect(facts.absentMinutes == 600)
        #expect(facts.expectedMinutes == 5220)
        #expect(facts.school == Example.school)
        #expect(facts.grade == 8)
        #expect(facts.minutesByClass == [.unexplained: 600])
        #expect(facts.policy == Example.policyDigest)
        #expect(facts.schoolYear == day("2026-08-12"))
    }

    @Test func `one of a rule stands for a pupil and school year, in whatever state but withdrawn`() {
        for scene in [Scene(), .ready, .sending, .retrying(), .delivered, .rejected] {
            #expect(preparations(scene, standing: [scene.referral]) == [], "\(scene.referral.status)")
        }
        for reason in WithdrawalReason.allCases {
            var scene = Scene()
            scene.apply([.withdrawn(reason)])
            #expect(preparations(scene, standing: [scene.referral]).count == (reason == .cancelled ? 0 : 1), "\(reason)")
        }
    }

    @Test func `another school year or another rule is another notice, another policy is not`() {
        var year = Scene.delivered
        year.provider.evolve(.calendarAdopted(.init(digest: "next", value: SchoolYear(start: day("2026-08-10"), end: day("2027-06-05")))))
        #expect(preparations(year, standing: [year.referral]).count == 1)
        var policy = Scene.delivered
        policy.provider.evolve(.policyAdopted(.init(digest: "another", value: Example.policy), text: ""))
        #expect(preparations(policy, standing: [policy.referral]) == [])
        var rule = Example.noticeRule
        rule.id = "second"
        var more = Example.policy
        more.notices.append(rule)
        policy.provider.evolve(.policyAdopted(.init(digest: "third", value: more), text: ""))
        #expect(preparations(policy, standing: [policy.referral]).map(\.rule.id) == ["second"])
    }

    @Test func `below the rule's tier, out of scope or after leaving there is none`() {
        var lowered = Scene()
        lowered.lowerTheTier()
        #expect(preparations(lowered) == [])
        var left = Scene()
        left.leave()
        #expect(preparations(left) == [])
        var young = Scene()
        young.pupil.evolve(.enrolmentsRecorded(Example.source, [Example.enrolment(grade: 4)]))
        #expect(preparations(young) == [])
        var unready = Scene()
        unready.provider = Provider()
        #expect(preparations(unready) == [])
    }

    @Test func `without consent, route or an open door it is prepared all the same`() {
        var scene = Scene()
        scene.loseConsent()
        scene.loseRoute()
        scene.protect()
        scene.provider.evolve(.disclosurePaused)
        #expect(preparations(scene).count == 1)
    }

    @Test func `a higher tier than the rule's prepares one notice`() {
        var scene = Scene()
        scene.pupil.evolve(.absencesRetimed(Example.source, [.init(key: "1", date: day("2026-08-12"), start: nil, minutes: 5000)]))
        #expect(preparations(scene).map(\.facts.tier) == [3])
    }
}
