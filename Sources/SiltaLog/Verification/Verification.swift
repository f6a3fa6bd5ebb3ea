public import SiltaProof

/// What checking a whole log has found.
///
/// Checked are, for each entry: its line against its hash and its columns, its position, its version, the order of recording, the
/// nodes of the tree that it completes; for each checkpoint: its size, root and signature; and for a file, its index and guards.
public struct Verification: Equatable, Sendable {
    /// How many entries were checked and found right, from the first on.
    public let entries: Int64
    /// The root hash over them, computed anew.
    public let root: TreeHash
    /// The bytes of their lines.
    public let bytes: Int64
    /// How many checkpoints were checked, witnessed ones included.
    public let checkpoints: Int
    /// The first thing that is wrong.
    public let finding: Finding?

    public var isSound: Bool { finding == nil }

    public init(entries: Int64, root: TreeHash, bytes: Int64, checkpoints: Int, finding: Finding?) {
        self.entries = entries
        self.root = root
        self.bytes = bytes
        self.checkpoints = checkpoints
        self.finding = finding
    }

    /// Something that is not as it was written.
    public struct Finding: Hashable, Sendable, CustomStringConvertible {
        /// The first entry that is wrong, or nil if what is wrong is not an entry.
        public let position: Int64?
        /// What is wrong: a clause, without an entry's content.
        public let reason: String

        public init(position: Int64?, reason: String) {
            self.position = position
            self.reason = reason
        }

        public var description: String {
            position.map { "The log is not as it was written: at position \($0), \(reason)" }
                ?? "The log is not as it was written: \(reason)"
        }
    }
}

/// Whose checkpoints a log must have.
public struct CheckpointTrust: Sendable {
    public let origin: LogOrigin
    /// The log's keys; more than one if it has changed them.
    public let keys: [NoteVerifierKey]

    public init(origin: LogOrigin, keys: [NoteVerifierKey]) {
        self.origin = origin
        self.keys = keys
    }
}
