public import SiltaCore
public import SiltaFormats

/// What a request was found to be, as far as it was examined: what stands after the first thing that is wrong was not looked at.
public struct Findings: Hashable, Sendable {
    public enum Evidence: Hashable, Sendable {
        /// The log holds the composing of exactly this message.
        case verified(position: Position, checkpointSize: UInt64)
        /// The receiver has no keys of the log, or the request was refused before its evidence was looked at.
        case notChecked
        case absent
        case wrong(String)
    }

    /// Whether the signature holds. Nothing else is known of a request where it does not.
    public internal(set) var isSigned = false
    public internal(set) var notice: NoticeID?
    public internal(set) var kind: Message.Kind?
    /// The referral that a withdrawal takes back.
    public internal(set) var withdraws: NoticeID?
    public internal(set) var body: JSON?
    public internal(set) var evidence = Evidence.notChecked
}
