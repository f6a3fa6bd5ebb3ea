import SiltaCore
import SiltaTesting
import Testing

/// Expected minutes: the best that is known of each day. A day of grade 8 has 261 minutes by law.
struct OfferedMinutesTests {
    /// The 20th school day.
    private static let twentieth = day("2026-09-08")
    private static let first = day("2026-08-12")
    private let source = Example.source

    private func offered(
        _ key: String, _ from: String, _ through: String, _ minutes: Int32, _ quality: Offered.Quality = .offered
    ) -> Offered {
        Offered(key: OfferedKey(key), from: day(from), through: day(through), minutes: minutes, quality: quality)
    }

    private func assess(
        _ own: [Offered] = [], of source: SourceID = Example.source, groups: [GroupOffered] = [],
        enrolments: [Enrolment] = [Example.enrolment()], through: LocalDate = twentieth
    ) throws -> Assessment {
        var pupil = Example.pupil(enrolments: enrolments, marks: [Example.mark("1", on: day("2026-08-12"), minutes: 300)])
        if !own.isEmpty { pupil.evolve(.offeredRecorded(source, own)) }
        var timetable = Timetable()
        timetable.record(groups, by: source)
        let assessor = Assessor(
            schoolYear: Example.schoolYear, policy: Example.policy, coverage: CoverageReached(through: [nil: through]),
            timetable: timetable)
        return try #require(assessor.assess(pupil))
    }

    @Test func `minutes of many days are spread over their school days to the minute`() throws {
        let year = offered("a", "2026-08-12", "2027-06-05", 49_001)
        var before = 0
        for (index, date) in Example.schoolYear.schoolDays.enumerated() {
            let sum = try assess([year], through: date).expectedMinutes
            #expect(sum == 49_001 * (index + 1) / Example.schoolYear.schoolDays.count)
            #expect(sum >= before)
            before = sum
        }
        #expect(before == 49_001)
    }

    @Test func `offered minutes come before the timetable, and that before the law`() throws {
        let group = GroupOffered(group: "8A", offered: offered("g", "2026-08-12", "2026-08-18", 500, .scheduled))
        let assessment = try assess([offered("a", "2026-08-12", "2026-08-13", 400)], groups: [group])
        // Two days offered, three of the five of the timetable, fifteen by law.
        #expect(assessment.expectedMinutes == 400 + 300 + 15 * 261)
        #expect(assessment.expectedDays == ExpectedDays(offered: 2, scheduled: 3, statutory: 15))
        #expect(assessment.expected == .statutory)
        #expect(assessment.expectedDays.isMixed)
    }

    @Test func `where all days are offered, that is what is said`() throws {
        let assessment = try assess([offered("a", "2026-08-12", "2026-09-08", 2_000)])
        #expect(assessment.expectedMinutes == 2_000)
        #expect(assessment.expected == .offered)
        #expect(assessment.expectedDays == ExpectedDays(offered: 20))
        #expect(!assessment.expectedDays.isMixed)
        #expect(assessment.highestTier == 2, "300 of 2000")
    }

    @Test func `no minutes on a school day are a fact`() throws {
        let off = GroupOffered(group: "8A", offered: offered("g", "2026-08-13", "2026-08-13", 0))
        let assessment = try assess(groups: [off])
        #expect(assessment.expectedMinutes == 19 * 261)
        #expect(assessment.expectedDays == ExpectedDays(offered: 1, statutory: 19))
    }

    @Test func `what one source tells of a day is added up, and of two sources the first counts`() throws {
        let lessons = [offered("a", "2026-08-12", "2026-08-12", 45), offered("b", "2026-08-12", "2026-08-12", 90)]
        #expect(try assess(lessons, through: Self.first).expectedMinutes == 135)
        var pupil = Example.pupil()
        pupil.evolve(.offeredRecorded("b-register", [offered("a", "2026-08-12", "2026-08-12", 200)]))
        pupil.evolve(.offeredRecorded("a-register", [offered("a", "2026-08-12", "2026-08-12", 100)]))
        let assessor = Assessor(
            schoolYear: Example.schoolYear, policy: Example.policy, coverage: CoverageReached(through: [nil: Self.first]))
        #expect(try #require(assessor.assess(pupil)).expectedMinutes == 100)
    }

