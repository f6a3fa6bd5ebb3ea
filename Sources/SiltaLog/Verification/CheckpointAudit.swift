import SiltaProof

/// A row of `checkpoints` that nobody has looked at yet.
struct StoredNote {
    let size: Int64
    let note: [UInt8]
}

/// Compares checkpoints with the tree as it is computed anew, in the order of their sizes.
struct CheckpointAudit {
    private let trust: CheckpointTrust?
    /// Kept elsewhere: those not met yet, the largest first.
    private var witnessed: [SignedNote]
    private(set) var count = 0

    init(trust: CheckpointTrust?, witnessed: [SignedNote]) {
        self.trust = trust
        self.witnessed = witnessed.sorted { CheckpointAudit.size($0) > CheckpointAudit.size($1) }
    }

    mutating func check(stored: StoredNote, root: TreeHash) throws(Malformed) {
        let note: SignedNote
        do { note = try SignedNote(parsing: stored.note) } catch {
            throw Malformed("the checkpoint of size \(stored.size) cannot be read: \(error)")
        }
        guard CheckpointAudit.size(note) == stored.size else {
            throw Malformed("the checkpoint of size \(stored.size) says another size")
        }
        try check(note, "the", root: root)
    }

    /// Whether one that was kept elsewhere is to be compared at this size.
    func hasWitnessed(size: Int64) -> Bool {
        witnessed.last.map { CheckpointAudit.size($0) <= size } ?? false
    }

    /// Checks those of this size that were kept elsewhere.
    mutating func checkWitnessed(size: Int64, root: TreeHash) throws(Malformed) {
        while hasWitnessed(size: size), let note = witnessed.popLast() {
            try check(note, "a witnessed", root: CheckpointAudit.size(note) == 0 ? .emptyRoot : root)
        }
    }

    /// Checks, after the last entry, that none is of a longer log.
    mutating func finish(size: Int64) throws(Malformed) {
        try checkWitnessed(size: 0, root: .emptyRoot)
        if let note = witnessed.last {
            throw Malformed(CheckpointAudit.cutOff(size: size, checkpoint: CheckpointAudit.size(note)))
        }
    }

    static func cutOff(size: Int64, checkpoint: Int64) -> String {
        "the log ends at size \(size), and there is a checkpoint of size \(checkpoint): its end was cut off"
    }

    private mutating func check(_ note: SignedNote, _ article: String, root: TreeHash) throws(Malformed) {
        let checkpoint: Checkpoint
        do throws(CheckpointError) {
            if let trust {
                checkpoint = try Checkpoint(verifying: note, keys: trust.keys, origin: trust.origin)
            } else {
                checkpoint = try Checkpoint(parsing: note.text)
            }
        } catch {
            throw Malformed("\(article) checkpoint is not this log's: \(error)")
        }
        guard checkpoint.root == root else {
            throw Malformed("\(article) checkpoint of size \(checkpoint.size) has another root: an entry before it was changed")
        }
        count += 1
    }

    /// The size that a note states; one that is no checkpoint comes first and is found to be none.
    private static func size(_ note: SignedNote) -> Int64 {
        (try? Checkpoint(parsing: note.text)).flatMap { Int64(exactly: $0.size) } ?? -1
    }
}
