public import SiltaProof

/// What a recipient must know of a log in order to check the evidence beside a notice.
public struct ProofKeys: Sendable {
    public let keys: [NoteVerifierKey]
    public let origin: LogOrigin

    /// - Parameter keys: the log's keys: more than one while it changes them. With none, no evidence holds.
    public init(keys: [NoteVerifierKey], origin: LogOrigin) {
        self.keys = keys
        self.origin = origin
    }

    /// The log whose origin is the name of its one key.
    public init(key: NoteVerifierKey) {
        self.init(keys: [key], origin: LogOrigin(key.name))
    }
}
