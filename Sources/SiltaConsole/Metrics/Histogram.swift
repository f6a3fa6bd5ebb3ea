/// How often something took how long, in buckets that are always the same, so that histograms of all processes can be added up.
public struct Histogram: Equatable, Sendable {
    /// The upper bounds, each of which is still in its bucket; what took longer than the last is in none but `+Inf`.
    public static let bounds: [Duration] =
        [500, 1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000]
        .map { .microseconds($0 as Int64) }

    /// How many were within each bound, and beyond the one before; one more for those beyond the last.
    private var counts = [UInt64](repeating: 0, count: Histogram.bounds.count + 1)
    public private(set) var sum = Duration.zero

    public init() {}

    public var count: UInt64 { counts.reduce(0, +) }

    /// - Parameter duration: what is below zero, as by a clock that was set back, counts as zero.
    public mutating func observe(_ duration: Duration) {
        let duration = max(.zero, duration)
        counts[Histogram.bounds.firstIndex { duration <= $0 } ?? Histogram.bounds.count] += 1
        sum += duration
    }

    /// How many were within each bound, those within smaller ones included.
    var cumulative: [UInt64] {
        var total: UInt64 = 0
        return counts.dropLast().map { count in
            total += count
            return total
        }
    }
}
