internal import SiltaConfiguration

/// How often a server may be asked: `5/s`, `100/m`, `1000/h`.
struct RequestRate: Hashable, Sendable {
    /// From one request to the next.
    let interval: Duration

    init(_ setting: Setting) throws(ConfigurationError) {
        let text = try setting.string()
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let units: [Substring: Int] = ["s": 1, "m": 60, "h": 3600]
        guard parts.count == 2, let count = Int(parts[0]), (1...100_000).contains(count), let seconds = units[parts[1]] else {
            throw setting.refusal(of: text, expected: "a number of requests and a time, such as 5/s, 100/m or 1000/h")
        }
        interval = .seconds(seconds) / count
    }

    /// How long to wait before the next request.
    func wait(last: ContinuousClock.Instant?, now: ContinuousClock.Instant) -> Duration {
        guard let last else { return .zero }
        return max(.zero, now.duration(to: last + interval))
    }
}
