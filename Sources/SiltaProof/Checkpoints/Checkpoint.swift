/// A statement of a log's size and root hash (C2SP tlog-checkpoint, https://c2sp.org/tlog-checkpoint).
///
///     <origin>
///     <size>
///     <base64 of the root hash>
///
/// It binds the log once it is signed as a note.
public struct Checkpoint: Sendable {
    public let origin: LogOrigin
    /// How many entries the log has.
    public let size: UInt64
    /// The root hash of the Merkle tree over them.
    public let root: TreeHash
    /// Lines after the third, which C2SP allows and advises against. Silta writes none and relies on none.
    public let extensionLines: [String]

    public init(origin: LogOrigin, size: UInt64, root: TreeHash) {
        self.origin = origin
        self.size = size
        self.root = root
        extensionLines = []
    }

    /// Reads the text of a note as a checkpoint.
    ///
    /// - Throws: `CheckpointError.origin`, `.size`, `.root` or `.extensionLine`, by the line that is wrong.
    public init(parsing text: String) throws(CheckpointError) {
        var reader = LineReader(Array(text.utf8)[...])
        guard let origin = reader.next() else { throw .origin }
        self.origin = try LogOrigin(String(decoding: origin, as: UTF8.self))
        guard let line = reader.next(), let size = UInt64(exactDecimal: line) else { throw .size }
        self.size = size
        guard let line = reader.next(), let hash = Base64.decode(line), let root = TreeHash(bytes: hash) else { throw .root }
        self.root = root
        var extensionLines: [String] = []
        while let line = reader.next() {
            guard !line.isEmpty, !line.contains(where: { $0 < 0x20 }) else { throw .extensionLine }
            extensionLines.append(String(decoding: line, as: UTF8.self))
        }
        guard reader.rest.isEmpty else { throw .extensionLine }
        self.extensionLines = extensionLines
    }

    /// Reads a signed checkpoint, having checked its signatures.
    ///
    /// - Parameters:
    ///   - note: the checkpoint as it was received.
    ///   - keys: the log's keys: more than one while it changes them.
    ///   - origin: which log the checkpoint must be of, so that another log of the same key cannot stand in for it.
    /// - Throws: `CheckpointError.note` if the signatures do not hold (see `SignedNote.verify(with:)`), `.otherLog` if the
    ///   origin is another, or the line that is wrong.
    public init(verifying note: SignedNote, keys: [NoteVerifierKey], origin: LogOrigin) throws(CheckpointError) {
        do throws(NoteError) {
            try note.verify(with: keys)
        } catch {
            throw .note(error)
        }
        try self.init(parsing: note.text)
        guard self.origin == origin else { throw .otherLog(expected: origin, found: self.origin) }
    }

    /// Reads a signed checkpoint of the log whose origin is the name of its one key.
    public init(verifying note: SignedNote, key: NoteVerifierKey) throws(CheckpointError) {
        try self.init(verifying: note, keys: [key], origin: LogOrigin(key.name))
    }

    /// The lines that are signed, the last one's newline included.
    public var text: String {
        ([origin.text, String(size), root.base64] + extensionLines).map { $0 + "\n" }.joined()
    }

    /// The checkpoint as a note, signed by the log's key, or by two of them while it changes keys.
    ///
    /// - Throws: the `NoteError` that keeps a key from signing it.
    public func signed(by signers: NoteSigner...) throws(NoteError) -> SignedNote {
        try SignedNote(signing: text, by: signers)
    }
}

extension Checkpoint: Equatable {
    public static func == (one: Checkpoint, other: Checkpoint) -> Bool { areSameBytes(one.text, other.text) }
}
