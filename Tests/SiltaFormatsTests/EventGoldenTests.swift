import SiltaCore
import SiltaFormats
import SiltaTesting
import Testing

/// One entry of every event type, to the byte: what is in a log must be readable for ever.
struct EventGoldenTests {
    private static let basis = Basis(
        consent: "S1", origin: .source("primus"), giver: .guardian, given: day("2026-09-01"), scope: "perus",
        allows: [.identity, .tier, .minutes])

    private static let preparation = Preparation(
        pupil: Example.pupil, rule: Example.noticeRule,
        facts: .init(
            policy: Example.policyDigest, schoolYear: day("2026-08-12"), tier: 2, reachedOn: day("2026-11-05"), from: day("2026-08-12"),
            through: day("2026-11-05"), absentMinutes: 1710, expectedMinutes: 14_877, expected: .statutory,
            minutesByClass: [.unexplained: 1000, .health: 710], school: Example.school, grade: 8))

    private static let reached = ReachedTier(policy: Example.policyDigest, schoolYear: day("2026-08-12"), tier: 2, on: day("2026-11-05"))

    private static var enrolment: Enrolment {
        var enrolment = Example.enrolment(through: day("2027-06-05"), oppijanumero: "1.2.246.562.24.00000000001", hetu: "010112A900X")
        enrolment.nonDisclosure = DateSpan(from: day("2026-09-01"), through: day("2026-09-30"))
        enrolment.guardianNonDisclosure = DateSpan(from: day("2026-10-01"))
        return enrolment
    }

    private static var completed: PollCompleted {
        var counts = ChangeCounts()
        (counts.pupils, counts.absencesRecorded) = (1, 3)
        return PollCompleted(
            rows: 12, quarantined: 1, changes: counts,
            coverage: [
                Coverage(school: Example.school.id, from: day("2026-08-12"), through: day("2026-10-05")),
                Coverage(school: nil, from: day("2026-08-12"), through: day("2026-10-05")),
            ], cursor: "c-1")
    }

    private static let pupilEvents: [PupilEvent] = [
        .identified([.register("primus", "100"), .oppijanumero("1.2.246.562.24.00000000001"), .hetu("010112A900X")]),
        .enrolmentsRecorded("primus", [enrolment]), .enrolmentsEnded("primus", ["100/2026-08-12"], last: day("2026-10-04")),
        .absencesRecorded(
            "primus",
            [Example.mark("1", on: day("2026-10-05"), at: time("08:15")), Example.mark("2", on: day("2026-10-05"), .health, code: "111")]),
        .absencesReclassified("primus", [.init(key: "1", markClass: .explained, code: "113")]),
        .absencesRetimed("primus", [.init(key: "1", date: day("2026-10-06"), start: nil, minutes: 90)]),
        .absencesWithdrawn("primus", ["1", "2"]),
        .offeredRecorded(
            "primus",
            [
                Offered(key: "t1", from: day("2026-10-01"), through: day("2026-10-31"), minutes: 4_437, quality: .offered),
                Offered(key: "t2", from: day("2026-11-02"), through: day("2026-11-02"), minutes: 0, quality: .scheduled),
            ]), .offeredWithdrawn("primus", ["t1", "t2"]),
        .consentsRecorded("primus", [Example.consent(through: day("2027-06-05"), withdrawn: day("2026-12-01"))]),
        .consentsLapsed("primus", ["S1"], .absent), .consentGiven(Example.consent("K1")),
        .consentRefused(Refusal(purpose: Example.purpose, recipient: Example.recipient, on: day("2026-10-05"))), .tierReached(reached),
        .merged(into: PupilID(bits: 7), why: "the guardian says so"), .split(from: PupilID(bits: 7), why: nil),
        .tierCorrected(ReachedTier(policy: Example.policyDigest, schoolYear: day("2026-08-12"), tier: 0, on: nil)),
    ]

    private static let noticeEvents: [NoticeEvent] = [
        .prepared(preparation), .held(.noConsent), .readied(Example.recipient), .released,
        .attemptBegun(.referral, Attempt(number: 1, isProbe: false), basis: basis),
        .attemptEnded(
            .referral, .failed(.init(status: 503, reason: "the endpoint answered 503", retryAfter: .seconds(120))),
            next: .retry(at: instant("2026-10-05T17:02:00Z"))), .withdrawn(.tierLowered), .failed(.outOfAttempts), .retried,
    ]

