public import SiltaCore
public import SiltaSystemd

/// What the daemon tells its operators: a sentence and then facts, never a pupil's data.
///
/// Each kind has a message id of its own, so that an operator can alarm on it (`journalctl MESSAGE_ID=…`). Ids are spelled by hand
/// and never change their meaning.
public enum Announcement: Hashable, Sendable {
    case started(version: String)
    case stopping
    case configurationTaken
    /// With what is wrong, a sentence a line.
    case configurationRefused([String])

    case providerOpened(entries: Int64)
    /// Nothing is taken in and nothing is sent until it heals by itself.
    case providerWaits(reason: String)
    case providerHealed
    /// Nothing more is done for the provider until the daemon is started again.
    case providerStopped(reason: String)
    case clockBehind(last: Instant)
    case logUnsound(finding: String)
    case logVerified(entries: Int64)

    case pollCompleted(SourceID, rows: Int, quarantined: Int)
    case pollFailed(SourceID, reason: String)
    case pollHeld(SourceID, reason: String)
    case sourceRecovered(SourceID)

    case endpointPaused(RecipientID, until: Instant)
    case endpointStopped(RecipientID)
    case endpointAnswers(RecipientID)
    case noticesFailed(RecipientID, count: Int)

    case callRefused(user: String, what: String)
    /// Commands cannot reach the daemon, which works on.
    case socketFailed(reason: String)
}

extension Announcement {
    /// critical: the provider does nothing more; error: a person has to do something; warning: it heals by itself or is to be looked at.
    public var priority: JournalLine.Priority {
        switch self {
        case .providerStopped, .logUnsound: .critical
        case .configurationRefused, .pollHeld, .endpointStopped, .noticesFailed: .error
        case .providerWaits, .clockBehind, .pollFailed, .endpointPaused, .callRefused, .socketFailed: .warning
        case .started, .stopping, .configurationTaken, .providerOpened, .providerHealed, .sourceRecovered, .endpointAnswers: .notice
        case .pollCompleted, .logVerified: .info
        }
    }

    public var messageID: MessageID {
        switch self {
        case .started: MessageID(0x5b6f2f0e6d2f4d0f9c1d5f1c7a3e0a01)
        case .stopping: MessageID(0x5b6f2f0e6d2f4d0f9c1d5f1c7a3e0a02)
        case .configurationTaken: MessageID(0x5b6f2f0e6d2f4d0f9c1d5f1c7a3e0a03)
        case .configurationRefused: MessageID(0x5b6f2f0e6d2f4d0f9c1d5f1c7a3e0a04)
        case .providerOpened: MessageID(0x5b6f2f0e6d2f4d0f9c1d5f1c7a3e0a11)
        case .providerWaits: MessageID(0x5b6f2f0e6d2f4d0f9c1d5f1c7a3e0a12)
        case .providerHealed: MessageID(0x5b6f2f0e6d2f4d0f9c1d5f1c7a3e0a13)
        case .providerStopped: MessageID(0x5b6f2f0e6d2f4d0f9c1d5f1c7a3e0a14)
        case .clockBehind: MessageID(0x5b6f2f0e6d2f4d0f9c1d5f1c7a3e0a15)
        case .logUnsound: MessageID(0x5b6f2f0e6d2f4d0f9c1d5f1c7a3e0a16)
        case .logVerified: MessageID(0x5b6f2f0e6d2f4d0f9c1d5f1c7a3e0a17)
        case .pollCompleted: MessageID(0x5b6f2f0e6d2f4d0f9c1d5f1c7a3e0a21)
        case .pollFailed: MessageID(0x5b6f2f0e6d2f4d0f9c1d5f1c7a3e0a22)
        case .pollHeld: MessageID(0x5b6f2f0e6d2f4d0f9c1d5f1c7a3e0a23)
        case .sourceRecovered: MessageID(0x5b6f2f0e6d2f4d0f9c1d5f1c7a3e0a24)
        case .endpointPaused: MessageID(0x5b6f2f0e6d2f4d0f9c1d5f1c7a3e0a31)
        case .endpointStopped: MessageID(0x5b6f2f0e6d2f4d0f9c1d5f1c7a3e0a32)
        case .endpointAnswers: MessageID(0x5b6f2f0e6d2f4d0f9c1d5f1c7a3e0a33)
        case .noticesFailed: MessageID(0x5b6f2f0e6d2f4d0f9c1d5f1c7a3e0a34)
        case .callRefused: MessageID(0x5b6f2f0e6d2f4d0f9c1d5f1c7a3e0a41)
        case .socketFailed: MessageID(0x5b6f2f0e6d2f4d0f9c1d5f1c7a3e0a42)
        }
    }

    public var sentence: String {
        switch self {
        case .started(let version): "silta \(version) has started"
        case .stopping: "stopping"
        case .configurationTaken: "the configuration was read again and holds from now on"
        case .configurationRefused(let problems):
            "the configuration was read again and is not taken, the old one holds on: \(problems.joined(separator: "; "))"
        case .providerOpened(let entries): "the log is open [entries: \(entries)]"
        case .providerWaits(let reason): "nothing is taken in and nothing is sent until this is over: \(reason)"
        case .providerHealed: "it is over, work goes on"
        case .providerStopped(let reason):
            "nothing more is done until the cause is found and silta is started again: \(reason)"
        case .clockBehind(let last): "the clock is behind the log, nothing is sent until it has caught up [last entry: \(last)]"
        case .logUnsound(let finding): "the log does not hold: \(finding)"
        case .logVerified(let entries): "the log holds [entries: \(entries)]"
        case .pollCompleted(_, let rows, let quarantined): "polled [rows: \(rows), quarantined: \(quarantined)]"
        case .pollFailed(_, let reason): "the poll failed: \(reason)"
        case .pollHeld(_, let reason): "the poll is held: \(reason); `silta source accept` lets the next one do it"
        case .sourceRecovered: "the source can be polled again"
        case .endpointPaused(_, let until): "the endpoint does not answer, it is paused [until: \(until)]"
        case .endpointStopped: "the endpoint said that it is gone; `silta notice retry` begins anew"
        case .endpointAnswers: "the endpoint answers again"
        case .noticesFailed(_, let count): "notices failed and wait for a person; `silta notices` lists them [failed: \(count)]"
        case .socketFailed(let reason): "commands cannot reach the daemon, which works on: \(reason)"
        case .callRefused(let user, let what): "a call was refused, the user's roles do not allow it [user: \(user), command: \(what)]"
        }
    }

    /// As a line of the service's own log.
    public func line(of provider: String?) -> JournalLine {
        var fields: [JournalLine.Field] = []
        if let provider { fields.append(.init("provider", provider)) }
        if let source { fields.append(.init("source", source.rawValue)) }
        if let recipient { fields.append(.init("recipient", recipient.rawValue)) }
        return JournalLine(priority, sentence, messageID: messageID, fields: fields)
    }

    private var source: SourceID? {
        switch self {
        case .pollCompleted(let id, _, _), .pollFailed(let id, _), .pollHeld(let id, _), .sourceRecovered(let id): id
        default: nil
        }
    }

    private var recipient: RecipientID? {
        switch self {
        case .endpointPaused(let id, _), .endpointStopped(let id), .endpointAnswers(let id), .noticesFailed(let id, _): id
        default: nil
        }
    }
}

/// Tells an announcement, of a provider or of the daemon as a whole.
public typealias Announce = @Sendable (_ announcement: Announcement, _ provider: String?) -> Void
