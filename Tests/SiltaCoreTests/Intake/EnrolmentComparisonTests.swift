import SiltaCore
import SiltaTesting
import Testing

/// Given what is known, when a reading comes, then exactly these events: enrolments and who they are of.
struct EnrolmentComparisonTests {
    private let today = day("2026-09-08")
    private let source = Example.source

    @Test func `an enrolment that is no longer there ended on the day before, and begins again when it is back`() {
        var register = Register()
        register.poll(.export(), on: today)
        #expect(
            register.poll(.export([]), on: today).events == [.enrolmentsEnded(source, ["100/2026-08-12"], last: day("2026-09-07"))])
        #expect(register.poll(.export([]), on: today.adding(days: 1)).events == [], "it ends once")
        #expect(register.poll(.export(), on: today.adding(days: 2)).events == [.enrolmentsRecorded(source, [Example.enrolment()])])
        #expect(register["100"]?.enrolments.map(\.span.through) == [nil])
    }

    @Test func `a changed enrolment is recorded with its change alone`() {
        var register = Register()
        register.poll(.export([("100", Example.enrolment()), ("200", Example.enrolment("200"))]), on: today)
        var changed = Example.enrolment()
        changed.group = "8B"
        changed.nonDisclosure = DateSpan(from: today)
        let decision = register.poll(.export([("100", changed), ("200", Example.enrolment("200"))]), on: today)
        #expect(decision.events == [.enrolmentsRecorded(source, [changed])])
    }

    @Test func `an unreadable row keeps the enrolment of its key, and one without a key keeps them all`() {
        var register = Register()
        register.poll(.export([("100", Example.enrolment()), ("200", Example.enrolment("200"))]), on: today)
        #expect(
            register.decide(.export([], rejected: [.bad(.enrolment, key: "100/2026-08-12")]), on: today).events == [
                .enrolmentsEnded(source, ["200/2026-08-12"], last: day("2026-09-07"))
            ])
        #expect(register.decide(.export([], rejected: [.bad(.enrolment, key: nil)]), on: today).events == [])
    }

    @Test func `a source that says only what changed ends no enrolment by silence`() {
        var register = Register()
        register.poll(.export(), on: today)
        var reading = Reading.export([])
        reading.complete = [.absence]
        #expect(register.decide(reading, on: today).events == [])
    }

    // MARK: - Who it is

    private func enrolment(_ card: String, _ number: String? = nil, _ code: String? = nil) -> (String, Enrolment) {
        (card, Example.enrolment(card, oppijanumero: number, hetu: code))
    }

    @Test func `two cards of one person are tied by learner number, then by personal identity code`() {
        for (one, other) in [
            (enrolment("100", "1.2.3", "010112A900X"), enrolment("200", "1.2.3", nil)),
            (enrolment("100", "1.2.3", "010112A900X"), enrolment("200", "1.2.4", "010112A900X")),
            (enrolment("100", nil, "010112A900X"), enrolment("200", nil, "010112A900X")),
            (enrolment("100", "1.2.3", "010112A900X"), enrolment("200", nil, "010112A900X")),
            (enrolment("100", nil, "010112A900X"), enrolment("200", "1.2.3", "010112A900X")),
        ] {
            var atOnce = Register()
            atOnce.poll(.export([one, other]), on: today)
            #expect(atOnce.pupils.count == 1)
            #expect(atOnce["100"]?.enrolments.count == 2)
            var later = Register()
            later.poll(.export([one]), on: today)
            later.poll(.export([one, other]), on: today)
            #expect(later.pupils.count == 1)
            #expect(later["200"]?.id == later["100"]?.id)
        }
    }

    @Test func `the separator of a personal identity code tells people apart`() {
        var register = Register()
        register.poll(.export([enrolment("100", nil, "010112A900X"), enrolment("200", nil, "010112B900X")]), on: today)
        #expect(register.pupils.count == 2)
    }

    @Test func `one learner number with two personal identity codes is two people until somebody says which is right`() {
        let (one, other) = (enrolment("100", "1.2.3", "010112A900X"), enrolment("200", "1.2.3", "010112A901Y"))
        for polls in [[[one, other]], [[one], [one, other]]] {
            var register = Register()
            for cards in polls.dropLast() { register.poll(.export(cards), on: today) }
            let decided = register.poll(.export(polls[polls.count - 1]), on: today)
            #expect(decided.quarantined.map(\.key) == ["200/2026-08-12"])
            #expect(register.pupils.count == 1)
            #expect(register["100"]?.enrolments == [one.1])
            #expect(register["200"] == nil)
        }
    }

    @Test func `a card whose numbers are others' by now is quarantined, and whose it was stays`() {
        var register = Register()
        let known = [
            enrolment("100", "1.2.1", "010112A900X"), enrolment("200", "1.2.2", "010112A901Y"),
            enrolment("300", "1.2.3", "010112A902Z"),
        ]
        register.poll(.export(known), on: today)
        let pupils = register.pupils
        // Card 100 now carries the numbers of the others; card 400 the number of 200 and the code of 300.
        let decided = register.poll(
            .export([enrolment("100", "1.2.2", "010112A902Z"), known[1], known[2], enrolment("400", "1.2.2", "010112A902Z")]), on: today)
        #expect(decided.events == [])
        #expect(decided.quarantined.map(\.key) == ["100/2026-08-12", "400/2026-08-12"])
        #expect(decided.quarantined.allSatisfy { $0.reason.hasPrefix("conflicting identities: ") })
        #expect(register.pupils == pupils)
        #expect(register["400"] == nil)
    }

    @Test func `a number that is told later is remembered`() {
        var register = Register()
        register.poll(.export([enrolment("100")]), on: today)
        let decision = register.poll(.export([enrolment("100", "1.2.1")]), on: today)
        #expect(decision.events?.first == .identified([.oppijanumero("1.2.1")]))
        register.poll(.export([enrolment("200", "1.2.1")]), on: today)
        #expect(register.pupils.count == 1)
    }

    @Test func `the same key in two sources is two pupils until a number ties them`() {
        var register = Register()
        register.poll(.export([enrolment("100")]), on: today)
        register.apply(register.decide(.export([enrolment("100")]), on: today, source: "toinen"))
        #expect(register.pupils.count == 2)
    }

    @Test func `one poll takes nothing from another source`() {
        var register = Register()
        let mark = Example.mark("1", on: day("2026-08-20"))
        register.poll(.export([enrolment("100", "1.2.1")], marks: [("100", mark)]), on: today)
        register.apply(register.decide(.export([enrolment("7", "1.2.1")]), on: today, source: "toinen"))
        #expect(register.pupils.count == 1)
        #expect(register["100"]?.account(of: source)?.marks == [mark])
        #expect(register["100"]?.account(of: "toinen")?.marks == [])
    }
}
