import SiltaCore
import SiltaTesting
import Testing

/// A source that says what changed and what it has deleted: only that is taken back.
struct DeletedKeysTests {
    private let today = day("2026-09-08")
    private let source = Example.source
    private let enrolment = Example.enrolment()
    private let marks = ["1", "2", "3"].map { Example.mark($0, on: day("2026-08-20")) }
    private let consents = ["S1", "S2"].map { Example.consent($0) }

    private var register: Register {
        var register = Register()
        register.poll(.export(marks: marks.map { ("100", $0) }, consents: consents.map { ("100", $0) }), on: today)
        return register
    }

    private func changes(_ deleted: [RecordKind: Set<String>]) -> Reading {
        var reading = Reading.export([])
        reading.complete = []
        reading.deleted = deleted
        return reading
    }

    @Test func `deleted keys are withdrawn, ended and lapsed, and nothing else is`() {
        var register = register
        let deleted: [RecordKind: Set<String>] = [
            .absence: ["2", "unheard of"], .consent: ["S2"], .enrolment: [enrolment.key.rawValue, "unheard of"],
        ]
        #expect(
            register.poll(changes(deleted), on: today).events == [
                .enrolmentsEnded(source, [enrolment.key], last: day("2026-09-07")), .absencesWithdrawn(source, ["2"]),
                .consentsLapsed(source, ["S2"], .absent),
            ])
        #expect(register.decide(changes(deleted), on: today).events == [], "they are deleted once")
    }

    @Test func `a feed of deletes reaches beyond what is covered`() {
        var register = register
        var reading = changes([.absence: ["1"]])
        reading.coverage = []
        #expect(register.poll(reading, on: today).events == [.absencesWithdrawn(source, ["1"])])
    }

    @Test func `what is told in the same reading is not deleted`() {
        var register = register
        var reading = changes([.absence: ["1", "2"], .consent: ["S1"], .enrolment: [enrolment.key.rawValue]])
        reading.enrolments = [EnrolmentRecord(pupil: "100", enrolment: enrolment, line: 1)]
        reading.absences.append(AbsenceRecord(pupil: "100", mark: marks[0], line: 1))
        reading.consents = [ConsentRecord(pupil: "100", consent: consents[0], line: 1)]
        #expect(register.decide(reading, on: today).events == [.absencesWithdrawn(source, ["2"])])
    }

    @Test func `a key whose row cannot be read is not deleted, and a consent of it is no basis`() {
        var register = register
        var reading = changes([.absence: ["1", "2"]])
        reading.rejected = [.bad(.absence, key: "1"), .bad(.absence, key: nil), .bad(.consent, key: "S1")]
        #expect(
            register.decide(reading, on: today).events == [
                .absencesWithdrawn(source, ["2"]), .consentsLapsed(source, ["S1"], .unreadable),
            ])
    }

    @Test func `another source's deletes take nothing back`() {
        var register = register
        #expect(register.decide(changes([.absence: ["1"], .consent: ["S1"]]), on: today, source: "other").events == [])
    }

    @Test func `the guard holds deletes as it holds silence`() {
        var register = Register()
        let many = (0..<100).map { ("100", Example.mark("\($0)", on: day("2026-08-20"))) }
        register.poll(.export(marks: many), on: today)
        #expect(register.decide(changes([.absence: Set((0..<20).map(String.init))]), on: today).completed?.changes.absencesWithdrawn == 20)
        let held = register.decide(changes([.absence: Set((0..<21).map(String.init))]), on: today).held
        #expect(held == [Withdrawals(kind: .absence, withdrawn: 21, known: 100)])
    }

    @Test func `a reading that is not complete moves what is covered on, and withdraws nothing`() throws {
        var register = register
        let completed = try #require(register.decide(changes([:]), on: today).completed)
        #expect(completed.coverage == [Coverage(school: nil, from: Reading.first, through: today)])
        #expect(completed.changes == ChangeCounts())
        var provider = Provider()
        provider.evolve(.pollCompleted(completed), of: source, at: instant("2026-09-08T12:00:00Z"))
        #expect(provider.coverage.through(Example.school.id) == today)
    }
}
