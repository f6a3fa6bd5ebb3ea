/// A wall-clock time of a day, to the minute: 08:15.
public struct LocalTime: Hashable, Comparable, Sendable {
    /// 0…1439.
    public let minuteOfDay: Int16

    public init?(hour: Int, minute: Int) {
        guard (0...23).contains(hour), (0...59).contains(minute) else { return nil }
        minuteOfDay = Int16(hour * 60 + minute)
    }

    public init?(minuteOfDay: Int) {
        guard (0..<1440).contains(minuteOfDay) else { return nil }
        self.minuteOfDay = Int16(minuteOfDay)
    }

    public static func < (one: LocalTime, other: LocalTime) -> Bool {
        one.minuteOfDay < other.minuteOfDay
    }
}

extension LocalTime: LosslessStringConvertible {
    /// `H:mm` or `HH:mm`.
    public init?(_ text: String) {
        let parts = text.utf8.split(separator: 58, omittingEmptySubsequences: false)
        guard parts.count == 2, (1...2).contains(parts[0].count), parts[1].count == 2,
            parts.allSatisfy({ $0.allSatisfy { (48...57).contains($0) } }),
            let hour = Int(Substring(parts[0])), let minute = Int(Substring(parts[1]))
        else { return nil }
        self.init(hour: hour, minute: minute)
    }

    public var description: String {
        "\(padded(Int(minuteOfDay) / 60, to: 2)):\(padded(Int(minuteOfDay) % 60, to: 2))"
    }
}