    @Test func `a pupil's own minutes come before their group's of the same quality`() throws {
        let group = GroupOffered(group: "8A", offered: offered("g", "2026-08-12", "2026-08-12", 500))
        #expect(try assess([offered("a", "2026-08-12", "2026-08-12", 90)], groups: [group], through: Self.first).expectedMinutes == 90)
        let own = offered("a", "2026-08-12", "2026-08-12", 90, .scheduled)
        #expect(try assess([own], groups: [group], through: Self.first).expectedMinutes == 500)
    }

    @Test func `a group is that of its school, on the days of the enrolment that names it`() throws {
        let elsewhere = GroupOffered(
            group: "8A", school: Example.otherSchool.id, offered: offered("g", "2026-08-12", "2026-09-08", 20, .scheduled))
        #expect(try assess(groups: [elsewhere]).expected == .statutory)
        let moved = [
            Example.enrolment(through: day("2026-08-18")), Example.enrolment(from: day("2026-08-19"), school: Example.otherSchool),
        ]
        let assessment = try assess(groups: [elsewhere], enrolments: moved)
        #expect(assessment.expectedDays == ExpectedDays(scheduled: 15, statutory: 5))
        #expect(assessment.expectedMinutes == 5 * 261 + 15)
    }

    @Test func `a timetable forgets what is withdrawn, and a key has one meaning`() {
        var timetable = Timetable()
        let one = GroupOffered(group: "8A", offered: offered("g", "2026-08-12", "2026-08-12", 1, .scheduled))
        var other = one
        other.group = "8B"
        timetable.record([one], by: source)
        timetable.record([other], by: source)
        #expect(timetable.told(by: source) == [other])
        timetable.withdraw(["g", "unheard of"], by: source)
        #expect(timetable == Timetable())
    }

    @Test func `any minutes come out as a plain computation has them`() throws {
        for seed in UInt64(1)...200 {
            var random = SeededRandom(seed: seed)
            let days = Example.schoolYear.schoolDays.prefix(20)
            func any(_ count: Int) -> [Offered] {
                (0..<count).map { number in
                    let from = Self.first.adding(days: random.number(-5...30))
                    return Offered(
                        key: OfferedKey("\(number)"), from: from, through: from.adding(days: random.number(0...12)),
                        minutes: Int32(random.number(0...3_000)), quality: random.pick(Offered.Quality.allCases))
                }
            }
            let own = any(random.number(0...5))
            let groups = any(random.number(0...5))
            func sum(_ told: [Offered], _ quality: Offered.Quality, _ date: LocalDate) -> Int? {
                let there = told.filter { $0.quality == quality && $0.from <= date && date <= $0.through }
                guard !there.isEmpty else { return nil }
                return there.reduce(0) { sum, offered in
                    let span = Example.schoolYear.schoolDays.filter { offered.from <= $0 && $0 <= offered.through }
                    let place = span.firstIndex(of: date)!
                    let (minutes, count) = (Int(offered.minutes), span.count)
                    return sum + minutes * (place + 1) / count - minutes * place / count
                }
            }
            let expected = days.reduce(0) { total, date in
                total
                    + (sum(own, .offered, date) ?? sum(groups, .offered, date) ?? sum(own, .scheduled, date)
                        ?? sum(groups, .scheduled, date) ?? 261)
            }
            let found = try assess(own, groups: groups.map { GroupOffered(group: "8A", offered: $0) })
            #expect(found.expectedMinutes == expected, "seed \(seed)")
        }
    }
}
