/// The state could not be read or written. It is disposable: whatever is wrong with it, `silta rebuild` makes it again.
public struct StateFailure: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable {
        case full, readOnly, unreadable
    }

    public var code: Code
    /// A sentence, without personal data.
    public var sentence: String

    public init(_ code: Code, _ sentence: String) {
        self.code = code
        self.sentence = sentence
    }

    public var description: String { sentence }
}
