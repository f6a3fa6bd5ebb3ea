/// When a source is polled next: as often as the configuration says, spread a little, so that many sources and many daemons do not
/// all begin at once; and sooner after a failure.
public struct PollSchedule: Hashable, Sendable {
    static let firstRetry = Duration.seconds(60)
    /// A share of the wait, to either side.
    static let spreadPerMille: Int64 = 50

    public private(set) var failuresInARow = 0

    public init() {}

    public mutating func ended(well: Bool) {
        failuresInARow = well ? 0 : failuresInARow + 1
    }

    /// The wait until the next poll, from the beginning of the last one, or from its end where it failed.
    ///
    /// - Parameter jitter: any number.
    public func wait(every: Duration, jitter: UInt64) -> Duration {
        var wait = every
        if failuresInARow > 0 { wait = min(every, PollSchedule.firstRetry * (1 << min(failuresInARow - 1, 20))) }
        let perMille = 1000 - PollSchedule.spreadPerMille + Int64(jitter % UInt64(2 * PollSchedule.spreadPerMille + 1))
        return wait * Int(perMille) / 1000
    }

    /// The wait before the first poll of a process: what is left of the present turn, and a little spread where it is over.
    public func firstWait(every: Duration, sinceLast: Duration?, jitter: UInt64) -> Duration {
        if let sinceLast, sinceLast >= .zero, sinceLast < every { return every - sinceLast }
        return min(every, .seconds(2)) * Int(jitter % 1001) / 1000
    }
}
