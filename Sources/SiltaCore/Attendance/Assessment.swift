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
    /// The worst that they rest on, of all days that are counted.
    public var expected = Expected.statutory
    public var expectedDays = ExpectedDays()
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
    public let timetable: Timetable

    public init(schoolYear: SchoolYear, policy: Policy, coverage: CoverageReached, timetable: Timetable = Timetable()) {
        self.schoolYear = schoolYear
        self.policy = policy
        self.coverage = coverage
        self.timetable = timetable
    }

    /// Nil for a pupil whose grade, of their latest enrolment, the policy does not name.
    public func assess(_ pupil: Pupil) -> Assessment? {
        let enrolments = pupil.enrolments
        guard let latest = enrolments.last, policy.grades.contains(latest.grade) else { return nil }
        var window = Window(days: countedDays(enrolments, of: pupil))
        let absences = AbsencesByDay(pupil: pupil, counting: policy.counts)
        absences.add(to: &window.days)
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
        result.from = window.counted.first?.date
        result.absentMinutes = window.cappedAbsent
        result.expectedMinutes = window.expected
        for day in window.counted { result.expectedDays.count(day.rests) }
        result.expected = result.expectedDays.worst
        result.minutesByClass = absences.minutesByClass(on: window.counted)
        return result
    }

    /// As of a day before the previous school day.
    public func isStale(_ assessment: Assessment, today: LocalDate) -> Bool {
        guard let previous = schoolYear.schoolDay(before: today) else { return false }
        return assessment.asOf.map { $0 < previous } ?? true
    }

    /// The school days that are enrolled and covered, in order, up to the first that is not covered.
    private func countedDays(_ enrolments: [Enrolment], of pupil: Pupil) -> [Day] {
        let told = toldMinutes(enrolments, of: pupil)
        let spans = enrolments.map { enrolment in
            (
                first: enrolment.span.from, last: enrolment.span.through ?? LocalDate(dayNumber: .max),
                covered: coverage.through(enrolment.school.id) ?? LocalDate(dayNumber: .min),
                minutes: Int32(WeeklyLessons.minutesOfSchoolDay(grade: enrolment.grade))
            )
        }
        var days: [Day] = []
        days.reserveCapacity(schoolYear.schoolDays.count)
        for (index, date) in schoolYear.schoolDays.enumerated() {
            guard let span = spans.first(where: { $0.first <= date && date <= $0.last }) else { continue }
            guard date <= span.covered else { break }
            if let told = told?.days[index] {
                days.append(Day(date: date, expected: told.minutes, rests: told.expected))
            } else {
                days.append(Day(date: date, expected: span.minutes, rests: .statutory))
            }
        }
        return days
    }

    /// Nil where nobody has told anything of the pupil's minutes.
    private func toldMinutes(_ enrolments: [Enrolment], of pupil: Pupil) -> ToldMinutes? {
        let own = pupil.accounts.map(\.offered).filter { !$0.isEmpty }
        let ofGroups = timetable.isEmpty ? [] : offeredToGroups(enrolments)
        guard !own.isEmpty || !ofGroups.isEmpty else { return nil }
        var told = ToldMinutes(in: schoolYear)
        for quality in [Offered.Quality.offered, .scheduled] {
            told.take(own, quality) { _ in true }
            for group in ofGroups { told.take(group.offered, quality) { group.days.contains($0) } }
        }
        return told
    }

    /// What is told of the groups that a pupil belongs to, with the school days, by their indices, on which they do.
    private func offeredToGroups(_ enrolments: [Enrolment]) -> [(offered: [[Offered]], days: Set<Int>)] {
        enrolments.indices.compactMap { place in
            let enrolment = enrolments[place]
            guard let group = enrolment.group else { return nil }
            let offered = timetable.offered(to: GroupName(group), at: enrolment.school.id)
            guard offered.contains(where: { !$0.isEmpty }) else { return nil }
            let days = schoolYear.schoolDays.indices.filter { index in
                enrolments.firstIndex { $0.span.contains(schoolYear.schoolDays[index]) } == place
            }
            return (offered, Set(days))
        }
    }

    private func tier(in window: Window) -> Int {
        guard window.count >= policy.minimumSchoolDays else { return 0 }
        return policy.tiers.last { $0.isReached(absent: window.cappedAbsent, expected: window.expected) }?.tier ?? 0
    }
}

