/// Why a socket cannot be used: what is wrong, and what would be right.
public struct SocketFailure: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// Nobody listens there.
        case absent
        /// Somebody listens there already.
        case taken
        /// This user may not.
        case forbidden
        /// The other end hung up before it had said everything.
        case broken
        case other
    }

    public let code: Code
    public let description: String

    public init(_ code: Code, _ sentence: String) {
        self.code = code
        description = sentence
    }
}
