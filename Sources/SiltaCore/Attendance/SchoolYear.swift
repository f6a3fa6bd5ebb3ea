/// A provider's school year: which days are school days, and how they fall into terms.
public struct SchoolYear: Hashable, Sendable {
    public struct Term: Hashable, Sendable {
        public var name: String
        public var from: LocalDate
        public var through: LocalDate

        public init(name: String, from: LocalDate, through: LocalDate) {
            self.name = name
            self.from = from
            self.through = through
        }
    }

    public let start: LocalDate
    public let end: LocalDate
    public let terms: [Term]
    public let holidays: [DateSpan]
    /// School days beside Monday to Friday, such as a Saturday that makes up for another day.
    public let extraDays: [LocalDate]
    /// In order: Monday to Friday from the first day through the last that no holiday covers, and the extra days.
    public let schoolDays: [LocalDate]

    public init(start: LocalDate, end: LocalDate, terms: [Term] = [], holidays: [DateSpan] = [], extraDays: [LocalDate] = []) {
        self.start = start
        self.end = end
        self.terms = terms
        self.holidays = holidays
        self.extraDays = extraDays
        var days: [LocalDate] = []
        let extra = Set(extraDays)
        var day = start
        while day <= end {
            let isOrdinary = day.weekday <= 5 && !holidays.contains { $0.contains(day) }
            if isOrdinary || extra.contains(day) { days.append(day) }
            day = day.adding(days: 1)
        }
        schoolDays = days
    }

    /// The last school day before a day.
    public func schoolDay(before day: LocalDate) -> LocalDate? {
        let next = firstIndex(from: day)
        return next > 0 ? schoolDays[next - 1] : nil
    }

    /// The index of the first school day that is not before a day; the count of them where none is.
    public func firstIndex(from day: LocalDate) -> Int {
        var low = 0
        var high = schoolDays.count
        while low < high {
            let middle = (low + high) / 2
            if schoolDays[middle] < day { low = middle + 1 } else { high = middle }
        }
        return low
    }

    public func term(of day: LocalDate) -> Term? {
        terms.first { $0.from <= day && day <= $0.through }
    }
}
