import GRDB
import SiltaFormats
import SiltaProof

/// A check of a whole log file, a part at a time, so that none of its transactions is long.
struct LogAudit {
    private(set) var entries = EntryAudit()
    private(set) var finding: Verification.Finding?
    private var checkpoints: CheckpointAudit

    /// How much is checked in one transaction.
    private static let part: (entries: Int64, bytes: Int64) = (4096, 4 << 20)

    init(trust: CheckpointTrust?, witnessed: [SignedNote]) {
        checkpoints = CheckpointAudit(trust: trust, witnessed: witnessed)
    }

    var result: Verification {
        Verification(
            entries: finding?.position ?? entries.next, root: entries.frontier.root, bytes: entries.bytes, checkpoints: checkpoints.count,
            finding: finding)
    }

    /// Notes that the file could not be read further.
    mutating func stopped(by failure: LogFailure) {
        finding = finding ?? .init(position: entries.next, reason: failure.sentence)
    }

    /// Checks the next entries, the nodes that they complete and the checkpoints of the sizes that they reach.
    mutating func checkEntries(_ db: Database, before end: Int64) throws {
        let first = entries.next
        let rows = try DirectStatement(
            db,
            """
            SELECT \(RawEntry.columns), stream, version, type, recorded FROM entries
            WHERE position >= ? AND position < ? ORDER BY position
            """)
        rows.bind(1, first)
        rows.bind(2, end)
        let nodes = try DirectStatement(db, "SELECT number, hash FROM tree WHERE number >= ? ORDER BY number")
        nodes.bind(1, TreeNode.count(ofSize: entries.frontier.size))
        defer {
            rows.reset()
            nodes.reset()
        }
        let notes = try Row.fetchCursor(
            db.cachedStatement(sql: "SELECT size, CAST(note AS BLOB) FROM checkpoints WHERE size > ? ORDER BY size"), arguments: [first])
        let bytes = entries.bytes
        var note = try notes.next().map(StoredNote.init)
        do {
            while finding == nil, entries.next < end, entries.next - first < LogAudit.part.entries,
                entries.bytes - bytes < LogAudit.part.bytes
            {
                guard try rows.step() else { throw Malformed("the entry is missing") }
                try entries.check(EntryRow(rows)) { node, hash in
                    guard try nodes.step(), try nodes.integer(0) == node.number, try nodes.hash(1) == hash else {
                        throw Malformed("the stored node \(node) of the tree is not that of the entries")
                    }
                }
                if checkpoints.hasWitnessed(size: entries.next) { checkWitnessed() }
                if let reached = note, reached.size == entries.next {
                    check(reached)
                    note = try notes.next().map(StoredNote.init)
                }
            }
        } catch let malformed as Malformed {
            finding = .init(position: entries.next, reason: malformed.reason)
        }
    }

    /// What is wrong with a checkpoint is no entry's fault that could be named.
    private mutating func check(_ note: StoredNote) {
        let root = entries.frontier.root
        do { try checkpoints.check(stored: note, root: root) } catch { finding = .init(position: nil, reason: error.reason) }
    }

    private mutating func checkWitnessed() {
        let root = entries.frontier.root
        do { try checkpoints.checkWitnessed(size: entries.next, root: root) } catch { finding = .init(position: nil, reason: error.reason) }
    }

    /// Checks the index by stream, as far as the entries were found right.
    mutating func checkStreams(_ db: Database) throws {
        let rows = try DirectStatement(
            db,
            """
            SELECT stream, version, position FROM entries INDEXED BY entries_by_stream
            WHERE position < ? ORDER BY stream, version
            """)
        defer { rows.reset() }
        rows.bind(1, entries.next)
        var streams = StreamAudit()
        var first: Verification.Finding?
        while try rows.step() {
            let position = try rows.integer(2)
            if let reason = try streams.problem(stream: rows.text(0), version: rows.integer(1), position: position),
                position < first?.position ?? .max
            {
                first = .init(position: position, reason: reason)
            }
        }
        if let first {
            finding = first
        } else if finding == nil, streams.places != entries.places {
            finding = .init(position: nil, reason: "the index by stream is not that of the entries")
        }
    }

    /// Checks what stands beside the entries.
    mutating func checkRest(_ db: Database) throws {
        do {
            let size = try LogTip.size(db)
            let nodes = try db.integer("SELECT coalesce(max(number), -1) + 1 FROM tree")
            guard nodes == TreeNode.count(ofSize: UInt64(size)) else { throw Malformed("the tree has nodes of entries that are not there") }
            if let note = try Row.fetchOne(db, sql: "SELECT size, CAST(note AS BLOB) FROM checkpoints WHERE size <= 0 ORDER BY size") {
                try checkpoints.check(stored: StoredNote(note), root: .emptyRoot)
            }
            let longest = try db.integer("SELECT coalesce(max(size), 0) FROM checkpoints")
            guard longest <= size else { throw Malformed(CheckpointAudit.cutOff(size: size, checkpoint: longest)) }
            try checkpoints.finish(size: size)
            guard try db.hasSchema(of: LogSchema.format) else { throw Malformed("the file's tables or guards were changed") }
        } catch let malformed as Malformed {
            finding = .init(position: nil, reason: malformed.reason)
        }
    }
}

extension EntryRow {
    fileprivate init(_ row: DirectStatement) throws {
        self.init(
            raw: try RawEntry(row), stream: try row.text(3), version: try row.integer(4), type: try row.text(5),
            recorded: try row.text(6))
    }
}

extension StoredNote {
    fileprivate init(_ row: Row) throws {
        self.init(size: try row.integer(0), note: try row.bytes(1))
    }
}
