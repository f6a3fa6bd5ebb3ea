import SiltaCore
import SiltaState
import SiltaTesting
import Testing

@Suite struct `Who is to be assessed` {
    private let state: StateStore
    private let now = instant("2026-09-01T12:00:00Z")

    init() throws { state = try StateStore(at: .memory) }

    private func tell(of pupils: [PupilID], size: Int64) throws {
        let logged = pupils.map {
            LoggedEvent(position: Position(size - 1), recorded: now, event: .pupil($0, .consentGiven(Example.consent())))
        }
        try state.apply(logged, reaching: .init(size: size, root: "root"))
    }

    @Test func `whoever has changed, and everyone where the circumstances have`() throws {
        let pupils = (1...5).map { PupilID(bits: $0) }
        try tell(of: pupils, size: 1)
        try state.require(assessmentUnder: "monday", overdueAt: now)
        #expect(try state.unassessed(limit: 3) == Array(pupils[..<3]))
        try state.settle(assessmentOf: Array(pupils[..<3]))
        #expect(try state.unassessed(limit: 9) == Array(pupils[3...]))
        try state.settle(assessmentOf: pupils)
        try state.require(assessmentUnder: "monday", overdueAt: now)
        #expect(try state.unassessed(limit: 9) == [])
        try tell(of: [pupils[2]], size: 2)
        try state.require(assessmentUnder: "monday", overdueAt: now)
        #expect(try state.unassessed(limit: 9) == [pupils[2]])
        try state.require(assessmentUnder: "tuesday", overdueAt: now)
        #expect(try state.unassessed(limit: 9) == pupils)
    }

    @Test func `whoever has a notice that has waited too long`() throws {
        let facts = Referral.Facts(
            policy: Example.policyDigest, schoolYear: day("2026-08-12"), tier: 2, reachedOn: day("2026-09-01"), from: day("2026-08-12"),
            through: day("2026-09-01"), absentMinutes: 1, expectedMinutes: 2, expected: .statutory, minutesByClass: [:],
            school: Example.school, grade: 8)
        let prepared = NoticeEvent.prepared(Preparation(pupil: Example.pupil, rule: Example.noticeRule, facts: facts))
        let events = [prepared, .readied(Example.recipient)].enumerated().map { index, event in
            LoggedEvent(position: Position(Int64(index)), recorded: now, event: .notice(Example.notice, event))
        }
        try state.apply(events, reaching: .init(size: 2, root: "root"))
        #expect(try state.unassessed(limit: 9) == [Example.pupil])
        try state.require(assessmentUnder: "monday", overdueAt: now)
        try state.settle(assessmentOf: [Example.pupil])
        let last = now + Example.noticeRule.deadline
        try state.require(assessmentUnder: "monday", overdueAt: last)
        #expect(try state.unassessed(limit: 9) == [])
        try state.require(assessmentUnder: "monday", overdueAt: last + .milliseconds(1))
        #expect(try state.unassessed(limit: 9) == [Example.pupil])
    }

    @Test func `a change that fails leaves everything as it was`() throws {
        struct Stop: Error {}
        try tell(of: [Example.pupil], size: 1)
        let (digest, provider) = (try state.digest(), try state.provider())
        #expect(throws: Stop.self) {
            try state.change { change in
                try change.apply(LoggedEvent(position: Position(1), recorded: now, event: .provider(.disclosureOpened)))
                try change.apply(
                    LoggedEvent(
                        position: Position(2), recorded: now,
                        event: .pupil(
                            Example.pupil,
                            .consentRefused(
                                Refusal(purpose: "p", recipient: "r", on: day("2026-09-01"))))))
                #expect(try change.pupil(Example.pupil)?.refusals.count == 1)
                throw Stop()
            }
        }
        #expect(try state.digest() == digest)
        #expect(try state.provider() == provider)
        #expect(try state.reached() == .init(size: 1, root: "root"))
    }
}
