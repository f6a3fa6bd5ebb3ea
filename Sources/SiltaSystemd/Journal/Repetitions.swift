/// Which lines are written, and which are only counted, so that one trouble that goes on does not bury every other.
///
/// A line is written the first time at once. When it comes again, it is counted, and told once an interval with its count, whether it comes
/// just then or not. What did not come again for an interval counts as new.
struct Repetitions: Sendable {
    /// A line to write now.
    struct Telling: Equatable, Sendable {
        let line: JournalLine
        /// How often it came since it was written last; 0 where it is new.
        let count: Int
        /// When it was written last; now where it is new. In milliseconds since 1970.
        let since: Int64
    }

    fileprivate struct Kept {
        /// When it was written last.
        var since: Int64
        /// How often it came since.
        var count = 0
    }

    private let interval: Int64
    private let capacity: Int
    private var kept: [JournalLine: Kept] = [:]
    /// Nothing is due before; may be too early.
    private var nextDue = Int64.max

    /// - Parameter capacity: of how many lines it is known that they were written; the one that was written longest ago goes first.
    init(interval: Duration = .seconds(600), capacity: Int = 1000) {
        precondition(capacity > 0, "At least one line must be remembered for a repetition to be seen.")
        self.interval = interval.components.seconds * 1000
        self.capacity = capacity
    }

    /// Takes a line that came.
    /// - Parameter now: in milliseconds since 1970.
    /// - Returns: what to write, in this order: the counts whose interval is over, then the line itself if it is new.
    mutating func take(_ line: JournalLine, at now: Int64) -> [Telling] {
        if let earlier = kept[line], earlier.count > 0 || !isOver(earlier, at: now) {
            kept[line]?.count += 1
            return due(at: now)
        }
        var tellings = due(at: now)
        if kept.count >= capacity, let oldest = kept.min(by: { $0.value.since < $1.value.since }) {
            kept[oldest.key] = nil
            // What was counted is told, even if its interval is not over.
            if oldest.value.count > 0 { tellings.append(Telling(oldest)) }
        }
        kept[line] = Kept(since: now)
        nextDue = min(nextDue, now + interval)
        return tellings + [Telling(line: line, count: 0, since: now)]
    }

    /// The counts whose interval is over, the earliest first.
    mutating func due(at now: Int64) -> [Telling] {
        guard now >= nextDue || now < nextDue - interval else { return [] }
        let over = kept.filter { isOver($0.value, at: now) }
        for (line, repeated) in over { kept[line] = repeated.count > 0 ? Kept(since: now) : nil }
        nextDue = kept.values.map { $0.since + interval }.min() ?? .max
        return Repetitions.inOrder(over)
    }

    /// All counts, as at the end of the process; nothing is remembered after it.
    mutating func rest() -> [Telling] {
        defer {
            kept = [:]
            nextDue = .max
        }
        return Repetitions.inOrder(kept)
    }

    /// A clock that was set back ends the interval of everything that is from the future.
    private func isOver(_ kept: Kept, at now: Int64) -> Bool { now >= kept.since + interval || now < kept.since }

    private static func inOrder(_ kept: [JournalLine: Kept]) -> [Telling] {
        let told = kept.filter { $0.value.count > 0 }.map { Telling($0) }
        return told.sorted { ($0.since, $0.line.sentence) < ($1.since, $1.line.sentence) }
    }
}

extension Repetitions.Telling {
    fileprivate init(_ kept: (key: JournalLine, value: Repetitions.Kept)) {
        self.init(line: kept.key, count: kept.value.count, since: kept.value.since)
    }

    /// The line with its count: `The register did not answer. (412 times since 21:09:24Z)`.
    var asLine: JournalLine {
        guard count > 0 else { return line }
        var told = line
        told.sentence += " (\(count) \(count == 1 ? "time" : "times") since \(UTCTime(milliseconds: since).clock))"
        return told
    }
}
