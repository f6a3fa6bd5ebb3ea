/// On how many school days the expected minutes rest on what.
public struct ExpectedDays: Hashable, Sendable {
    public var offered: Int
    public var scheduled: Int
    public var statutory: Int

    public init(offered: Int = 0, scheduled: Int = 0, statutory: Int = 0) {
        self.offered = offered
        self.scheduled = scheduled
        self.statutory = statutory
    }

    /// The worst that was used.
    var worst: Assessment.Expected {
        if statutory > 0 { return .statutory }
        if scheduled > 0 { return .scheduled }
        return offered > 0 ? .offered : .statutory
    }

    /// Not all days rest on the same.
    public var isMixed: Bool { [offered, scheduled, statutory].count { $0 > 0 } > 1 }

    mutating func count(_ expected: Assessment.Expected) {
        switch expected {
        case .offered: offered += 1
        case .scheduled: scheduled += 1
        case .statutory: statutory += 1
        }
    }
}

/// What sources have told of a pupil's minutes, school day by school day: the best of each day.
///
/// What was offered comes before what is scheduled, and what is told of the pupil before what is told of the group. What one source has
/// told of a day is added up; of several sources the first, in order of their ids, counts for the day.
struct ToldMinutes {
    /// By the index of the school day; nil where nothing is told.
    private(set) var days: [(minutes: Int32, expected: Assessment.Expected)?]
    private let schoolYear: SchoolYear

    init(in schoolYear: SchoolYear) {
        self.schoolYear = schoolYear
        days = Array(repeating: nil, count: schoolYear.schoolDays.count)
    }

    /// Takes in what sources have told of one subject, where nothing better is there. The best is to be taken in first.
    ///
    /// - Parameters:
    ///   - told: of each source, in order.
    ///   - counts: whether it holds on the school day of this index.
    mutating func take(_ told: [[Offered]], _ quality: Offered.Quality, where counts: (Int) -> Bool) {
        for told in told {
            var sums: [Int: Int] = [:]
            for offered in told where offered.quality == quality {
                let first = schoolYear.firstIndex(from: offered.from)
                let count = schoolYear.firstIndex(from: offered.through.adding(days: 1)) - first
                // Each day has what is due through it less what was due through the day before: together they are all, to the minute.
                for number in 0..<max(0, count) where days[first + number] == nil {
                    let minutes = Int(offered.minutes)
                    sums[first + number, default: 0] += minutes * (number + 1) / count - minutes * number / count
                }
            }
            for (day, sum) in sums where counts(day) {
                days[day] = (Int32(clamping: sum), quality == .offered ? .offered : .scheduled)
            }
        }
    }
}
