import SiltaCore
import SiltaTesting
import Testing

/// Given what is known, when a reading comes, then exactly these events: marks.
struct AbsenceComparisonTests {
    private let today = day("2026-09-08")
    private let source = Example.source
    private let mark = Example.mark("1", on: day("2026-08-20"), at: time("08:15"))

    /// A register that knows pupil 100 with these marks.
    private func register(_ marks: [Mark]) -> Register {
        var register = Register()
        register.poll(.export(marks: marks.map { ("100", $0) }), on: today)
        return register
    }

    @Test func `a first export identifies, enrols and records`() throws {
        var register = Register()
        let enrolment = Example.enrolment(oppijanumero: "1.2.246.562.24.1", hetu: "010112A900X")
        let consent = Example.consent()
        let decision = register.decide(.export([("100", enrolment)], marks: [("100", mark)], consents: [("100", consent)]), on: today)
        #expect(
            decision.events == [
                .identified([.register(source, "100"), .oppijanumero("1.2.246.562.24.1"), .hetu("010112A900X")]),
                .enrolmentsRecorded(source, [enrolment]), .absencesRecorded(source, [mark]), .consentsRecorded(source, [consent]),
            ])
        let completed = try #require(decision.completed)
        var counts = ChangeCounts()
        (counts.pupils, counts.enrolmentsRecorded, counts.absencesRecorded, counts.consentsRecorded) = (1, 1, 1, 1)
        #expect(completed.changes == counts)
        #expect(completed.rows == 3)
    }

    @Test func `the same export again has nothing to say`() {
        var register = register([mark])
        #expect(register.decide(.export(marks: [("100", mark)]), on: today).events == [])
    }

    @Test func `another class or code is a reclassification, another time a retiming, both are both`() {
        var register = register([mark])
        func events(_ change: (inout Mark) -> Void) -> [PupilEvent]? {
            var changed = mark
            change(&changed)
            return register.decide(.export(marks: [("100", changed)]), on: today).events
        }
        #expect(events { $0.markClass = .health } == [.absencesReclassified(source, [.init(key: "1", markClass: .health, code: "01")])])
        #expect(events { $0.code = "001" } == [.absencesReclassified(source, [.init(key: "1", markClass: .unexplained, code: "001")])])
        #expect(
            events { $0.start = nil } == [.absencesRetimed(source, [.init(key: "1", date: mark.date, start: nil, minutes: 45)])])
        #expect(
            events { $0.date = day("2026-08-21") } == [
                .absencesRetimed(source, [.init(key: "1", date: day("2026-08-21"), start: mark.start, minutes: 45)])
            ])
        #expect(
            events {
                $0.minutes = 90
                $0.markClass = .leave
            } == [
                .absencesReclassified(source, [.init(key: "1", markClass: .leave, code: "01")]),
                .absencesRetimed(source, [.init(key: "1", date: mark.date, start: mark.start, minutes: 90)]),
            ])
    }

    @Test func `a mark that is no longer there is withdrawn where the export claims its day`() {
        var register = register([mark])
        #expect(register.decide(.export(), on: today).events == [.absencesWithdrawn(source, ["1"])])
        #expect(register.decide(.export(through: day("2026-08-20")), on: today).events == [.absencesWithdrawn(source, ["1"])])
        #expect(register.decide(.export(through: day("2026-08-19")), on: today).events == [], "its day is not claimed")
        var reading = Reading.export()
        reading.coverage = []
        #expect(register.decide(reading, on: today).events == [], "nothing is claimed")
        reading.coverage = [Coverage(school: Example.otherSchool.id, from: Reading.first, through: today)]
        #expect(register.decide(reading, on: today).events == [], "another school is claimed")
        reading.coverage = [Coverage(school: Example.school.id, from: day("2026-08-21"), through: today)]
        #expect(register.decide(reading, on: today).events == [], "later days are claimed")
        reading.coverage = [Coverage(school: Example.school.id, from: day("2026-08-20"), through: day("2026-08-20"))]
        #expect(register.decide(reading, on: today).events == [.absencesWithdrawn(source, ["1"])], "both ends are claimed")
    }

    @Test func `a source that says only what changed withdraws nothing by silence`() {
        var register = register([mark])
        var reading = Reading.export([])
        reading.complete = []
        #expect(register.decide(reading, on: today).events == [])
    }

    @Test func `a mark of a day that no enrolment holds is in nobody's coverage`() {
        var register = register([mark])
        register.poll(
            .export([("100", Example.enrolment("100", from: day("2026-09-01")))], marks: [("100", mark)]), on: day("2026-08-15"))
        // The enrolment that held on 20 August ended on the 14th, by silence.
        let reading = Reading.export([("100", Example.enrolment("100", from: day("2026-09-01")))])
        #expect(register.decide(reading, on: today).events == [])
    }

    @Test func `the school of the day's enrolment decides what covers a mark`() {
        let moved = [
            ("100", Example.enrolment(through: day("2026-08-21"))),
            ("100", Example.enrolment("100", from: day("2026-08-24"), school: Example.otherSchool)),
        ]
        let later = Example.mark("2", on: day("2026-08-25"))
        var register = Register()
        register.poll(.export(moved, marks: [("100", mark), ("100", later)]), on: today)
        var reading = Reading.export(moved)
        reading.coverage = [Coverage(school: Example.otherSchool.id, from: Reading.first, through: today)]
        #expect(register.decide(reading, on: today).events == [.absencesWithdrawn(source, ["2"])])
    }

    @Test func `a claim about the future is cut at the day of the poll`() throws {
        var register = register([mark, Example.mark("2", on: day("2026-09-09"))])
        var reading = Reading.export(through: day("2026-12-31"))
        reading.coverage.append(Coverage(school: Example.school.id, from: day("2026-10-01"), through: day("2026-12-31")))
        let decision = register.decide(reading, on: today)
        #expect(decision.events == [.absencesWithdrawn(source, ["1"])])
        #expect(try #require(decision.completed).coverage == [Coverage(school: nil, from: Reading.first, through: today)])
    }

    @Test func `a quarantined row keeps the mark of its key, and one without a key keeps them all`() {
        let other = Example.mark("2", on: day("2026-08-20"), at: time("09:15"))
        var register = register([mark, other])
        let keyed = register.decide(.export(rejected: [.bad(.absence, key: "1")]), on: today)
        #expect(keyed.events == [.absencesWithdrawn(source, ["2"])])
        #expect(keyed.completed?.quarantined == 1)
        #expect(register.decide(.export(rejected: [.bad(.absence, key: nil)]), on: today).events == [])
        #expect(
            register.decide(.export(rejected: [.bad(.consent, key: nil)]), on: today).events == [.absencesWithdrawn(source, ["1", "2"])])
        #expect(
            register.decide(.export(rejected: [.bad(.consent, key: "1")]), on: today).events == [.absencesWithdrawn(source, ["1", "2"])])
    }

    @Test func `a mark whose code becomes ignore is withdrawn, and one that was never known is nothing`() {
        var register = register([mark])
        let ignored = Example.mark("1", on: day("2026-08-20"), minutes: 0, .ignore, code: "04")
        let unknown = Example.mark("9", on: day("2026-08-20"), minutes: 0, .ignore, code: "04")
        let decision = register.decide(.export(marks: [("100", ignored), ("100", unknown)]), on: today)
        #expect(decision.events == [.absencesWithdrawn(source, ["1"])])
        #expect(decision.quarantined == [])
    }

    @Test func `with a row of no readable key the poll withdraws no mark at all`() {
        var register = register([mark])
        let ignored = Example.mark("1", on: day("2026-08-20"), minutes: 0, .ignore, code: "04")
        #expect(register.decide(.export(marks: [("100", ignored)], rejected: [.bad(.absence, key: nil)]), on: today).events == [])
    }

    @Test func `of a key that stands twice in one export the first counts`() {
        var register = Register()
        let again = Example.mark("1", on: day("2026-08-21"))
        let decision = register.poll(.export(marks: [("100", mark), ("100", again)]), on: today)
        #expect(decision.events?.last == .absencesRecorded(source, [mark]))
        #expect(register.decide(.export(marks: [("100", mark), ("100", again)]), on: today).events == [])
    }

    @Test func `keys that only look the same are two keys`() {
        // A letter with its ring, and a letter followed by a combining ring: registers compare bytes.
        let one = Example.mark("\u{E5}", on: day("2026-08-20"), at: time("08:15"))
        let other = Example.mark("a\u{30A}", on: day("2026-08-21"), at: time("08:15"))
        let register = register([one, other])
        #expect(register["100"]?.account(of: source)?.marks.count == 2)
    }

    @Test func `a mark that moves to another card moves`() {
        var register = Register()
        let both = [("100", Example.enrolment()), ("200", Example.enrolment("200"))]
        register.poll(.export(both, marks: [("100", mark)]), on: today)
        let decision = register.poll(.export(both, marks: [("200", mark)]), on: today)
        #expect(decision.events?.count == 2)
        #expect(register["100"]?.account(of: source)?.marks == [])
        #expect(register["200"]?.account(of: source)?.marks == [mark])
    }
}
