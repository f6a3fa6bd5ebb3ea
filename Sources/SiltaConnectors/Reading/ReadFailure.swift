/// Why a poll could not be read: nothing of it counts.
public struct ReadFailure: Error, Hashable, Sendable {
    public enum Code: String, CaseIterable, Sendable {
        /// A file is not there.
        case missing
        /// A file cannot be opened or read, or is none that can be read to an end.
        case unreadable
        /// A file has no header that the mapping understands.
        case header
        /// A file changed while it was read.
        case changed
        /// The server wants to be asked later.
        case limited
        /// Reading was asked to stop.
        case stopped
        /// Too many rows were not understood for the rest to be believed.
        case flooded
        /// A program did not keep to the protocol, or did not end well.
        case program
    }

    public let code: Code
    /// The name of the file, where it was one.
    public let file: String?
    /// What is wrong and what would be right. Never a row's content.
    public let sentence: String

    init(_ code: Code, file: String?, _ sentence: String) {
        self.code = code
        self.file = file
        self.sentence = sentence
    }
}

extension ReadFailure: CustomStringConvertible {
    public var description: String { file.map { "\($0): \(sentence)" } ?? sentence }
}
