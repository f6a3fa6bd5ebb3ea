import SiltaCore
import SiltaTesting
import Testing

struct AssessmentPropertyTests {
    private struct Case {
        var plain: PlainAssessment
        var enrolments: [Enrolment]
        var marks: [Mark]

        var assessor: Assessor {
            Assessor(schoolYear: plain.schoolYear, policy: plain.policy, coverage: CoverageReached(through: plain.coverage))
        }
    }

    private func any(_ random: inout SeededRandom) -> Case {
        let first = day("2026-08-12")
        var policy = Example.policy
        policy.period = random.pick([.schoolYear, .schoolYear, .term, .last(schoolDays: 30)])
        policy.minimumSchoolDays = random.pick([1, 5, 20])
        if random.chance(30) {
            policy.tiers = [
                TierRule(tier: 1, threshold: .minutes(random.number(1...900)), isInclusive: random.chance(50)),
                TierRule(tier: 2, threshold: .lessons(random.number(1...30)), isInclusive: random.chance(50)),
                TierRule(tier: 3, threshold: .share(hundredths: random.number(1...3000)), isInclusive: random.chance(50)),
            ]
        }
        if random.chance(30) { policy.counts = [random.pick(MarkClass.allCases), random.pick(MarkClass.allCases)] }
        let year = SchoolYear(
            start: first, end: first.adding(days: random.number(20...120)), terms: Example.schoolYear.terms,
            holidays: Example.schoolYear.holidays,
            extraDays: [first.adding(days: random.number(0...30)), first.adding(days: random.number(0...90))])
        var coverage: [SchoolID?: LocalDate] = [:]
        let schools: [SchoolID?] = [Example.school.id, Example.otherSchool.id, nil]
        for school in schools where random.chance(70) { coverage[school] = first.adding(days: random.number(-5...130)) }
        let enrolments = (0..<random.number(1...3)).map { number in
            let from = first.adding(days: random.number(-30...60))
            return Example.enrolment(
                "\(number)", from: from, through: random.chance(60) ? from.adding(days: random.number(0...90)) : nil,
                school: random.pick([Example.school, Example.otherSchool]), grade: random.number(3...9))
        }
        let marks = (0..<random.number(0...60)).map { number in
            Example.mark(
                "\(number)", on: first.adding(days: random.pick([random.number(-3...120), random.number(0...10)])),
                at: random.chance(80) ? LocalTime(minuteOfDay: random.number(480...900)) : nil, minutes: Int32(random.number(0...180)),
                random.pick(MarkClass.allCases))
        }
        return Case(plain: PlainAssessment(schoolYear: year, policy: policy, coverage: coverage), enrolments: enrolments, marks: marks)
    }

    @Test func `the assessor finds what a plain computation finds`() {
        var tiers: Set<Int> = []
        for seed in UInt64(1)...400 {
            var random = SeededRandom(seed: seed)
            let any = any(&random)
            var expected = any.plain.assess(any.enrolments, any.marks)
            var found = any.assessor.assess(Example.pupil(enrolments: any.enrolments, marks: any.marks))
            expected?.minutesByClass = [:]
            found?.minutesByClass = [:]
            #expect(found == expected, "seed \(seed)")
            if let expected { tiers.insert(expected.highestTier) }
        }
        #expect(tiers == [0, 1, 2, 3], "the seeds should reach every tier")
    }

    @Test func `the breakdown by class is that of a plain computation`() {
        for seed in UInt64(1)...400 {
            var random = SeededRandom(seed: seed)
            let any = any(&random)
            let expected = any.plain.assess(any.enrolments, any.marks)?.minutesByClass
            let found = any.assessor.assess(Example.pupil(enrolments: any.enrolments, marks: any.marks))?.minutesByClass
            guard found == expected else {
                Issue.record("seed \(seed): \(String(describing: found)) should be \(String(describing: expected))")
                return
            }
        }
    }

    @Test func `the order in which facts became known does not matter`() {
        for seed in UInt64(1)...100 {
            var random = SeededRandom(seed: seed)
            let any = any(&random)
            var one = Pupil(id: Example.pupil)
            for enrolment in any.enrolments { one.evolve(.enrolmentsRecorded(Example.source, [enrolment])) }
            for mark in any.marks { one.evolve(.absencesRecorded(Example.source, [mark])) }
            var other = Pupil(id: Example.pupil)
            for mark in any.marks.shuffled(using: &random) {
                var wrong = mark
                wrong.minutes += 7
                wrong.markClass = .late
                other.evolve(.absencesRecorded(Example.source, [wrong]))
                other.evolve(
                    .absencesRetimed(Example.source, [.init(key: mark.key, date: mark.date, start: mark.start, minutes: mark.minutes)]))
                other.evolve(.absencesReclassified(Example.source, [.init(key: mark.key, markClass: mark.markClass, code: mark.code)]))
            }
            for enrolment in any.enrolments.shuffled(using: &random) { other.evolve(.enrolmentsRecorded(Example.source, [enrolment])) }
            #expect(one == other, "seed \(seed)")
            #expect(any.assessor.assess(one) == any.assessor.assess(other), "seed \(seed)")
        }
    }
}
