extension Setting {
    /// A whole number and a unit: `500ms`, `20s`, `15m`, `2h`, `7d` (a day is 24 hours).
    ///
    /// - Parameter range: What it must lie in; ten years at most where none is given.
    public func duration(in range: ClosedRange<Duration>? = nil) throws(ConfigurationError) -> Duration {
        let range = range ?? .zero ... .days(3660)
        let text = try string()
        guard let duration = Duration(settingText: text) else {
            throw refusal(of: text, expected: "a duration: a whole number and ms, s, m, h or d, such as 15m")
        }
        guard range.contains(duration) else {
            throw error("this must be from \(range.lowerBound.settingText) to \(range.upperBound.settingText)")
        }
        return duration
    }
}

extension Duration {
    static func days(_ days: Int64) -> Duration { .seconds(days * 86_400) }

    /// Milliseconds of each unit, the longest first.
    private static let units: [(name: String, milliseconds: Int64)] = [
        ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
    ]

    fileprivate init?(settingText text: String) {
        let digits = text.utf8.prefix { (48...57).contains($0) }
        // Nine digits of days are still far from overflowing.
        guard (1...9).contains(digits.count), let number = Int64(String(Substring(digits))) else { return nil }
        let unit = text.dropFirst(digits.count)
        guard let (_, milliseconds) = Duration.units.first(where: { $0.name == unit }) else { return nil }
        self = .milliseconds(number * milliseconds)
    }

    /// In the longest unit that shows it as a whole number.
    var settingText: String {
        let (seconds, attoseconds) = components
        let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
        guard milliseconds != 0, let unit = Duration.units.first(where: { milliseconds % $0.milliseconds == 0 }) else { return "0s" }
        return "\(milliseconds / unit.milliseconds)\(unit.name)"
    }
}
