import GRDB
import Glibc
public import SiltaCore
public import SiltaFormats
import SiltaProof
import Synchronization

/// A log in a SQLite file, `log.db`, or in memory.
///
/// The file guards itself: see `LogSchema`. Every entry that is read is compared with its hash. The Merkle tree is kept up with
/// each append, so neither opening nor appending takes longer as the log grows.
public final class SQLiteLog: EventLog {
    let file: DatabaseFile
    let access: FileAccess
    let randomBytes: @Sendable (Int) -> [UInt8]
    /// The end of the log as it was last seen; looked at and changed only by whoever has the connection.
    private let lastSeen = Mutex(LogTip())

    /// Opens a log.
    ///
    /// - Parameters:
    ///   - randomBytes: gives that many random bytes, for the nonces of sealed payloads.
    /// - Throws: `LogFailure.missing`, `.corrupt`, `.foreign`, `.newer`, `.busy`, `.readOnly`, `.full` or `.io`.
    public init(path: String, access: FileAccess, randomBytes: @escaping @Sendable (Int) -> [UInt8]) throws(LogFailure) {
        file = try DatabaseFile(path: path, access: access, format: LogSchema.format)
        self.access = access
        self.randomBytes = randomBytes
        try file.read { db in _ = try seen(db) }
    }

    /// A log that is gone with this object.
    public init(inMemory randomBytes: @escaping @Sendable (Int) -> [UInt8]) throws(LogFailure) {
        file = try DatabaseFile(path: nil, access: .creator, format: LogSchema.format)
        access = .creator
        self.randomBytes = randomBytes
    }

    /// Closes the file. A writer takes what is left of the write-ahead log into it, so that the one file is the whole log.
    public func close() throws(LogFailure) { try file.close() }

    public func head() throws(LogFailure) -> LogHead {
        try file.read { db in try seen(db).head }
    }

    public func append(
        ifHeadIs size: Int64, recorded: Instant, _ body: (_ put: (Draft) throws(LogFailure) -> Entry) throws -> Void
    ) throws -> LogHead {
        guard access != .reader else {
            throw LogFailure(.readOnly, "The log was opened for reading: ask the process that writes it [file: \(file.name)]")
        }
        let tip = try file.writeRethrowing { db in
            let tip = try seen(db)
            guard tip.size == size else {
                throw LogFailure(.late, "The log has grown since it was read: decide again [read: \(size), now: \(tip.size)]")
            }
            if let last = tip.lastRecorded, recorded < last {
                throw LogFailure(
                    .clockBackwards, "The clock is behind the log's last entry: wait, or set it right [clock: \(recorded), last: \(last)]")
            }
            var batch = try LogBatch(db, tip: tip, recorded: recorded, file: file.name, randomBytes: randomBytes)
            try body { draft throws(LogFailure) in try batch.put(draft) }
            return try batch.finished()
        }
        lastSeen.withLock { $0 = tip }
        return tip.head
    }

    /// The end of the log as the file has it now.
    private func seen(_ db: Database) throws -> LogTip {
        let size = try LogTip.size(db)
        let known = lastSeen.withLock { $0 }
        guard known.size != size else { return known }
        let tip = try LogTip(db, size: size)
        lastSeen.withLock { $0 = tip }
        return tip
    }
}
