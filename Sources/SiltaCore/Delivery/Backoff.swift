/// When a message is tried again (spec: notices, "It leaves").
enum Backoff {
    static let delays: [Duration] = [
        .seconds(5), .seconds(5 * 60), .seconds(30 * 60), .seconds(2 * 3600), .seconds(5 * 3600), .seconds(10 * 3600),
        .seconds(14 * 3600), .seconds(20 * 3600), .seconds(24 * 3600),
    ]

    /// The wait after so many counted failures, from 1; nil where there are no attempts left.
    ///
    /// - Parameter jitter: any number; spreads the wait over ±20 %.
    static func delay(afterFailures failures: Int, jitter: UInt64) -> Duration? {
        guard (1...delays.count).contains(failures) else { return nil }
        let perMille = 800 + Int64(jitter % 401)
        return .milliseconds(delays[failures - 1].wholeMilliseconds * perMille / 1000)
    }
}
