import SiltaCore
import SiltaState
import SiltaTesting
import Testing

@Suite struct `The last completed poll` {
    private let state: StateStore
    private var size: Int64 = 0

    init() throws { state = try StateStore(at: .memory) }

    private mutating func apply(_ events: Event...) throws {
        let logged = events.map { event in
            size += 1
            return LoggedEvent(position: Position(size - 1), recorded: instant("2026-09-01T12:00:00Z"), event: event)
        }
        try state.apply(logged, reaching: .init(size: size, root: "root"))
    }

    private func poll(_ coverage: [Coverage] = []) -> PollCompleted {
        PollCompleted(rows: 7, quarantined: 1, changes: ChangeCounts(), coverage: coverage, cursor: "cursor")
    }

    private func claim(_ school: SchoolID) -> Coverage {
        Coverage(school: school, from: day("2026-08-12"), through: day("2026-09-01"))
    }

    @Test mutating func `is known until something else changes what it is compared with`() throws {
        let pupil = Example.pupil
        let enrolled = Event.pupil(pupil, .enrolmentsRecorded("primus", [Example.enrolment()]))
        let disturbing: [Event] = [
            enrolled, .pupil(pupil, .identified([.hetu("x")])), .pupil(pupil, .enrolmentsEnded("wilma", ["1"], last: day("2026-09-01"))),
            .pupil(pupil, .absencesWithdrawn("primus", ["1"])), .pupil(pupil, .consentsLapsed("primus", ["1"], .absent)),
            .source("primus", .pollFailed(reason: "away")), .source("primus", .pollHeld([])),
        ]
        let harmless: [Event] = [
            .pupil(pupil, .absencesWithdrawn("wilma", ["1"])), .pupil(pupil, .consentGiven(Example.consent())),
            .source("wilma", .pollFailed(reason: "away")), .source("primus", .pollAccepted), .provider(.disclosureOpened),
            .pupil(pupil, .tierReached(ReachedTier(policy: "p", schoolYear: day("2026-08-12"), tier: 1, on: day("2026-09-01")))),
        ]
        #expect(try state.undisturbedPoll(of: "primus") == nil)
        for event in disturbing {
            try apply(enrolled, .source("primus", .pollCompleted(poll())))
            #expect(try state.undisturbedPoll(of: "primus") == poll())
            for event in harmless { try apply(event) }
            #expect(try state.undisturbedPoll(of: "primus") == poll())
            try apply(event)
            #expect(try state.undisturbedPoll(of: "primus") == nil, "\(event)")
        }
    }

    @Test mutating func `another source's enrolments disturb it in one transaction with their poll`() throws {
        try apply(.source("primus", .pollCompleted(poll())))
        try apply(
            .pupil(Example.pupil, .enrolmentsRecorded("wilma", [Example.enrolment()])), .source("wilma", .pollCompleted(poll())),
            .pupil(Example.pupil, .absencesRecorded("primus", [Example.mark("1", on: day("2026-09-01"))])))
        #expect(try state.undisturbedPoll(of: "primus") == nil)
        #expect(try state.undisturbedPoll(of: "wilma") == poll())
    }

    @Test mutating func `has all its claims, however many entries and transactions they came in`() throws {
        try apply(.source("primus", .pollCovered([claim("a")])), .source("primus", .pollCovered([claim("b")])))
        try apply(.source("wilma", .pollCompleted(poll([claim("x")]))), .source("primus", .pollCovered([claim("c")])))
        try apply(.source("primus", .pollCompleted(poll([claim("d")]))))
        #expect(try state.undisturbedPoll(of: "primus")?.coverage.map(\.school) == ["a", "b", "c", "d"])
        try apply(.source("primus", .pollCompleted(poll([claim("e")]))))
        #expect(try state.undisturbedPoll(of: "primus")?.coverage.map(\.school) == ["e"])
    }

    @Test mutating func `what is for doing less is no part of the digest and goes with the rest`() throws {
        try apply(.source("primus", .pollCompleted(poll())), .pupil(Example.pupil, .consentGiven(Example.consent())))
        let digest = try state.digest()
        try state.require(assessmentUnder: "today", overdueAt: instant("2026-09-01T12:00:00Z"))
        try state.settle(assessmentOf: [Example.pupil])
        #expect(try state.digest() == digest)
        try state.erase()
        #expect(try state.undisturbedPoll(of: "primus") == nil)
        #expect(try state.provider() == Provider())
    }
}
