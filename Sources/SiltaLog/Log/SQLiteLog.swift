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
    private let pending = PendingAppends()
    /// The end of the log as it was last seen; changed only by whoever has the connection.
    private let lastSeen = Mutex(Seen(LogTip()))

    private struct Seen {
        let tip: LogTip
        let head: LogHead

        init(_ tip: LogTip) {
            self.tip = tip
            head = tip.head
        }
    }

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

    public func rest() { file.rest() }

    public func head() throws(LogFailure) -> LogHead {
        let known = lastSeen.withLock { $0.head }
        // A writer is the only one that makes the log longer; where another program did, its next append finds that out.
        guard access == .reader else {
            try file.requireUnbroken()
            return known
        }
        guard try file.run({ db in try LogTip.size(db) }) != known.size else { return known }
        return try file.read { db in try seen(db).head }
    }

    public func append(
        ifHeadIs size: Int64?, recorded: Instant, _ body: (_ put: (Draft) throws(LogFailure) -> Entry) throws -> Void
    ) throws -> LogHead {
        guard access != .reader else {
            throw LogFailure(.readOnly, "The log was opened for reading: ask the process that writes it [file: \(file.name)]")
        }
        return try withoutActuallyEscaping(body) { body in
            let append = PendingAppend(size: size, recorded: recorded, body: body)
            let first = pending.enters(append) ? [append] : append.waits()
            if !first.isEmpty {
                let group = pending.gathered(first)
                commit(group)
                for other in group where other !== append { other.wake() }
                pending.passOn()
            }
            return try append.outcome()
        }
    }

    /// Makes appends durable with one commit. One that fails is undone, and leaves the others as they are.
    private func commit(_ group: [PendingAppend]) {
        do {
            var done: [(append: PendingAppend, head: LogHead)] = []
            let tip = try file.writeRethrowing { db in
                var tip = try seen(db).tip
                for append in group {
                    do {
                        tip = try group.count == 1 ? run(append, db, tip) : runApart(append, db, tip)
                        done.append((append, tip.head))
                    } catch {
                        let error = file.noted(error) ?? error
                        // Where the whole transaction is lost, none of them was written.
                        guard group.count > 1, db.isInsideTransaction, (error as? LogFailure)?.code != .io else { throw error }
                        append.settle(.failure(error))
                    }
                }
                return tip
            }
            lastSeen.withLock { $0 = Seen(tip) }
            for (append, head) in done { append.settle(.success(head)) }
        } catch {
            for append in group { append.settle(.failure(error)) }
        }
    }

    /// As `run`, so that it can fail by itself.
    private func runApart(_ append: PendingAppend, _ db: Database, _ tip: LogTip) throws -> LogTip {
        var tip = tip
        try db.inSavepoint {
            tip = try run(append, db, tip)
            return .commit
        }
        return tip
    }

    /// Runs one append in the transaction that there is.
    ///
    /// - Returns: the end of the log with it.
    private func run(_ append: PendingAppend, _ db: Database, _ tip: LogTip) throws -> LogTip {
        if let size = append.size, tip.size != size {
            throw LogFailure(.late, "The log has grown since it was read: decide again [read: \(size), now: \(tip.size)]")
        }
        var recorded = append.recorded
        if let last = tip.lastRecorded, recorded < last {
            guard append.size == nil else {
                throw LogFailure(
                    .clockBackwards, "The clock is behind the log's last entry: wait, or set it right [clock: \(recorded), last: \(last)]")
            }
            recorded = last
        }
        var batch = try LogBatch(db, tip: tip, recorded: recorded, file: file.name, randomBytes: randomBytes)
        try append.run { draft throws(LogFailure) in try batch.put(draft) }
        return try batch.finished()
    }

    /// The end of the log as the file has it now.
    private func seen(_ db: Database) throws -> Seen {
        let size = try LogTip.size(db)
        let known = lastSeen.withLock { $0 }
        guard known.tip.size != size else { return known }
        let seen = Seen(try LogTip(db, size: size))
        lastSeen.withLock { $0 = seen }
        return seen
    }
}
