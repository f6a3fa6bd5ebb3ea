import GRDB
public import SiltaCore
public import SiltaProof

extension SQLiteLog {
    public func save(checkpoint note: SignedNote) throws(LogFailure) {
        let checkpoint: Checkpoint
        do { checkpoint = try Checkpoint(parsing: note.text) } catch {
            throw LogFailure(.contradiction, "The note is not a checkpoint: \(error)")
        }
        guard let size = Int64(exactly: checkpoint.size), try size <= head().size else {
            throw LogFailure(
                .contradiction, "The checkpoint is of a longer log than this one [checkpoint: \(checkpoint.size), file: \(file.name)]")
        }
        guard try root(ofSize: size) == checkpoint.root else {
            throw LogFailure(
                .contradiction, "The checkpoint has another root than this log at that size [size: \(size), file: \(file.name)]")
        }
        try file.write { db in
            guard try SQLiteLog.note(db, "WHERE size = ?", [size]) == nil else { return }
            try db.cachedStatement(sql: "INSERT INTO checkpoints (size, note) VALUES (?, ?)")
                .execute(arguments: [size, String(decoding: note.bytes, as: UTF8.self)])
        }
    }

    public func checkpoint(ofSize size: Int64) throws(LogFailure) -> SignedNote? {
        try file.read { db in try SQLiteLog.note(db, "WHERE size = ?", [size]) }
    }

    public func checkpoint(holding position: Position) throws(LogFailure) -> SignedNote? {
        try file.read { db in try SQLiteLog.note(db, "WHERE size > ? ORDER BY size LIMIT 1", [position.value]) }
    }

    public func latestCheckpoint() throws(LogFailure) -> SignedNote? {
        try file.read { db in try SQLiteLog.note(db, "ORDER BY size DESC LIMIT 1", []) }
    }

    private static func note(_ db: Database, _ condition: String, _ arguments: StatementArguments) throws -> SignedNote? {
        let statement = try db.cachedStatement(sql: "SELECT note, size FROM checkpoints \(condition)")
        guard let row = try Row.fetchOne(statement, arguments: arguments) else { return nil }
        do { return try SignedNote(parsing: row.text(0).utf8) } catch {
            throw Malformed("the checkpoint of size \(try row.integer(1)) cannot be read: \(error)")
        }
    }
}
