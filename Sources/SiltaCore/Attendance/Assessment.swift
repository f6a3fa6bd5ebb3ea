/// What the facts known now say of a pupil's absence (spec: assessment).
public struct Assessment: Hashable, Sendable {
    /// What the expected minutes rest on, the best first.
    public enum Expected: String, CaseIterable, Sendable {
        /// Told by the register.
        case offered
        /// From the group's timetable.
        case scheduled
        /// The legal weekly lessons of the grade.
        case statutory
    }

    /// The last school day that is enrolled and covered; nil where there is none yet.
    public var asOf: LocalDate?
    /// The first day that is counted.
    public var from: LocalDate?
    public var absentMinutes = 0
    public var expectedMinutes = 0
    public var expected = Expected.statutory
    /// Minutes of each counted class.
    public var minutesByClass: [MarkClass: Int] = [:]
    public var tier = 0
    /// Of the school year, as of `asOf`.
    public var highestTier = 0
    /// The first day that has the highest tier; nil for tier 0.
    public var reachedOn: LocalDate?

    public init() {}
}

/// The legal weekly lessons of basic education (Government Decree 852/1998, section 3, as in force from 1 August 2024).
enum WeeklyLessons {
    /// Of 45 minutes, on five days: 9 minutes a school day each.
    static func minutesOfSchoolDay(grade: Int) -> Int {
        lessons(grade: grade) * 45 / 5
    }

    static func lessons(grade: Int) -> Int {
        switch grade {
        case 3: 22
        case 4: 24
        case 5, 6: 25
        case 7, 9: 30
        case 8: 29
        case 10...: 30
        default: 20
        }
    }
}

/// Assesses pupils by one calendar, one policy and what is covered.
public struct Assessor: Sendable {
    public let schoolYear: SchoolYear
    public let policy: Policy
    public let coverage: CoverageReached

    public init(schoolYear: SchoolYear, policy: Policy, coverage: CoverageReached) {
        self.schoolYear = schoolYear
        self.policy = policy
        self.coverage = coverage
    }

    /// Nil for a pupil whose grade, of their latest enrolment, the policy does not name.
    public func assess(_ pupil: Pupil) -> Assessment? {
        let enrolments = pupil.enrolments
        guard let latest = enrolments.last, policy.grades.contains(latest.grade) else { return nil }
        let days = countedDays(enrolments)
        let absences = AbsencesByDay(pupil: pupil, counting: policy.counts)
        var window = Window(days: days.map { Day($0, absent: absences.minutes(on: $0.date)) })
        var result = Assessment()
        for index in window.days.indices {
            window.extend(through: index, period: policy.period, schoolYear: schoolYear)
            let tier = tier(in: window)
            result.tier = tier
            if tier > result.highestTier {
                result.highestTier = tier
                result.reachedOn = window.days[index].date
            }
        }
        result.asOf = window.days.last?.date
        result.from = window.first?.date
        result.absentMinutes = window.cappedAbsent
        result.expectedMinutes = window.expected
        result.minutesByClass = absences.minutesByClass(on: window.dates)
        return result
    }

    /// As of a day before the previous school day.
    public func isStale(_ assessment: Assessment, today: LocalDate) -> Bool {
        guard let previous = schoolYear.schoolDay(before: today) else { return false }
        return assessment.asOf.map { $0 < previous } ?? true
    }

    /// The school days that are enrolled and covered, in order, up to the first that is not covered.
    private func countedDays(_ enrolments: [Enrolment]) -> [Day] {
        var days: [Day] = []
        for date in schoolYear.schoolDays {
            guard let enrolment = enrolments.first(where: { $0.span.contains(date) }) else { continue }
            guard coverage.reaches(date, at: enrolment.school.id) else { break }
            days.append(Day(date: date, expected: WeeklyLessons.minutesOfSchoolDay(grade: enrolment.grade)))
        }
        return days
    }

    private func tier(in window: Window) -> Int {
        guard window.count >= policy.minimumSchoolDays else { return 0 }
        return policy.tiers.last { $0.isReached(absent: window.cappedAbsent, expected: window.expected) }?.tier ?? 0
    }
}

private struct Day {
    var date: LocalDate
    var expected: Int
    var absent = 0

    init(date: LocalDate, expected: Int) {
        self.date = date
        self.expected = expected
    }

    init(_ day: Day, absent: Int) {
        self = day
        self.absent = absent
    }
}

/// The days of the period that ends on one day, and their sums, kept up as the day moves on.
private struct Window {
    let days: [Day]
    private var start = 0
    private var end = 0
    private(set) var expected = 0
    private var absent = 0

    init(days: [Day]) { self.days = days }

    var count: Int { end - start }
    var cappedAbsent: Int { min(absent, expected) }
    var dates: [LocalDate] { days[start..<end].map(\.date) }
    var first: Day? { start < end ? days[start] : nil }

    mutating func extend(through index: Int, period: Policy.Period, schoolYear: SchoolYear) {
        expected += days[index].expected
        absent += days[index].absent
        end = index + 1
        let begins: (Day) -> Bool
        switch period {
        case .schoolYear: return
        case .term:
            guard let term = schoolYear.term(of: days[index].date) else { return }
            begins = { $0.date >= term.from }
        case .last(let count):
            let next = schoolYear.firstIndex(from: days[index].date)
            let first = schoolYear.schoolDays[max(0, next - count + 1)]
            begins = { $0.date >= first }
        }
        while start < end, !begins(days[start]) {
            expected -= days[start].expected
            absent -= days[start].absent
            start += 1
        }
    }
}

/// A pupil's counted absences, day by day. Marks of one day that have a start time count as the union of their intervals,
/// since two teachers may mark one lesson; those without one are added.
private struct AbsencesByDay {
    private let marks: [Mark]

    init(pupil: Pupil, counting classes: Set<MarkClass>) {
        marks = pupil.accounts.flatMap { $0.marks.filter { classes.contains($0.markClass) } }.sorted {
            ($0.date.dayNumber, $0.start?.minuteOfDay ?? -1) < ($1.date.dayNumber, $1.start?.minuteOfDay ?? -1)
        }
    }

    func minutes(on day: LocalDate) -> Int {
        let first = firstIndex(from: day)
        return AbsencesByDay.union(marks[first...].prefix { $0.date == day })
    }

    func minutesByClass(on days: [LocalDate]) -> [MarkClass: Int] {
        var minutes: [MarkClass: Int] = [:]
        for date in days {
            let ofDay = marks[firstIndex(from: date)...].prefix { $0.date == date }
            for markClass in Set(ofDay.map(\.markClass)) {
                minutes[markClass, default: 0] += AbsencesByDay.union(ofDay.filter { $0.markClass == markClass })
            }
        }
        return minutes
    }

    private func firstIndex(from day: LocalDate) -> Int {
        var low = 0
        var high = marks.count
        while low < high {
            let middle = (low + high) / 2
            if marks[middle].date < day { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// - Parameter marks: of one day, in order of their start.
    private static func union(_ marks: some Sequence<Mark>) -> Int {
        var total = 0
        var reach = 0
        for mark in marks {
            guard let start = mark.start.map({ Int($0.minuteOfDay) }) else {
                total += Int(mark.minutes)
                continue
            }
            let end = start + Int(mark.minutes)
            total += max(0, end - max(start, reach))
            reach = max(reach, end)
        }
        return total
    }
}
