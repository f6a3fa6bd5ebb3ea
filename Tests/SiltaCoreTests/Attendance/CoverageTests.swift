import SiltaCore
import SiltaTesting
import Testing

/// As of which day, and through which days.
struct CoverageTests {
    private let here = Example.school.id
    private let there = Example.otherSchool.id

    private func assess(
        _ pupil: Pupil, policy: Policy = Example.policy, schoolYear: SchoolYear = Example.schoolYear, _ coverage: [SchoolID?: LocalDate]
    ) -> Assessment? {
        Assessor(schoolYear: schoolYear, policy: policy, coverage: CoverageReached(through: coverage)).assess(pupil)
    }

    private var mover: Pupil {
        Example.pupil(
            enrolments: [
                Example.enrolment(through: day("2026-08-21"), grade: 7),
                Example.enrolment(from: day("2026-08-24"), school: Example.otherSchool, grade: 8),
            ],
            marks: [Example.mark("1", on: day("2026-08-20")), Example.mark("2", on: day("2026-08-25"))])
    }

    @Test func `nothing is known before a claim`() throws {
        let assessment = try #require(assess(mover, [:]))
        #expect(assessment == Assessment())
        #expect(
            Assessor(schoolYear: Example.schoolYear, policy: Example.policy, coverage: .init()).isStale(
                assessment, today: day("2026-08-13")))
    }

    @Test func `each day is of its enrolment's school and grade`() throws {
        let assessment = try #require(assess(mover, [here: day("2026-08-25"), there: day("2026-08-25")]))
        #expect(assessment.expectedMinutes == 8 * 270 + 2 * 261)
        #expect(assessment.absentMinutes == 90)
        #expect(assessment.asOf == day("2026-08-25"))
    }

    @Test func `a school that stops claiming stops the pupil there, days in order`() throws {
        let assessment = try #require(assess(mover, [here: day("2026-08-18"), there: day("2026-09-30")]))
        #expect(assessment.asOf == day("2026-08-18"))
        #expect(assessment.expectedMinutes == 5 * 270)
        #expect(assessment.absentMinutes == 0)
    }

    @Test func `a claim about all schools counts for each, and the later of two counts`() throws {
        #expect(try #require(assess(mover, [here: day("2026-08-18"), nil: day("2026-08-24")])).asOf == day("2026-08-24"))
        #expect(
            try #require(assess(mover, [here: day("2026-08-21"), there: day("2026-08-26"), nil: day("2026-08-18")])).asOf
                == day("2026-08-26"))
    }

    @Test func `the days between two enrolments are nobody's`() throws {
        let pupil = Example.pupil(enrolments: [
            Example.enrolment(through: day("2026-08-14")), Example.enrolment(from: day("2026-09-01"), school: Example.otherSchool),
        ])
        let assessment = try #require(assess(pupil, [here: day("2026-08-14"), there: day("2026-09-02")]))
        #expect(assessment.expectedMinutes == 5 * 261)
        #expect(assessment.asOf == day("2026-09-02"))
    }

    @Test func `where two enrolments hold, the first is the day's`() throws {
        let pupil = Example.pupil(enrolments: [
            Example.enrolment(from: day("2026-08-12"), grade: 8),
            Example.enrolment(from: day("2026-08-13"), through: day("2026-08-14"), school: Example.otherSchool, grade: 7),
        ])
        #expect(try #require(assess(pupil, [here: day("2026-08-14")])).expectedMinutes == 3 * 261)
    }

    @Test func `who has left stays as of their last day`() throws {
        let pupil = Example.pupil(enrolments: [Example.enrolment(through: day("2026-08-19"))])
        let assessment = try #require(assess(pupil, [nil: day("2026-12-01")]))
        #expect(assessment.asOf == day("2026-08-19"))
        #expect(assessment.expectedMinutes == 6 * 261)
        #expect(!pupil.hasLeft(on: day("2026-08-19")))
        #expect(pupil.hasLeft(on: day("2026-08-20")))
    }

    @Test func `an enrolment of which the source has gone silent ended, unless it had ended before`() {
        var pupil = Example.pupil(enrolments: [Example.enrolment(), Example.enrolment("200", through: day("2026-08-14"))])
        pupil.evolve(.enrolmentsEnded(Example.source, ["100/2026-08-12", "200/2026-08-12"], last: day("2026-09-01")))
        #expect(pupil.enrolments.map(\.span.through) == [day("2026-09-01"), day("2026-08-14")])
        pupil.evolve(.enrolmentsRecorded(Example.source, [Example.enrolment()]))
        #expect(pupil.enrolments.map(\.span.through) == [nil, day("2026-08-14")])
    }

    @Test(arguments: [
        ("2026-08-14", "2026-08-14", false), ("2026-08-14", "2026-08-15", false), ("2026-08-14", "2026-08-17", false),
        ("2026-08-14", "2026-08-18", true), ("2026-08-13", "2026-08-17", true), ("2026-10-09", "2026-10-18", false),
        ("2026-10-09", "2026-10-19", false), ("2026-10-09", "2026-10-20", true), ("2027-06-04", "2027-08-01", false),
        ("2027-06-03", "2027-08-01", true),
    ])
    func `state is stale as of a day before the previous school day`(asOf: String, today: String, isStale: Bool) {
        var assessment = Assessment()
        assessment.asOf = day(asOf)
        let assessor = Assessor(schoolYear: Example.schoolYear, policy: Example.policy, coverage: CoverageReached())
        #expect(assessor.isStale(assessment, today: day(today)) == isStale)
    }

    @Test func `before the first school day nothing can be stale`() {
        let assessor = Assessor(schoolYear: Example.schoolYear, policy: Example.policy, coverage: CoverageReached())
        #expect(!assessor.isStale(Assessment(), today: day("2026-08-12")))
        #expect(assessor.isStale(Assessment(), today: day("2026-08-13")))
    }

    @Test func `a claim that goes back takes nothing away, and another school's gives nothing`() {
        var provider = Provider()
        func poll(_ claims: [Coverage]) {
            let completed = PollCompleted(rows: 0, quarantined: 0, changes: ChangeCounts(), coverage: claims)
            provider.evolve(.pollCompleted(completed), of: Example.source, at: instant("2026-09-01T12:00:00Z"))
        }
        poll([Coverage(school: here, from: day("2026-08-12"), through: day("2026-08-31"))])
        poll([Coverage(school: here, from: day("2026-08-12"), through: day("2026-08-20"))])
        poll([])
        #expect(provider.coverage.through(here) == day("2026-08-31"))
        #expect(provider.coverage.through(there) == nil)
    }
}

