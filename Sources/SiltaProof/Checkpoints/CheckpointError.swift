/// Why a checkpoint was refused.
public enum CheckpointError: Error, Equatable, Sendable {
    /// The first line, or a configured origin, cannot be one.
    case origin
    /// The second line is not a number of entries.
    case size
    /// The third line is not a hash.
    case root
    /// A further line is empty, holds a control character, or is not ended.
    case extensionLine
    /// The checkpoint is of another log than the one that was expected.
    case otherLog(expected: LogOrigin, found: LogOrigin)
    /// The note around it was refused.
    case note(NoteError)
}

extension CheckpointError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .origin:
            "A log's origin, the first line of a checkpoint, must not be empty nor hold control characters"
        case .size:
            "The second line of a checkpoint must be the log's size, in decimal digits without leading zeros"
        case .root:
            "The third line of a checkpoint must be the root hash, in base64 of 32 bytes"
        case .extensionLine:
            "Further lines of a checkpoint must not be empty nor hold control characters, and must end in a newline"
        case .otherLog(let expected, let found):
            "The checkpoint is of another log [expected: \(expected), found: \(found)]"
        case .note(let error):
            error.description
        }
    }
}
