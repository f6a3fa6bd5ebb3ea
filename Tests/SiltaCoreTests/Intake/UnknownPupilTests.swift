import SiltaCore
import SiltaTesting
import Testing

/// Rows of people whom the export does not enrol.
struct UnknownPupilTests {
    private let today = day("2026-09-08")
    private let source = Example.source
    private let mark = Example.mark("1", on: day("2026-08-20"), at: time("08:15"))

    @Test func `rows of a pupil whom the export does not enrol are quarantined, with a reason and a line`() throws {
        var register = Register()
        let decision = register.decide(.export([], marks: [("100", mark)], consents: [("100", Example.consent())]), on: today)
        #expect(decision.events == [])
        #expect(decision.quarantined.map(\.kind) == [.absence, .consent])
        #expect(decision.quarantined.map(\.key) == ["1", "S1"])
        #expect(decision.quarantined.map(\.line) == [2, 2])
        #expect(decision.quarantined.map(\.file) == ["tuntimerkinnat.csv", "suostumukset.csv"])
        for row in decision.quarantined {
            #expect(row.reason == "the pupil is not among those of this export; there should be an enrolment of theirs")
        }
        #expect(try #require(decision.completed).quarantined == 2)
    }

    @Test func `an ignored row of an unknown pupil is nothing`() {
        var register = Register()
        let ignored = Example.mark("1", on: day("2026-08-20"), .ignore)
        #expect(register.decide(.export([], marks: [("100", ignored)]), on: today).quarantined == [])
    }

    @Test func `marks of a pupil whose enrolment is gone are quarantined and not withdrawn`() {
        var register = Register()
        register.poll(.export(marks: [("100", mark)], consents: [("100", Example.consent())]), on: today)
        let decision = register.poll(.export([], marks: [("100", mark)], consents: [("100", Example.consent())]), on: today)
        #expect(
            decision.events == [
                .enrolmentsEnded(source, ["100/2026-08-12"], last: day("2026-09-07")), .consentsLapsed(source, ["S1"], .unreadable),
            ])
        #expect(decision.quarantined.count == 2)
    }

    @Test func `a known mark that stands under a card that nobody enrols is kept, whoever is compared first`() {
        for isReversed in [false, true] {
            var register = Register()
            let both = [("100", Example.enrolment()), ("200", Example.enrolment("200"))]
            register.poll(.export(both, marks: [("100", mark)]), on: today)
            // Card 200 has left the export, and now carries the row of the mark.
            let decision = register.decide(.export([both[0]], marks: [("200", mark)]), on: today) { ids in
                isReversed ? ids.sorted().reversed() : ids.sorted()
            }
            #expect(decision.quarantined.map(\.key) == ["1"])
            #expect(
                decision.events == [.enrolmentsEnded(source, ["200/2026-08-12"], last: day("2026-09-07"))],
                "a quarantined row carries its key; reversed: \(isReversed)")
        }
    }

    @Test func `a pupil whose enrolment row cannot be read is still enrolled`() {
        var register = Register()
        register.poll(.export(marks: [("100", mark)]), on: today)
        let other = Example.mark("2", on: day("2026-08-21"))
        let decision = register.decide(
            .export([], marks: [("100", mark), ("100", other)], rejected: [.bad(.enrolment, key: "100/2026-08-12")]), on: today)
        #expect(decision.events == [.absencesRecorded(source, [other])])
        #expect(decision.quarantined.count == 1)
    }
}
