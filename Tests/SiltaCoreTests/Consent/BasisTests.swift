import SiltaTesting
import Testing

@testable import SiltaCore

/// What makes a disclosure lawful at a moment, and what does not.
struct BasisTests {
    private let clock = ManualClock(instant("2026-09-08T12:00:00Z"))

    private func question(
        on today: LocalDate = day("2026-09-08"), polled: Instant? = instant("2026-09-08T11:00:00Z"), age: [SourceID: Duration] = [:]
    ) -> ConsentQuestion {
        var health = SourceHealth()
        health.lastCompleted = polled
        return ConsentQuestion(
            purpose: Example.purpose, recipient: Example.recipient, moment: Moment(instant: clock.now, today: today),
            scopes: Example.policy.scopes, sources: [Example.source: health], consentAge: age)
    }

    private func keys(_ pupil: Pupil, _ question: ConsentQuestion) -> [ConsentKey] { pupil.bases(for: question).map(\.consent) }

    @Test(
        arguments: [
            ("2026-09-01", nil, nil, "2026-08-31", false), ("2026-09-01", nil, nil, "2026-09-01", true),
            ("2026-09-01", "2026-09-08", nil, "2026-09-08", true),
            ("2026-09-01", "2026-09-08", nil, "2026-09-09", false), ("2026-09-01", nil, "2026-09-08", "2026-09-07", true),
            ("2026-09-01", nil, "2026-09-08", "2026-09-08", false), ("2026-09-01", nil, "2026-09-08", "2026-09-09", false),
            ("2026-09-01", "2026-09-30", "2026-08-01", "2026-09-05", false),
        ] as [(String, String?, String?, String, Bool)])
    func `a consent holds from its first through its last day, not on the day it is withdrawn`(
        from: String, through: String?, withdrawn: String?, today: String, holds: Bool
    ) {
        let consent = Example.consent(given: day("2026-08-20"), from: day(from), through: through.map(day), withdrawn: withdrawn.map(day))
        #expect(consent.holds(on: day(today)) == holds)
        #expect(keys(Example.pupil(consents: [consent]), question(on: day(today))) == (holds ? ["S1"] : []))
    }

    @Test func `another purpose, recipient or scope is no basis`() {
        for consent in [
            Example.consent(purpose: "lastensuojelu"), Example.consent(recipient: "hva-toinen"), Example.consent(scope: "tuntematon"),
            Example.consent(scope: "Perus"),
        ] {
            #expect(keys(Example.pupil(consents: [consent]), question()) == [])
        }
    }

    @Test func `a scope that does not allow the identity is no basis`() {
        var question = question()
        question.scopes = ["perus": [.tier]]
        #expect(keys(Example.pupil(consents: [Example.consent()]), question) == [])
    }

    @Test func `what has lapsed is no basis`() {
        for lapse in ToldConsent.Lapse.allCases {
            var pupil = Example.pupil(consents: [Example.consent()])
            pupil.evolve(.consentsLapsed(Example.source, ["S1"], lapse))
            #expect(keys(pupil, question()) == [])
            pupil.evolve(.consentsRecorded(Example.source, [Example.consent()]))
            #expect(keys(pupil, question()) == ["S1"])
        }
    }

    @Test(
        arguments: [
            ("2026-09-08T11:00:00Z", nil, true), ("2026-09-01T12:00:00Z", nil, true), ("2026-09-01T11:59:59.999Z", nil, false),
            ("2026-09-08T11:00:00Z", 3600, true), ("2026-09-08T10:59:59.999Z", 3600, false), ("2026-08-25T12:00:00Z", 14 * 86_400, true),
            (nil, nil, false),
        ] as [(String?, Int64?, Bool)])
    func `a source's consents count while its last completed poll is young enough`(polled: String?, age: Int64?, counts: Bool) {
        let ages = age.map { [Example.source: Duration.seconds($0)] } ?? [:]
        let question = question(polled: polled.map(instant), age: ages)
        #expect(keys(Example.pupil(consents: [Example.consent()]), question) == (counts ? ["S1"] : []))
    }

    @Test func `what a person entered does not age with any source`() {
        var pupil = Example.pupil()
        pupil.evolve(.consentGiven(Example.consent("K1")))
        #expect(keys(pupil, question(polled: nil)) == ["K1"])
    }

    @Test func `a failed or held poll does not make a source fresh`() {
        var provider = Provider()
        provider.evolve(.pollFailed(reason: "no"), of: Example.source, at: clock.now)
        provider.evolve(.pollHeld([]), of: Example.source, at: clock.now)
        var question = question()
        question.sources = provider.sources
        #expect(keys(Example.pupil(consents: [Example.consent()]), question) == [])
    }

    @Test func `a person's withdrawal outlasts the register's telling until a later-given consent`() {
        var pupil = Example.pupil(consents: [Example.consent(given: day("2026-08-20"))])
        pupil.evolve(.consentRefused(Refusal(purpose: Example.purpose, recipient: Example.recipient, on: day("2026-09-01"))))
        #expect(keys(pupil, question()) == [])
        pupil.evolve(.consentsRecorded(Example.source, [Example.consent(given: day("2026-08-20"))]))
        #expect(keys(pupil, question()) == [], "the register tells it again")
        pupil.evolve(.consentsRecorded(Example.source, [Example.consent("S2", given: day("2026-09-01"), from: day("2026-09-01"))]))
        #expect(keys(pupil, question()) == [], "given on that day")
        pupil.evolve(.consentsRecorded(Example.source, [Example.consent("S3", given: day("2026-09-02"), from: day("2026-09-02"))]))
        #expect(keys(pupil, question()) == ["S3"])
    }

    @Test func `a withdrawal is of one purpose and recipient`() {
        var pupil = Example.pupil(consents: [Example.consent()])
        pupil.evolve(.consentRefused(Refusal(purpose: "muu", recipient: Example.recipient, on: day("2026-09-01"))))
        pupil.evolve(.consentRefused(Refusal(purpose: Example.purpose, recipient: "hva-toinen", on: day("2026-09-01"))))
        #expect(keys(pupil, question()) == ["S1"])
    }

    @Test func `of several bases the one that allows the most comes first, then the latest given`() {
        let pupil = Example.pupil(consents: [
            Example.consent("a", scope: "suppea", given: day("2026-09-05")), Example.consent("b", given: day("2026-08-20")),
            Example.consent("c", given: day("2026-09-01")),
        ])
        #expect(keys(pupil, question()) == ["c", "b", "a"])
        #expect(pupil.bases(for: question()).first?.allows == Example.policy.scopes["perus"])
        #expect(pupil.bases(for: question()).first?.origin == .source(Example.source))
    }
}
