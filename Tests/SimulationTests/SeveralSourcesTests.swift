import Crypto
import SiltaCore
import SiltaDaemon
import SiltaFormats
import SiltaLog
import SiltaProof
import SiltaState
import SiltaTesting
import Synchronization
import Testing

/// One pupil of whom several sources tell, in a bridge of real log, keys and state.
@Suite struct SeveralSourcesTests {
    private static let number = "1.2.246.562.24.00000000017"

    /// A bridge on Tuesday 15 September 2026, whose policy, routes and calendar are the examples'.
    private final class Place: Sendable {
        let machine = Machine(at: instant("2026-09-15T12:00:00Z"), seed: 5)
        let log: SQLiteLog
        let bridge: Bridge
        private let sent = Mutex<[Parcel]>([])

        var parcels: [Parcel] { sent.withLock { $0 } }

        init() throws {
            let machine = machine
            log = try SQLiteLog(inMemory: { machine.randomBytes($0) })
            let keys = try KeyStore(
                path: nil, access: .creator, masterKey: Array(repeating: 7, count: 32), randomBytes: { machine.randomBytes($0) })
            let name = try KeyName("silta/several")
            bridge = Bridge(
                sender: .init(id: "several", name: "Useampi"), log: log, keys: keys, state: try StateStore(at: .memory),
                signer: NoteSigner(
                    name: name, privateKey: try Curve25519.Signing.PrivateKey(rawRepresentation: Array(repeating: 9, count: 32))),
                origin: LogOrigin(name), rules: DisclosureRules(), ambient: machine.ambient(of: log))
            try bridge.recover()
            try bridge.adopt(
                Wanted(
                    calendar: .init(digest: Example.calendarDigest, value: Example.schoolYear),
                    policy: .init(digest: Example.policyDigest, value: Example.policy), policyText: "",
                    routes: .init(digest: Example.routesDigest, value: [Example.route]), isDisclosureOpen: true))
        }

        @discardableResult
        func poll(_ source: SourceID, keysOf: SourceID? = nil, _ reading: Reading) throws -> PollCompleted {
            guard case .completed(let completed) = try bridge.poll(Source(id: source, keysOf: keysOf) { reading }) else {
                throw Violation("the poll of \(source) did not complete")
            }
            try bridge.assess()
            return completed
        }

        func deliver(_ outcome: Outcome = .delivered(status: 202)) async throws {
            _ = try await bridge.deliver { parcel in
                self.sent.withLock { $0.append(parcel) }
                return outcome
            }
        }

        func pupil(_ source: SourceID, _ key: RegisterKey) throws -> PupilID {
            try #require(try bridge.state.pupilID(of: .register(source, key)))
        }

        func whole(_ id: PupilID) throws -> Pupil {
            try #require(try bridge.state.whole(id, by: bridge.state.provider().merges))
        }

        /// The same log gives the same state.
        func requireSameAgain() throws {
            let before = try bridge.state.digest()
            let again = try StateStore(at: .memory)
            let other = Bridge(
                sender: bridge.sender, log: log, keys: bridge.keys, state: again, signer: bridge.signer, origin: bridge.origin,
                rules: bridge.rules, ambient: bridge.ambient)
            try other.rebuild()
            #expect(try again.digest() == before)
            #expect(try again.provider().merges == bridge.state.provider().merges)
            #expect(try again.provider().timetable == bridge.state.provider().timetable)
        }
    }

    private func reading(
        _ card: RegisterKey, _ number: String? = nil, marks: [Mark] = [], consents: [Consent] = [], isEnrolled: Bool = true
    ) -> Reading {
        Reading(
            enrolments: isEnrolled
                ? [EnrolmentRecord(pupil: card, enrolment: Example.enrolment(card.rawValue, oppijanumero: number), line: 2)] : [],
            absences: marks.map { AbsenceRecord(pupil: card, mark: $0, line: 2) },
            consents: consents.map { ConsentRecord(pupil: card, consent: $0, line: 2) },
            coverage: [Coverage(school: nil, from: day("2026-08-12"), through: day("2026-09-15"))],
            complete: isEnrolled ? [.enrolment, .absence, .consent] : [.absence, .consent], rows: 1 + marks.count + consents.count)
    }

    private let away = Example.mark("m", on: day("2026-08-20"), minutes: 1_200)

    @Test func `marks, roster and consents of three sources make one notice`() async throws {
        let place = try Place()
        try place.poll("roster", reading("1", Self.number))
        try place.poll("marks", keysOf: "roster", reading("1", marks: [away], isEnrolled: false))
        #expect(place.parcels.isEmpty)
        try place.poll("office", keysOf: "roster", reading("1", consents: [Example.consent()], isEnrolled: false))
        try await place.deliver()
        #expect(place.parcels.count == 1)
        #expect(try place.bridge.state.pupilIDs().count == 1)
        try place.requireSameAgain()
    }

