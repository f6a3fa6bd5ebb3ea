import SiltaCore

/// A pupil's absence, worked out by adding up day after day.
struct Tally: Equatable {
    var highest = 0
    var reachedOn: LocalDate?
    var absent = 0
    var expected = 0
    var through: LocalDate?
}

extension Knowledge {
    /// Nil for a pupil out of scope, or before a calendar and a policy are adopted.
    mutating func tally(_ pupil: PupilID) -> Tally? {
        if let known = tallies[pupil] { return known }
        let tally = workOut(pupil)
        tallies[pupil] = .some(tally)
        return tally
    }

    private func workOut(_ pupil: PupilID) -> Tally? {
        guard let policy = policy?.value, let year = calendar?.value, let person = people[pupil] else { return nil }
        let timeline = person.timeline
        guard let last = timeline.last, policy.grades.contains(last.grade) else { return nil }
        var days: [(date: LocalDate, expected: Int, absent: Int)] = []
        var date = year.start
        while date <= year.end {
            defer { date = date.adding(days: 1) }
            let isWeekday = (Int(date.dayNumber) + 3) % 7 < 5 && !year.holidays.contains { isWithin(date, $0) }
            guard isWeekday || year.extraDays.contains(date), let enrolment = timeline.first(where: { isWithin(date, $0.span) }) else {
                continue
            }
            let reached = [coverage[enrolment.school.id], coverage[nil]].compactMap(\.self).max()
            guard let reached, date <= reached else { break }
            let lessons = [3: 22, 4: 24, 5: 25, 6: 25, 7: 30, 8: 29, 9: 30][enrolment.grade] ?? 20
            days.append((date, offered(person, date, in: year) ?? lessons * 9, minutes(person, date, policy.counts)))
        }
        var tally = Tally()
        for (index, day) in days.enumerated() {
            let first: LocalDate
            switch policy.period {
            case .schoolYear: first = year.start
            case .term: first = year.terms.first { $0.from <= day.date && day.date <= $0.through }?.from ?? days[0].date
            case .last(let count): first = nth(count, before: day.date, in: year)
            }
            let window = days[...index].filter { first <= $0.date }
            tally.expected = window.reduce(0) { $0 + $1.expected }
            tally.absent = min(window.reduce(0) { $0 + $1.absent }, tally.expected)
            tally.through = day.date
            guard window.count >= policy.minimumSchoolDays else { continue }
            let tier = policy.tiers.filter { isReached($0, tally) }.map(\.tier).max() ?? 0
            if tier > tally.highest { (tally.highest, tally.reachedOn) = (tier, day.date) }
        }
        return tally
    }

    /// What was offered on a day, else what was to be, each with its share of the days that it is of; nil where nothing is told.
    private func offered(_ person: Person, _ date: LocalDate, in year: SchoolYear) -> Int? {
        for quality in [Offered.Quality.offered, .scheduled] {
            let told = person.offered.values.filter { $0.quality == quality && $0.from <= date && date <= $0.through }
            guard !told.isEmpty else { continue }
            var sum = 0
            for offered in told {
                let days = year.schoolDays.filter { offered.from <= $0 && $0 <= offered.through }
                let minutes = Int(offered.minutes)
                let before: Int = days.filter { $0 < date }.count
                sum += minutes * (before + 1) / days.count - minutes * before / days.count
            }
            return sum
        }
        return nil
    }

    /// The first of the last so many school days through a day.
    private func nth(_ count: Int, before day: LocalDate, in year: SchoolYear) -> LocalDate {
        let days = year.schoolDays.filter { $0 <= day }
        return days[max(0, days.count - count)]
    }

    private func isReached(_ rule: TierRule, _ tally: Tally) -> Bool {
        let (have, need) =
            switch rule.threshold {
            case .share(let hundredths): (tally.absent * 10_000, tally.expected * hundredths)
            case .lessons(let lessons): (tally.absent, lessons * 45)
            case .minutes(let minutes): (tally.absent, minutes)
            }
        return have > need || have == need && rule.isInclusive
    }

    private func minutes(_ person: Person, _ date: LocalDate, _ counts: Set<MarkClass>) -> Int {
        var missed: Set<Int> = []
        var added = 0
        for mark in person.marks.values where mark.date == date && counts.contains(mark.markClass) {
            guard let start = mark.start.map({ Int($0.minuteOfDay) }) else {
                added += Int(mark.minutes)
                continue
            }
            missed.formUnion(stride(from: start, to: start + Int(mark.minutes), by: 1))
        }
        return missed.count + added
    }
}
