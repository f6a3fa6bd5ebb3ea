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
