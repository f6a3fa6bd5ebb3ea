/// Why the log, the keys or the lock on their folder could not do what was asked.
public struct LogFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What to do about it is decided by this.
    public enum Code: String, CaseIterable, Sendable {
        /// The log has grown since it was read: decide again.
        case late
        /// An entry would be longer than `Entry.maximumBytes`.
        case tooLong
        /// An entry would be recorded before the one before it.
        case clockBackwards
        /// A draft would become an entry that nobody could read again.
        case unreadable
        /// A checkpoint says something else than the log's own tree.
        case contradiction
        /// There is no such file, folder or entry.
        case missing
        /// The file is damaged, or was changed by someone else: restore it from a backup.
        case corrupt
        /// The master key is not the one that the keys are wrapped with.
        case wrongKey
        /// Someone else holds the file or the folder.
        case busy
        /// The disk is full. Nothing was written; later it may go.
        case full
        /// What was asked writes, and the file was opened or is kept for reading only.
        case readOnly
        /// The disk failed. What was written last is in doubt: nothing more is done until the file is opened again.
        case io
        /// The file is of another program or another kind.
        case foreign
        /// The file was written by a newer version of Silta.
        case newer
    }

    public let code: Code
    /// What is wrong and what would be right, then facts in brackets; never personal data.
    public let sentence: String

    public init(_ code: Code, _ sentence: String) {
        self.code = code
        self.sentence = sentence
    }

    public var description: String { sentence }
}
