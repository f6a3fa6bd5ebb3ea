import SiltaCore
import SiltaTesting
import Testing

/// The sentences of the specification, one by one, on a pupil of grade 8: 261 minutes a school day.
struct AssessmentTests {
    /// The 20th school day.
    private static let twentieth = day("2026-09-08")

    private func assess(
        _ pupil: Pupil, policy: Policy = Example.policy, schoolYear: SchoolYear = Example.schoolYear,
        coverage: [SchoolID?: LocalDate] = [nil: twentieth]
    ) -> Assessment? {
        Assessor(schoolYear: schoolYear, policy: policy, coverage: CoverageReached(through: coverage)).assess(pupil)
    }

    private func absent(_ minutes: Int32) -> Pupil {
        Example.pupil(marks: [Example.mark("1", on: day("2026-08-12"), minutes: minutes)])
    }

    @Test(arguments: [
        (1, 180), (2, 180), (3, 198), (4, 216), (5, 225), (6, 225), (7, 270), (8, 261), (9, 270),
    ])
    func `expected minutes are nine for each weekly lesson of the grade, a school day`(grade: Int, minutes: Int) throws {
        var policy = Example.policy
        policy.grades = [grade]
        let pupil = Example.pupil(enrolments: [Example.enrolment(grade: grade)])
        let assessment = try #require(assess(pupil, policy: policy))
        #expect(assessment.expectedMinutes == minutes * 20)
        #expect(assessment.expected == .statutory)
        #expect(assessment.from == day("2026-08-12"))
        #expect(assessment.asOf == Self.twentieth)
    }

    @Test(
        arguments: [
            (0, 0), (260, 0), (261, 1), (262, 1), (521, 1), (522, 2), (1043, 2), (1044, 2), (1045, 3), (5220, 3), (1_000_000, 3),
        ] as [(Int32, Int)])
    func `from means at least and above means more than, of 5220 expected minutes`(minutes: Int32, tier: Int) throws {
        let assessment = try #require(assess(absent(minutes)))
        #expect(assessment.tier == tier)
        #expect(assessment.highestTier == tier)
        #expect(assessment.reachedOn == (tier == 0 ? nil : Self.twentieth))
        #expect(assessment.absentMinutes == min(Int(minutes), 5220), "capped at the expected minutes")
    }

    @Test(
        arguments: [
            (Threshold.lessons(30), true, 1349, 0), (.lessons(30), true, 1350, 1), (.lessons(30), false, 1350, 0),
            (.lessons(30), false, 1351, 1),
            (.minutes(600), true, 599, 0), (.minutes(600), true, 600, 1), (.minutes(600), false, 600, 0), (.minutes(600), false, 601, 1),
            (.share(hundredths: 1), true, 0, 0), (.share(hundredths: 1), true, 1, 1), (.share(hundredths: 1250), true, 652, 0),
            (.share(hundredths: 1250), true, 653, 1), (.share(hundredths: 10_000), true, 5219, 0),
            (.share(hundredths: 10_000), true, 5220, 1),
            (.share(hundredths: 10_000), false, 9999, 0),
        ] as [(Threshold, Bool, Int32, Int)])
    func `a threshold is exact`(threshold: Threshold, isInclusive: Bool, minutes: Int32, tier: Int) throws {
        var policy = Example.policy
        policy.tiers = [TierRule(tier: 1, threshold: threshold, isInclusive: isInclusive)]
        #expect(try #require(assess(absent(minutes), policy: policy)).tier == tier)
    }

    @Test func `a tier of another unit may be reached before the one below it`() throws {
        var policy = Example.policy
        policy.tiers = [
            TierRule(tier: 1, threshold: .share(hundredths: 5000), isInclusive: true),
            TierRule(tier: 2, threshold: .lessons(10), isInclusive: true),
        ]
        #expect(try #require(assess(absent(450), policy: policy)).tier == 2)
    }

    @Test func `on the first 19 school days every tier is 0`() throws {
        let pupil = absent(5000)
        let before = try #require(assess(pupil, coverage: [nil: day("2026-09-07")]))
        #expect(before.tier == 0)
        #expect(before.highestTier == 0)
        #expect(before.reachedOn == nil)
        #expect(before.absentMinutes == 19 * 261)
        #expect(try #require(assess(pupil)).tier == 3)
    }

    @Test func `the policy says how many days are too few`() throws {
        var policy = Example.policy
        policy.minimumSchoolDays = 1
        let assessment = try #require(assess(absent(261), policy: policy, coverage: [nil: day("2026-08-12")]))
        #expect(assessment.tier == 3)
        #expect(assessment.reachedOn == day("2026-08-12"))
    }