struct PeriodTests {
    private func assess(_ period: Policy.Period, marks: [Mark], through: String, enrolledFrom: String = "2026-08-12") -> Assessment? {
        var policy = Example.policy
        policy.period = period
        let pupil = Example.pupil(enrolments: [Example.enrolment(from: day(enrolledFrom))], marks: marks)
        return Assessor(schoolYear: Example.schoolYear, policy: policy, coverage: CoverageReached(through: [nil: day(through)])).assess(
            pupil)
    }

    private let autumn = [
        Example.mark("1", on: day("2026-12-16"), minutes: 20_000), Example.mark("2", on: day("2027-01-08"), minutes: 261),
    ]

    @Test func `a term counts from its own first day`() throws {
        let assessment = try #require(assess(.term, marks: autumn, through: "2027-02-03"))
        // 7, 8, 11–15, 18–22, 25–29 January and 1–3 February.
        #expect(assessment.from == day("2027-01-07"))
        #expect(assessment.expectedMinutes == 20 * 261)
        #expect(assessment.absentMinutes == 261)
        #expect(assessment.tier == 1)
        #expect(assessment.highestTier == 3, "of the whole school year")
        #expect(assessment.reachedOn == day("2026-12-16"))
    }

    @Test func `the first 19 school days of a term have tier 0`() throws {
        #expect(try #require(assess(.term, marks: autumn, through: "2027-02-02")).tier == 0)
    }

    @Test func `the last N school days move on`() throws {
        let marks = [Example.mark("1", on: day("2026-08-12"), minutes: 3000)]
        let there = try #require(assess(.last(schoolDays: 20), marks: marks, through: "2026-09-08"))
        #expect(there.tier == 3)
        #expect(there.from == day("2026-08-12"))
        let gone = try #require(assess(.last(schoolDays: 20), marks: marks, through: "2026-09-09"))
        #expect(gone.from == day("2026-08-13"))
        #expect(gone.absentMinutes == 0)
        #expect(gone.minutesByClass == [:])
        #expect(gone.tier == 0)
        #expect(gone.highestTier == 3)
        #expect(gone.expectedMinutes == 20 * 261)
    }

    @Test func `who comes late has fewer of the last N school days`() throws {
        let assessment = try #require(assess(.last(schoolDays: 20), marks: [], through: "2026-09-08", enrolledFrom: "2026-09-01"))
        #expect(assessment.expectedMinutes == 6 * 261)
        #expect(assessment.from == day("2026-09-01"))
    }
}

struct SchoolYearTests {
    @Test func `school days are Monday to Friday without holidays, and the extra days`() {
        let year = SchoolYear(
            start: day("2026-10-08"), end: day("2026-10-20"), holidays: [DateSpan(from: day("2026-10-12"), through: day("2026-10-18"))],
            extraDays: [day("2026-10-10"), day("2026-10-14"), day("2026-10-09")])
        #expect(
            year.schoolDays.map(\.description) == [
                "2026-10-08", "2026-10-09", "2026-10-10", "2026-10-14", "2026-10-19", "2026-10-20",
            ])
        #expect(year.schoolDay(before: day("2026-10-08")) == nil)
        #expect(year.schoolDay(before: day("2026-10-19")) == day("2026-10-14"))
        #expect(year.schoolDay(before: day("2030-01-01")) == day("2026-10-20"))
    }

    @Test func `an extra school day has expected minutes like any other`() throws {
        let year = SchoolYear(start: day("2026-08-12"), end: day("2027-06-05"), extraDays: [day("2026-08-15")])
        let pupil = Example.pupil(marks: [Example.mark("1", on: day("2026-08-15"))])
        let assessor = Assessor(schoolYear: year, policy: Example.policy, coverage: CoverageReached(through: [nil: day("2026-08-16")]))
        let assessment = try #require(assessor.assess(pupil))
        #expect(assessment.expectedMinutes == 4 * 261)
        #expect(assessment.absentMinutes == 45)
        #expect(assessment.asOf == day("2026-08-15"))
    }

    @Test func `the last school day before any day is what counting backwards finds`() {
        let year = Example.schoolYear
        var date = day("2026-08-01")
        while date < day("2027-07-01") {
            #expect(year.schoolDay(before: date) == year.schoolDays.last { $0 < date })
            date = date.adding(days: 1)
        }
    }
}
