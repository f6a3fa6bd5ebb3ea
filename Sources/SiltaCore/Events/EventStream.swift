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
