/// Everything that can be in the log.
public enum Event: Hashable, Sendable {
    case provider(ProviderEvent)
    case source(SourceID, SourceEvent)
    case pupil(PupilID, PupilEvent)
    case notice(NoticeID, NoticeEvent)
    case endpoint(RecipientID, EndpointEvent)
    case access(AccessEvent)
    case refused(RefusedCall)

    public var stream: EventStream {
        switch self {
        case .provider: .provider
        case .source(let id, _): .source(id)
        case .pupil(let id, _): .pupil(id)
        case .notice(let id, _): .notice(id)
        case .endpoint(let id, _): .endpoint(id)
        case .access, .refused: .access
        }
    }
}

/// Somebody was about to be shown a pupil's data.
public struct AccessEvent: Hashable, Sendable {
    /// Nil: a list of many.
    public var pupil: PupilID?
    public var notice: NoticeID?
    /// The command, such as `pupil show`.
    public var what: String
    /// What was shown, by the names of the output.
    public var fields: [String]
    /// As the person said it.
    public var why: String?

    public init(pupil: PupilID?, notice: NoticeID? = nil, what: String, fields: [String], why: String?) {
        self.pupil = pupil
        self.notice = notice
        self.what = what
        self.fields = fields
        self.why = why
    }
}

/// Somebody asked for what their roles do not allow.
public struct RefusedCall: Hashable, Sendable {
    /// The command, such as `notice release`.
    public var what: String
    /// The roles that allow it, by their names in the configuration.
    public var roles: [String]

    public init(what: String, roles: [String]) {
        self.what = what
        self.roles = roles
    }
}
