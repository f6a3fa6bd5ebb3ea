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

/// What an event is about. Spelled into the log: never change how.
public enum EventStream: Hashable, Sendable {
    /// What the provider has adopted: calendar, policy, routes, disclosure.
    case provider
    case source(SourceID)
    case pupil(PupilID)
    case notice(NoticeID)
    case endpoint(RecipientID)
    /// Who has looked at whose data.
    case access
}

extension EventStream: LosslessStringConvertible {
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        switch (parts[0], parts.count > 1 ? parts[1] : nil) {
        case ("provider", nil): self = .provider
        case ("access", nil): self = .access
        case ("source", let id?) where !id.isEmpty: self = .source(SourceID(id))
        case ("endpoint", let id?) where !id.isEmpty: self = .endpoint(RecipientID(id))
        case ("pupil", let id?):
            guard let pupil = PupilID(id) else { return nil }
            self = .pupil(pupil)
        case ("notice", let id?):
            guard let notice = NoticeID(id) else { return nil }
            self = .notice(notice)
        default: return nil
        }
    }

    public var description: String {
        switch self {
        case .provider: "provider"
        case .source(let id): "source/\(id)"
        case .pupil(let id): "pupil/\(id)"
        case .notice(let id): "notice/\(id)"
        case .endpoint(let id): "endpoint/\(id)"
        case .access: "access"
        }
    }
}

/// Who did it.
public enum Actor: Hashable, Sendable {
    case source(SourceID)
    /// A part of Silta, such as `assessment`.
    case service(String)
    /// The operating system's or the sign-in's user name.
    case person(String)
}

extension Actor: LosslessStringConvertible {
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts[1].isEmpty else { return nil }
        switch parts[0] {
        case "source": self = .source(SourceID(parts[1]))
        case "service": self = .service(parts[1])
        case "person": self = .person(parts[1])
        default: return nil
        }
    }

    public var description: String {
        switch self {
        case .source(let id): "source/\(id)"
        case .service(let name): "service/\(name)"
        case .person(let name): "person/\(name)"
        }
    }
}
