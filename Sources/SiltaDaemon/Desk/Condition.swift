import SiltaLog
import SiltaState

/// Whether a provider's desk can work, and what follows where it cannot.
public enum Condition: Hashable, Sendable {
    case opening
    case working
    /// Something outside is wrong that may pass: nothing is taken in, nothing is sent, and it is tried again.
    case waiting(reason: String)
    /// What was written last is in doubt, or what is there cannot be trusted: nothing more until a person has looked.
    case stopped(reason: String)

    /// What a failure means; nil where it says nothing of the desk.
    init?(after error: any Error) {
        switch error {
        case let failure as LogFailure:
            switch failure.code {
            case .full, .readOnly, .busy: self = .waiting(reason: failure.sentence)
            case .io, .corrupt, .wrongKey, .foreign, .newer, .contradiction: self = .stopped(reason: failure.sentence)
            // One request was wrong, not the file; what is missing once the files are open is an entry or a key.
            case .late, .tooLong, .clockBackwards, .unreadable, .missing: return nil
            }
        case let failure as StateFailure: self = .waiting(reason: failure.sentence)
        case let failure as NoRoom: self = .waiting(reason: failure.description)
        default: return nil
        }
    }
}

/// There is so little room on the disk that the rest is kept for what must still be written.
public struct NoRoom: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String

    init(folder: String, kept: Int64) {
        description = "the disk is almost full, make room [folder: \(folder), kept free: \(kept >> 20) MiB]"
    }
}

/// The desk cannot do it now.
public struct DeskUnavailable: Error, Hashable, Sendable, CustomStringConvertible {
    public let condition: Condition

    public var description: String {
        switch condition {
        case .opening: "the provider is being opened; try again in a moment"
        case .working: "the provider is being closed"
        case .waiting(let reason): "nothing is done at present: \(reason)"
        case .stopped(let reason): "nothing more is done until silta is started again: \(reason)"
        }
    }
}
