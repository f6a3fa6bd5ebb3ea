import SiltaCore
import SiltaTesting
import Testing

/// Given what is known, when a reading comes, then exactly these events: offered minutes.
struct OfferedComparisonTests {
    private let today = day("2026-09-08")
    private let source = Example.source
    private let august = Offered(key: "a", from: day("2026-08-12"), through: day("2026-08-31"), minutes: 3_600, quality: .offered)
    private let september = Offered(key: "b", from: day("2026-09-01"), through: day("2026-09-30"), minutes: 5_700, quality: .scheduled)

    private func reading(_ offered: [Offered], pupil: RegisterKey = "100", groups: [GroupOffered] = []) -> Reading {
        var reading = Reading.export()
        reading.offered =
            offered.map { OfferedRecord(subject: .pupil(pupil), offered: $0, line: 2) }
            + groups.map { OfferedRecord(subject: .group($0.group, school: $0.school), offered: $0.offered, line: 3) }
        reading.complete.insert(.offered)
        reading.files[.offered] = ["tunnit.csv"]
        return reading
    }

    private func register(_ offered: [Offered], groups: [GroupOffered] = []) -> Register {
        var register = Register()
        register.poll(reading(offered, groups: groups), on: today)
        return register
    }

    @Test func `minutes are recorded, changed and withdrawn`() throws {
        var register = register([august, september])
        #expect(register["100"]?.account(of: source)?.offered == [august, september])
        var more = august
        more.minutes += 45
        let decided = register.poll(reading([more]), on: today)
        #expect(decided.events == [.offeredRecorded(source, [more]), .offeredWithdrawn(source, ["b"])])
        let changes = try #require(decided.completed?.changes)
        #expect((changes.offeredRecorded, changes.offeredWithdrawn) == (1, 1))
        #expect(register.poll(reading([more]), on: today).events == [])
    }

    @Test func `nothing changes of a pupil of whom a row was not understood`() {
        var register = register([august, september])
        var more = august
        more.minutes += 45
        var partial = reading([more])
        var rejected = RejectedRow(kind: .offered, file: "tunnit.csv", line: 3, key: "b", reason: "no number", fields: [])
        rejected.pupil = "100"
        partial.rejected = [rejected]
        #expect(register.decide(partial, on: today).events == [], "a part as if it were all would make every absence weigh more")
        partial.rejected[0].pupil = "200"
        #expect(register.decide(partial, on: today).events == [.offeredRecorded(source, [more])])
    }

    @Test func `only what is claimed from its first day to its last is withdrawn, and what is yet to come cannot be`() {
        var register = register([august, september])
        func events(from: String, through: String) -> [PupilEvent]? {
            var silent = reading([])
            silent.coverageOfOffered = [Coverage(school: nil, from: day(from), through: day(through))]
            return register.decide(silent, on: today).events
        }
        #expect(events(from: "2026-08-13", through: "2026-08-31") == [])
        #expect(events(from: "2026-08-12", through: "2026-08-30") == [])
        #expect(events(from: "2026-08-12", through: "2026-08-31") == [.offeredWithdrawn(source, ["a"])])
        #expect(events(from: "2026-09-01", through: "2026-09-07") == [])
        #expect(events(from: "2026-09-01", through: "2026-09-30") == [.offeredWithdrawn(source, ["b"])])
        #expect(register.decide(reading([], pupil: "100"), on: day("2026-08-31")).events == [.offeredWithdrawn(source, ["a"])])
    }

    @Test func `claims of which one goes on where the other ends are as good as one`() {
        var register = register([august])
        func events(_ claims: [(String?, String, String)]) -> [PupilEvent]? {
            var silent = reading([])
            silent.coverageOfOffered = claims.map { school, from, through in
                Coverage(school: school.map { _ in Example.school.id }, from: day(from), through: day(through))
            }
            return register.decide(silent, on: today).events
        }
        #expect(events([(nil, "2026-08-20", "2026-08-31"), (nil, "2026-08-12", "2026-08-19")]) == [.offeredWithdrawn(source, ["a"])])
        #expect(events([("own", "2026-08-12", "2026-08-19"), (nil, "2026-08-18", "2026-08-31")]) == [.offeredWithdrawn(source, ["a"])])
        #expect(events([(nil, "2026-08-12", "2026-08-19"), (nil, "2026-08-21", "2026-08-31")]) == [])
    }

    @Test func `a feed that is not complete withdraws what it deletes`() {
        var register = register([august, september])
        var changes = reading([])
        changes.complete = []
        #expect(register.decide(changes, on: today).events == [])
        changes.deleted = [.offered: ["b", "unheard of"]]
        #expect(register.decide(changes, on: today).events == [.offeredWithdrawn(source, ["b"])])
    }

    @Test func `minutes of somebody who is not enrolled are quarantined`() throws {
        var register = register([])
        let decided = register.decide(reading([august], pupil: "nobody"), on: today)
        #expect(decided.events == [])
        let row = try #require(decided.quarantined.first)
        #expect((row.kind, row.file, row.key) == (.offered, "tunnit.csv", "a"))
    }

    @Test func `minutes of groups are the source's, and are compared like a pupil's`() {
        let one = GroupOffered(group: "8A", school: Example.school.id, offered: august)
        let other = GroupOffered(group: "8B", offered: september)
        var register = register([], groups: [one, other])
        #expect(register.timetable.told(by: source) == [one, other])
        var changed = one
        changed.offered.minutes = 0
        #expect(register.poll(reading([], groups: [changed, other]), on: today).timetable == [.timetableRecorded([changed])])
        #expect(register.poll(reading([], groups: [changed, other]), on: today).timetable == [])
        #expect(register.poll(reading([], groups: [other]), on: today).timetable == [.timetableWithdrawn(["a"])])
        var deletes = reading([])
        (deletes.complete, deletes.deleted) = ([], [.offered: ["b"]])
        #expect(register.poll(deletes, on: today).timetable == [.timetableWithdrawn(["b"])])
        #expect(register.timetable == Timetable())
    }

    @Test func `the guard counts minutes of pupils and groups together`() {
        let many = (0..<30).map { number -> Offered in
            var offered = august
            offered.key = OfferedKey("p\(number)")
            return offered
        }
        let groups = many.map { offered -> GroupOffered in
            var offered = offered
            offered.key = OfferedKey("g\(offered.key)")
            return GroupOffered(group: "8A", offered: offered)
        }
        var register = register(many, groups: groups)
        let decided = register.decide(reading(Array(many.dropFirst(11)), groups: Array(groups.dropFirst(10))), on: today)
        #expect(decided.held == [Withdrawals(kind: .offered, withdrawn: 21, known: 60)])
    }
}