    private static let otherEvents: [Event] = [
        .provider(.calendarAdopted(.init(digest: Example.calendarDigest, value: Example.schoolYear))),
        .provider(.policyAdopted(.init(digest: Example.policyDigest, value: Example.policy), text: "policy: sky-2026\n")),
        .provider(.routesAdopted(.init(digest: Example.routesDigest, value: [Example.route]))), .provider(.disclosureOpened),
        .provider(.disclosurePaused), .provider(.clockPlayed), .provider(.clockReal),
        .source("primus", .pollCompleted(completed)), .source("primus", .pollFailed(reason: "tuntimerkinnat.csv is missing")),
        .source("primus", .pollHeld([Withdrawals(kind: .absence, withdrawn: 500, known: 1000)])), .source("primus", .pollAccepted),
        .source("primus", .rowsDropped([QuarantineID(String(repeating: "4", count: 64))])), .source("primus", .rowsRetried(2)),
        .source("primus", .rowsAged(3)),
        .source("primus", .pollCovered([Coverage(school: nil, from: day("2026-08-12"), through: day("2026-10-05"))])),
        .source(
            "primus",
            .timetableRecorded([
                GroupOffered(
                    group: "8A", school: Example.school.id,
                    offered: Offered(key: "t3", from: day("2026-10-05"), through: day("2026-10-09"), minutes: 1_305, quality: .scheduled)),
                GroupOffered(
                    group: "8B",
                    offered: Offered(key: "t4", from: day("2026-10-05"), through: day("2026-10-05"), minutes: 0, quality: .offered)),
            ])), .source("primus", .timetableWithdrawn(["t3", "t4"])),
        .endpoint(Example.recipient, .stopped(status: 410)), .endpoint(Example.recipient, .resumed),
        .access(AccessEvent(pupil: Example.pupil, what: "pupil show", fields: ["tier", "minutes"], why: "a guardian asked")),
        .refused(RefusedCall(what: "notice release", roles: ["releaser"])),
    ]

    private static let events =
        pupilEvents.map { Event.pupil(Example.pupil, $0) } + noticeEvents.map { .notice(Example.notice, $0) } + otherEvents

    /// The line, and what is sealed in it, in the clear.
    private func check(_ entry: Entry) throws {
        let secret = try LogTrip.secret(of: entry) ?? Array("-".utf8)
        let problem = try Golden().difference("\(entry.type).txt", entry.line + Array("\n".utf8) + secret + Array("\n".utf8))
        #expect(problem == nil)
    }

    @Test(arguments: events.indices)
    func `an entry is its golden`(index: Int) throws {
        var trip = LogTrip()
        let entries = try trip.entries(of: Self.events[index])
        #expect(entries.count == 1)
        for entry in entries { try check(entry) }
    }

    @Test func `a composed notice is its golden, and reads back as its composition`() throws {
        let composition = Composition(
            kind: .referral, id: Example.notice, recipient: Example.recipient, basis: Self.basis, fields: [.identity, .tier])
        let message = ComposedMessage(composition: composition, body: Array(#"{"notice":"…"}"#.utf8), salt: (0..<32).map { UInt8($0) })
        var trip = LogTrip()
        let entry = try trip.entry(of: message.eventBytes, in: .notice(Example.notice), instant("2026-10-05T17:00:00.123Z"))
        try check(entry)
        let secret = try #require(try LogTrip.secret(of: entry))
        #expect(try ComposedMessage(secret: JSON.parse(secret)) == message)
        #expect(try EventCodec.decode(entry, secret: secret) == .notice(Example.notice, .composed(composition)))
    }

    @Test func `every type has a golden of its own`() throws {
        let types = Self.events.flatMap { EventCodec.encode($0).map(\.type) }
        #expect(Set(types).count == types.count)
        #expect(types.count + 1 == 48)
        for type in types { #expect(type.hasSuffix(".v1")) }
    }
}
