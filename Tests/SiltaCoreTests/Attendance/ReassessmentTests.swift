import SiltaCore
import SiltaTesting
import Testing

/// What the log is told of a pupil's highest tier.
struct ReassessmentTests {
    private let provider = Example.provider(coveredThrough: day("2026-09-08"), polled: instant("2026-09-08T15:00:00Z"))

    private func pupil(_ minutes: Int32) -> Pupil {
        Example.pupil(marks: [Example.mark("1", on: day("2026-08-12"), minutes: minutes)])
    }

    private func reached(_ tier: Int) -> ReachedTier {
        ReachedTier(
            policy: Example.policyDigest, schoolYear: day("2026-08-12"), tier: tier, on: tier == 0 ? nil : day("2026-09-08"))
    }

    private func said(of pupil: Pupil, in provider: Provider) -> PupilEvent? {
        pupil.reassess(provider.assessor?.assess(pupil), in: provider)
    }

    @Test func `a tier that rises is reached, one that falls is corrected, one that stands is not told again`() {
        var pupil = pupil(600)
        #expect(said(of: pupil, in: provider) == .tierReached(reached(2)))
        pupil.evolve(.tierReached(reached(2)))
        #expect(said(of: pupil, in: provider) == nil)
        pupil.evolve(.absencesRetimed(Example.source, [.init(key: "1", date: day("2026-08-12"), start: nil, minutes: 2000)]))
        #expect(said(of: pupil, in: provider) == .tierReached(reached(3)))
        pupil.evolve(.tierReached(reached(3)))
        pupil.evolve(.absencesWithdrawn(Example.source, ["1"]))
        #expect(said(of: pupil, in: provider) == .tierCorrected(reached(0)))
        pupil.evolve(.tierCorrected(reached(0)))
        #expect(said(of: pupil, in: provider) == nil)
    }

    @Test func `a new policy starts anew and corrects nothing of the old`() {
        var pupil = pupil(600)
        pupil.evolve(.tierReached(reached(2)))
        var strict = Example.policy
        strict.tiers = [TierRule(tier: 1, threshold: .share(hundredths: 9000), isInclusive: true)]
        var changed = provider
        changed.evolve(.policyAdopted(.init(digest: "another", value: strict), text: ""))
        #expect(said(of: pupil, in: changed) == nil)
        #expect(pupil.reached == reached(2))
        var lenient = Example.policy
        lenient.tiers = [TierRule(tier: 1, threshold: .minutes(1), isInclusive: true)]
        changed.evolve(.policyAdopted(.init(digest: "third", value: lenient), text: ""))
        let first = ReachedTier(policy: "third", schoolYear: day("2026-08-12"), tier: 1, on: day("2026-09-08"))
        #expect(said(of: pupil, in: changed) == .tierReached(first))
    }

    @Test func `a new school year starts anew and corrects nothing of the old`() {
        var pupil = pupil(600)
        pupil.evolve(.tierReached(reached(2)))
        var changed = provider
        changed.evolve(.calendarAdopted(.init(digest: "next", value: SchoolYear(start: day("2027-08-11"), end: day("2028-06-03")))))
        #expect(said(of: pupil, in: changed) == nil)
    }

    @Test func `who falls out of scope has no tier`() {
        var pupil = pupil(600)
        pupil.evolve(.tierReached(reached(2)))
        pupil.evolve(.enrolmentsRecorded(Example.source, [Example.enrolment("100", from: day("2026-09-01"), grade: 4)]))
        #expect(said(of: pupil, in: provider) == .tierCorrected(reached(0)))
    }

    @Test func `without a calendar or a policy nothing is said`() {
        #expect(said(of: pupil(600), in: Provider()) == nil)
    }
}
