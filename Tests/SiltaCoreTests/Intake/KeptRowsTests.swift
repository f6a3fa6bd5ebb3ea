import SiltaCore
import SiltaTesting
import Testing

/// What is made of quarantined rows that a later poll reads again.
struct KeptRowsTests {
    private func absence(_ key: String, _ markClass: MarkClass = .health) -> AbsenceRecord {
        AbsenceRecord(pupil: "100", mark: Example.mark(key, on: day("2026-08-20"), markClass), line: 2)
    }

    private func kept(_ key: String, _ markClass: MarkClass = .health) -> RereadRow {
        RereadRow(file: "marks", pupil: "100", outcome: .absence(absence(key, markClass)))
    }

    @Test func `a row that is understood now is added, and one that is not stays`() {
        var reading = Reading()
        let done = reading.add([kept("1"), RereadRow(file: "marks", pupil: nil, outcome: .rejected(.absence, key: "2", reason: "…"))])
        #expect(done == [0])
        #expect(reading.absences.map(\.mark.key) == ["1"])
    }

    @Test func `a kind that is told in full tells its rows itself`() {
        var reading = Reading(complete: [.absence])
        #expect(reading.add([kept("1")]).isEmpty)
        #expect(reading.absences.isEmpty)
    }

    @Test func `what the poll itself says of a key is newer, well or badly`() {
        let bad = RejectedRow(kind: .absence, file: "marks", line: 3, key: "2", reason: "…", fields: [])
        var reading = Reading(absences: [absence("1", .explained)], rejected: [bad])
        #expect(reading.add([kept("1"), kept("2"), kept("3")]) == [0, 1, 2])
        #expect(reading.absences.map(\.mark.key) == ["1", "3"])
        #expect(reading.absences[0].mark.markClass == .explained)
    }

    @Test func `of two rows of one key neither counts`() {
        var reading = Reading()
        #expect(reading.add([kept("1", .health), kept("1", .leave)]).isEmpty)
        #expect(reading.absences.isEmpty)
    }

    @Test func `a row without a key is never added`() {
        var reading = Reading()
        #expect(reading.add([RereadRow(file: "marks", pupil: nil, outcome: .rejected(.absence, key: nil, reason: "…"))]).isEmpty)
    }

    @Test func `a source fails above a number and a share, both`() {
        let rules = QuarantineRules()
        #expect(!rules.isExceeded(by: 20, of: 20))
        #expect(rules.isExceeded(by: 21, of: 419))
        #expect(!rules.isExceeded(by: 21, of: 420))
        #expect(QuarantineRules(rows: 0, shareHundredths: 500).isExceeded(by: 1, of: 19))
        #expect(QuarantineRules(rows: 3, shareHundredths: 0).isExceeded(by: 4, of: 1_000_000))
    }
}