private struct Day {
    var date: LocalDate
    var expected: Int32
    /// What its expected minutes rest on.
    var rests: Assessment.Expected
    var absent: Int64 = 0

    init(date: LocalDate, expected: Int32, rests: Assessment.Expected) {
        self.date = date
        self.expected = expected
        self.rests = rests
    }
}

/// The days of the period that ends on one day, and their sums, kept up as the day moves on.
private struct Window {
    var days: [Day]
    private var start = 0
    private var end = 0
    private(set) var expected = 0
    private var absent = 0

    init(days: [Day]) { self.days = days }

    var count: Int { end - start }
    var cappedAbsent: Int { min(absent, expected) }
    var counted: ArraySlice<Day> { days[start..<end] }

    mutating func extend(through index: Int, period: Policy.Period, schoolYear: SchoolYear) {
        expected += Int(days[index].expected)
        absent += Int(days[index].absent)
        end = index + 1
        let first: LocalDate
        switch period {
        case .schoolYear: return
        case .term:
            guard let term = schoolYear.term(of: days[index].date) else { return }
            first = term.from
        case .last(let count):
            let next = schoolYear.firstIndex(from: days[index].date)
            first = schoolYear.schoolDays[max(0, next - count + 1)]
        }
        while start < end, days[start].date < first {
            expected -= Int(days[start].expected)
            absent -= Int(days[start].absent)
            start += 1
        }
    }
}

/// A pupil's counted absences in order of their days. Marks of one day that have a start time count as the union of their
/// intervals, since two teachers may mark one lesson; those without one are added.
private struct AbsencesByDay {
    private struct Absence {
        var date: LocalDate
        /// The minute of the day; negative where there is none.
        var start: Int16
        /// Its place among all classes.
        var markClass: UInt8
        var minutes: Int32
    }

    private var absences: [Absence] = []

    init(pupil: Pupil, counting classes: Set<MarkClass>) {
        // A class is looked up once and not for each mark.
        let places = MarkClass.allCases.map { (markClass: $0, isCounted: classes.contains($0)) }
        for account in pupil.accounts {
            absences.reserveCapacity(absences.count + account.marks.count)
            for mark in account.marks {
                guard let place = places.firstIndex(where: { $0.markClass == mark.markClass }), places[place].isCounted else { continue }
                absences.append(
                    Absence(date: mark.date, start: mark.start?.minuteOfDay ?? -1, markClass: UInt8(place), minutes: mark.minutes))
            }
        }
        absences.sort { ($0.date.dayNumber, $0.start) < ($1.date.dayNumber, $1.start) }
    }

    /// - Parameter days: in order.
    func add(to days: inout [Day]) {
        var next = 0
        for index in days.indices {
            var union = Union()
            while next < absences.count, absences[next].date <= days[index].date {
                if absences[next].date == days[index].date { union.add(start: absences[next].start, minutes: absences[next].minutes) }
                next += 1
            }
            days[index].absent = Int64(union.total)
        }
    }

    /// - Parameter days: in order.
    func minutesByClass(on days: ArraySlice<Day>) -> [MarkClass: Int] {
        var totals = [Int?](repeating: nil, count: MarkClass.allCases.count)
        var next = 0
        for day in days {
            while next < absences.count, absences[next].date < day.date { next += 1 }
            let first = next
            while next < absences.count, absences[next].date == day.date { next += 1 }
            guard first < next else { continue }
            for markClass in totals.indices {
                var union: Union?
                for absence in absences[first..<next] where absence.markClass == UInt8(markClass) {
                    union = union ?? Union()
                    union?.add(start: absence.start, minutes: absence.minutes)
                }
                if let union { totals[markClass] = (totals[markClass] ?? 0) + union.total }
            }
        }
        var minutes: [MarkClass: Int] = [:]
        for (markClass, total) in zip(MarkClass.allCases, totals) { minutes[markClass] = total }
        return minutes
    }

    /// The minutes of marks of one day, added in order of their start.
    private struct Union {
        private(set) var total = 0
        private var reach = 0

        mutating func add(start: Int16, minutes: Int32) {
            guard start >= 0 else {
                total += Int(minutes)
                return
            }
            let end = Int(start) + Int(minutes)
            total += max(0, end - max(Int(start), reach))
            reach = max(reach, end)
        }
    }
}