    @Test(
        arguments: [
            ([("08:15", 45), ("08:15", 45)], 45), ([("08:15", 45), ("09:00", 45)], 90), ([("08:15", 45), ("08:59", 45)], 89),
            ([("08:15", 180), ("09:00", 45)], 180), ([("09:00", 45), ("08:15", 180)], 180),
            ([("08:15", 45), ("10:15", 45), ("08:30", 120)], 165),
            ([("00:00", 30), ("23:59", 1)], 31), ([("08:15", 0)], 0), ([("", 45), ("", 45)], 90), ([("08:15", 45), ("", 45)], 90),
            ([("00:00", 45), ("", 45), ("00:00", 90)], 135),
        ] as [([(String, Int32)], Int)])
    func `intervals of a day count as their union, marks without a start are added`(marks: [(String, Int32)], minutes: Int) throws {
        let pupil = Example.pupil(
            marks: marks.enumerated().map { index, mark in
                Example.mark("\(index)", on: day("2026-08-12"), at: LocalTime(mark.0), minutes: mark.1)
            })
        #expect(try #require(assess(pupil)).absentMinutes == minutes)
    }

    @Test func `the same time on two days counts twice`() throws {
        let pupil = Example.pupil(marks: [
            Example.mark("1", on: day("2026-08-12"), at: time("08:15")), Example.mark("2", on: day("2026-08-13"), at: time("08:15")),
        ])
        #expect(try #require(assess(pupil)).absentMinutes == 90)
    }

    @Test func `two sources that tell of one lesson count it once`() throws {
        var pupil = Example.pupil(marks: [Example.mark("1", on: day("2026-08-12"), at: time("08:15"))])
        pupil.evolve(.absencesRecorded("toinen", [Example.mark("1", on: day("2026-08-12"), at: time("08:30"))]))
        #expect(try #require(assess(pupil)).absentMinutes == 60)
    }

    @Test func `only the classes of the policy count, and explained absence does by default`() throws {
        let pupil = Example.pupil(
            marks: MarkClass.allCases.enumerated().map { index, markClass in
                Example.mark("\(index)", on: day("2026-08-13"), minutes: 1 << Int32(index), markClass)
            })
        let assessment = try #require(assess(pupil))
        #expect(assessment.absentMinutes == 1 + 2 + 4 + 8 + 16)
        #expect(assessment.minutesByClass == [.unexplained: 1, .unauthorised: 2, .leave: 4, .health: 8, .explained: 16])
        var policy = Example.policy
        policy.counts = [.late]
        #expect(try #require(assess(pupil, policy: policy)).absentMinutes == 32)
    }

    @Test func `the breakdown by class counts an overlap in each class, and only the days that count`() throws {
        let lesson = time("08:15")
        let pupil = Example.pupil(
            enrolments: [
                Example.enrolment(from: day("2026-08-12"), through: day("2026-08-14")), Example.enrolment(from: day("2026-08-19")),
            ],
            marks: [
                Example.mark("1", on: day("2026-08-13"), at: lesson, .health), Example.mark("2", on: day("2026-08-13"), at: lesson, .leave),
                Example.mark("3", on: day("2026-08-13"), at: lesson, .leave), Example.mark("saturday", on: day("2026-08-15"), .health),
                Example.mark("not enrolled", on: day("2026-08-17"), .health), Example.mark("late", on: day("2026-08-20"), .late),
                Example.mark("not covered", on: day("2026-09-09"), .health),
            ])
        let assessment = try #require(assess(pupil))
        #expect(assessment.absentMinutes == 45)
        #expect(assessment.minutesByClass == [.health: 45, .leave: 45])
    }

    @Test func `marks on days that are no school days of the pupil do not count`() throws {
        let pupil = Example.pupil(
            enrolments: [Example.enrolment(from: day("2026-08-17"))],
            marks: ["2026-08-14", "2026-08-15", "2026-08-16", "2026-10-13", "2026-08-11"].map { Example.mark($0, on: day($0)) })
        let assessment = try #require(assess(pupil, coverage: [nil: day("2026-10-30")]))
        #expect(assessment.absentMinutes == 0)
        #expect(assessment.from == day("2026-08-17"), "a late start")
        #expect(assessment.minutesByClass.values.reduce(0, +) == 0)
    }

    @Test func `the highest tier stays when the share falls, on the day it was first reached`() throws {
        let through = day("2026-12-01")
        let assessment = try #require(assess(absent(1045), coverage: [nil: through]))
        #expect(assessment.highestTier == 3)
        #expect(assessment.reachedOn == Self.twentieth)
        #expect(assessment.tier < 3)
        #expect(assessment.asOf == through)
    }

    @Test(arguments: [(4, false), (5, true), (9, true), (10, false)])
    func `a pupil whose latest grade the policy does not name is not assessed`(grade: Int, isAssessed: Bool) {
        let pupil = Example.pupil(enrolments: [
            Example.enrolment(through: day("2026-08-31"), grade: isAssessed ? 4 : 8),
            Example.enrolment(from: day("2026-09-01"), grade: grade),
        ])
        #expect((assess(pupil) != nil) == isAssessed)
    }

    @Test func `a pupil without an enrolment is not assessed`() {
        #expect(assess(Example.pupil(enrolments: [])) == nil)
    }
}
