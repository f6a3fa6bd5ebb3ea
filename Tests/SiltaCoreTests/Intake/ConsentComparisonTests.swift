import SiltaCore
import SiltaTesting
import Testing

/// Given what is known, when a reading comes, then exactly these events: consents.
struct ConsentComparisonTests {
    private let today = day("2026-09-08")
    private let source = Example.source
    private let consent = Example.consent()

    private func register(_ consents: [Consent]) -> Register {
        var register = Register()
        register.poll(.export(consents: consents.map { ("100", $0) }), on: today)
        return register
    }

    @Test func `a consent that is no longer there counts as withdrawn until it is there again`() {
        var register = register([consent])
        #expect(register.poll(.export(), on: today).events == [.consentsLapsed(source, ["S1"], .absent)])
        #expect(register.poll(.export(), on: today).events == [], "it lapses once")
        #expect(register.poll(.export(consents: [("100", consent)]), on: today).events == [.consentsRecorded(source, [consent])])
        #expect(register["100"]?.account(of: source)?.consents == [ToldConsent(consent: consent)])
    }

    @Test func `an unreadable consent gives no basis until it reads again`() {
        var register = register([consent])
        let bad = Reading.export(rejected: [.bad(.consent, key: "S1")])
        #expect(register.poll(bad, on: today).events == [.consentsLapsed(source, ["S1"], .unreadable)])
        #expect(register.poll(bad, on: today).events == [])
        #expect(register.poll(.export(consents: [("100", consent)]), on: today).events == [.consentsRecorded(source, [consent])])
    }

    @Test func `a row that reads beside an unreadable one of the same key gives no basis`() {
        var register = register([consent])
        let decision = register.poll(.export(consents: [("100", consent)], rejected: [.bad(.consent, key: "S1")]), on: today)
        #expect(decision.events == [.consentsLapsed(source, ["S1"], .unreadable)])
    }

    @Test func `with an unreadable row of no key, what is missing is not withdrawn, and gives no basis`() {
        var register = register([consent, Example.consent("S2")])
        let decision = register.poll(.export(consents: [("100", consent)], rejected: [.bad(.consent, key: nil)]), on: today)
        #expect(decision.events == [.consentsLapsed(source, ["S2"], .unreadable)])
    }

    @Test func `an unreadable consent that then is gone counts as withdrawn`() {
        var register = register([consent])
        register.poll(.export(rejected: [.bad(.consent, key: "S1")]), on: today)
        #expect(register.poll(.export(), on: today).events == [.consentsLapsed(source, ["S1"], .absent)])
    }

    @Test func `a consent that the register withdraws or changes is recorded anew`() {
        var register = register([consent])
        var withdrawn = consent
        withdrawn.withdrawn = today
        #expect(register.poll(.export(consents: [("100", withdrawn)]), on: today).events == [.consentsRecorded(source, [withdrawn])])
    }

    @Test func `silence of a source withdraws only what that source told`() {
        var register = register([consent])
        let id = register["100"]!.id
        register.pupils[id]?.evolve(.consentGiven(Example.consent("K1")))
        register.pupils[id]?.evolve(.consentsRecorded("toinen", [Example.consent("S9")]))
        #expect(register.poll(.export(), on: today).events == [.consentsLapsed(source, ["S1"], .absent)])
        #expect(register["100"]?.enteredConsents.map(\.key) == ["K1"])
        #expect(register["100"]?.account(of: "toinen")?.consents.map(\.lapse) == [nil])
    }

    @Test func `a source that says only what changed withdraws no consent by silence`() {
        var register = register([consent])
        var reading = Reading.export()
        reading.complete = [.enrolment, .absence]
        #expect(register.decide(reading, on: today).events == [])
    }
}