    @Test func `one who turns out to be another has no second notice, and each is themselves again after a split`() async throws {
        let place = try Place()
        // The one is away and told of; the other has the learner number, and is away as well.
        try place.poll("a", reading("1", marks: [away], consents: [Example.consent()]))
        try await place.deliver()
        #expect(place.parcels.count == 1)
        try place.poll("b", reading("x", Self.number, marks: [Example.mark("n", on: day("2026-08-21"), minutes: 600)]))
        let (one, other) = (try place.pupil("a", "1"), try place.pupil("b", "x"))
        let waiting = try #require(try place.bridge.state.referrals(of: other).first)
        #expect(waiting.status == .held(.noConsent))

        let completed = try place.poll("a", reading("1", Self.number, marks: [away], consents: [Example.consent()]))
        #expect(completed.changes.pupilsMerged == 1)
        for id in [one, other] { #expect(try place.whole(id).id == other) }
        #expect(try place.whole(one).accounts.map(\.marks.count) == [1, 1])
        let known = try #require(try place.bridge.known(of: one, asOf: .now))
        #expect(known.pupil.id == other)
        #expect(known.referrals.count == 2)
        // The survivor's own waited only for a consent, which there is now; but the other has been told of already.
        #expect(try place.bridge.state.referral(waiting.id)?.status == .withdrawn(.merged))
        try await place.deliver()
        try place.bridge.assess()
        try await place.deliver()
        #expect(place.parcels.count == 1, "nothing goes twice")
        try place.requireSameAgain()

        try place.bridge.split(one, why: "another child", by: .person("opettaja"))
        #expect(try place.whole(one).id == one)
        #expect(try place.whole(other).accounts.map(\.source) == ["b"])
        let again = try place.poll("a", reading("1", Self.number, marks: [away], consents: [Example.consent()]))
        #expect(again.quarantined == 3, "its enrolment, its mark and its consent")
        #expect(try place.whole(one).accounts.flatMap(\.marks) == [away], "what is known stays")
        try place.requireSameAgain()

        try place.bridge.merge(one, into: other, why: "the same after all", by: .person("opettaja"))
        #expect(try place.whole(one).id == other)
        #expect(throws: MergeRejection.self) { try place.bridge.merge(one, into: other, why: nil, by: .person("opettaja")) }
        #expect(try place.poll("a", reading("1", Self.number, marks: [away], consents: [Example.consent()])).quarantined == 0)
        try place.requireSameAgain()
        let past = try #require(try place.bridge.known(of: one, asOf: .position(Position(8))))
        #expect(past.pupil.id == one, "what was known then was known of the one alone")
    }

    @Test func `a notice that waits is the survivor's after a merge`() async throws {
        let place = try Place()
        try place.poll("a", reading("1", marks: [away]))
        let one = try place.pupil("a", "1")
        #expect(try place.bridge.state.referrals(of: one).map(\.status) == [.held(.noConsent)])
        try place.poll("b", reading("x", Self.number, consents: [Example.consent()]))
        try await place.deliver()
        #expect(place.parcels.isEmpty)
        try place.poll("a", reading("1", Self.number, marks: [away]))
        let other = try place.pupil("b", "x")
        #expect(try place.bridge.state.referrals(of: one).map(\.status) == [.withdrawn(.merged)])
        #expect(try place.bridge.state.referrals(of: other).map(\.status) == [.ready])
        try await place.deliver()
        #expect(place.parcels.count == 1)
        try place.requireSameAgain()
    }

    @Test func `what was composed of two does not leave once they are split`() async throws {
        let place = try Place()
        try place.poll("a", reading("1", marks: [away], consents: [Example.consent()]))
        try place.poll("b", reading("x", Self.number))
        let (one, other) = (try place.pupil("a", "1"), try place.pupil("b", "x"))
        try place.bridge.merge(one, into: other, why: "the same, it seems", by: .person("opettaja"))
        try await place.deliver(.failed(.init(status: 503, reason: "the endpoint answered 503")))
        let composed = try #require(place.parcels.first)
        #expect(try place.bridge.state.referral(composed.id)?.status == .ready)

        try place.bridge.split(one, why: "another child", by: .person("opettaja"))
        #expect(try place.bridge.state.referral(composed.id)?.status == .withdrawn(.basisGone))
        place.machine.advance(by: .seconds(86_400))
        try place.bridge.assess()
        try await place.deliver()
        #expect(!place.parcels.dropFirst().contains { $0.id == composed.id })
        // The one who is away has a notice of their own, composed of them alone.
        #expect(try place.bridge.state.referrals(of: one).contains { if case .delivered = $0.status { true } else { false } })
        try place.requireSameAgain()
    }

    @Test func `a group's timetable is everybody's who belongs to it`() async throws {
        let place = try Place()
        var hours = reading("1", Self.number, marks: [away], consents: [Example.consent()])
        try place.poll("a", hours)
        let pupil = try place.pupil("a", "1")
        func assessment() throws -> Assessment { try #require(place.bridge.state.provider().assessor?.assess(place.whole(pupil))) }
        #expect(try assessment().expected == .statutory)
        let minutes = Offered(key: "t", from: day("2026-08-12"), through: day("2026-09-15"), minutes: 2_000, quality: .scheduled)
        hours.offered = [OfferedRecord(subject: .group("8A", school: nil), offered: minutes, line: 2)]
        hours.complete.insert(.offered)
        #expect(try place.poll("a", hours).changes.offeredRecorded == 1)
        #expect(try assessment().expected == .scheduled)
        #expect(try assessment().expectedMinutes == 2_000)
        #expect(try place.whole(pupil).reached?.tier == 3)
        try place.requireSameAgain()
        hours.offered = []
        #expect(try place.poll("a", hours).changes.offeredWithdrawn == 1)
        #expect(try assessment().expected == .statutory)
        try place.requireSameAgain()
    }
}
