/// Where an entry stands in the log: 0, 1, 2, … without gaps, in commit order.
public struct Position: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let value: Int64

    public init(_ value: Int64) { self.value = value }

    public var description: String { String(value) }
    public static func < (one: Position, other: Position) -> Bool { one.value < other.value }
}

/// Where an event stands in its stream: 1, 2, 3, ….
public struct StreamVersion: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let value: Int64

    public init(_ value: Int64) { self.value = value }

    public var description: String { String(value) }
    public static func < (one: StreamVersion, other: StreamVersion) -> Bool { one.value < other.value }
}
