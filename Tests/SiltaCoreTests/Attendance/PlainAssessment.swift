import SiltaCore

/// The specification once more, slow and plain: every day's sums are made anew from the first day on, and the minutes of a
/// day are a set.
struct PlainAssessment {
    var schoolYear: SchoolYear
    var policy: Policy
    var coverage: [SchoolID?: LocalDate]

    private static let weeklyLessons = [1: 20, 2: 20, 3: 22, 4: 24, 5: 25, 6: 25, 7: 30, 8: 29, 9: 30]

    func assess(_ enrolments: [Enrolment], _ marks: [Mark]) -> Assessment? {
        let enrolments = enrolments.sorted { ($0.span.from, $0.key) < ($1.span.from, $1.key) }
        guard let latest = enrolments.last, policy.grades.contains(latest.grade) else { return nil }
        var days: [(date: LocalDate, expected: Int)] = []
        let schoolDays = calendar()
        for date in schoolDays {
            guard let held = enrolments.first(where: { $0.span.from <= date && !($0.span.through.map { $0 < date } ?? false) }) else {
                continue
            }
            let claims = [coverage[held.school.id], coverage[nil]].compactMap { $0 }
            guard let claimed = claims.max(), date <= claimed else { break }
            days.append((date, Self.weeklyLessons[held.grade]! * 45 / 5))
        }
        let counted = marks.filter { policy.counts.contains($0.markClass) }
        let absent = Dictionary(grouping: counted, by: \.date).mapValues(minutes)
        var result = Assessment()
        for last in days {
            let start = periodStart(on: last.date, schoolDays)
            let period = days.filter { start <= $0.date && $0.date <= last.date }
            result.from = period.first?.date
            result.asOf = last.date
            result.expectedMinutes = period.reduce(0) { $0 + $1.expected }
            result.absentMinutes = min(result.expectedMinutes, period.reduce(0) { $0 + (absent[$1.date] ?? 0) })
            result.expectedDays.statutory = period.count
            result.tier = period.count < policy.minimumSchoolDays ? 0 : tier(result.absentMinutes, result.expectedMinutes)
            if result.tier > result.highestTier { (result.highestTier, result.reachedOn) = (result.tier, last.date) }
        }
        if let from = result.from, let asOf = result.asOf {
            let dates = Set(days.map(\.date).filter { from <= $0 && $0 <= asOf })
            for (markClass, ofClass) in Dictionary(grouping: counted.filter { dates.contains($0.date) }, by: \.markClass) {
                result.minutesByClass[markClass] = Dictionary(grouping: ofClass, by: \.date).values.map(minutes).reduce(0, +)
            }
        }
        return result
    }

    private func calendar() -> [LocalDate] {
        (0...Int(schoolYear.end.dayNumber - schoolYear.start.dayNumber)).map { schoolYear.start.adding(days: $0) }.filter { date in
            schoolYear.extraDays.contains(date)
                || date.weekday < 6 && !schoolYear.holidays.contains { $0.from <= date && date <= $0.through ?? date }
        }
    }

    private func periodStart(on date: LocalDate, _ schoolDays: [LocalDate]) -> LocalDate {
        switch policy.period {
        case .schoolYear: schoolYear.start
        case .term: schoolYear.terms.first { $0.from <= date && date <= $0.through }?.from ?? schoolYear.start
        case .last(let count): schoolDays.filter { $0 <= date }.suffix(count).first ?? date
        }
    }

    private func minutes(_ marks: [Mark]) -> Int {
        var covered: Set<Int> = []
        var added = 0
        for mark in marks {
            if let start = mark.start.map({ Int($0.minuteOfDay) }) {
                covered.formUnion(start..<start + Int(mark.minutes))
            } else {
                added += Int(mark.minutes)
            }
        }
        return covered.count + added
    }

    private func tier(_ absent: Int, _ expected: Int) -> Int {
        let reached = policy.tiers.filter { rule in
            switch (rule.threshold, rule.isInclusive) {
            case (.share(let hundredths), true): absent * 10_000 >= hundredths * expected
            case (.share(let hundredths), false): absent * 10_000 > hundredths * expected
            case (.lessons(let lessons), true): absent >= lessons * 45
            case (.lessons(let lessons), false): absent > lessons * 45
            case (.minutes(let minutes), true): absent >= minutes
            case (.minutes(let minutes), false): absent > minutes
            }
        }
        return reached.map(\.tier).max() ?? 0
    }
}
