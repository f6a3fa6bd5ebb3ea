import Foundation
import GRDB
import SiltaCore
import SiltaFormats
import SiltaProof

/// The entries of one transaction, as they are put.
struct LogBatch {
    private let db: Database
    private let recorded: Instant
    private let file: String
    private let randomBytes: (Int) -> [UInt8]
    private let lastVersion: Statement
    private let insertEntry: Statement
    private let insertNode: Statement
    private var tip: LogTip
    /// The first failure; after it nothing of the batch counts, even if the caller went on.
    private var failure: LogFailure?

    init(_ db: Database, tip: LogTip, recorded: Instant, file: String, randomBytes: @escaping (Int) -> [UInt8]) throws {
        self.db = db
        self.tip = tip
        self.recorded = recorded
        self.file = file
        self.randomBytes = randomBytes
        lastVersion = try db.cachedStatement(sql: "SELECT max(version) FROM entries WHERE stream = ?")
        insertEntry = try db.cachedStatement(
            sql: """
                INSERT INTO entries (position, stream, version, type, recorded, hash, line)
                VALUES (?, ?, ?, ?, ?, ?, CAST(? AS TEXT))
                """)
        insertNode = try db.cachedStatement(sql: "INSERT INTO tree (number, hash) VALUES (?, ?)")
    }

    /// The end of the log with this batch.
    func finished() throws(LogFailure) -> LogTip {
        if let failure { throw failure }
        return tip
    }

    mutating func put(_ draft: Draft) throws(LogFailure) -> Entry {
        if let failure { throw failure }
        do {
            let entry = try entry(of: draft)
            let line = try line(of: entry)
            try insert(entry, line)
            return entry
        } catch {
            let failure =
                LogFailure(error, file: file)
                ?? LogFailure(.unreadable, "The event would not make an entry: \(error) [type: \(draft.type)]")
            self.failure = failure
            throw failure
        }
    }

    private func entry(of draft: Draft) throws -> Entry {
        let last = try Row.fetchOne(lastVersion, arguments: [draft.stream.description]).flatMap { row in
            (row[0] as DatabaseValue).isNull ? nil : try row.integer(0)
        }
        let nonce = draft.secret == nil ? [] : randomBytes(DataKey.nonceByteCount)
        return try draft.entry(
            at: Position(tip.size), version: StreamVersion((last ?? 0) + 1), recorded: recorded, nonce: nonce)
    }

    /// An entry stays for ever, so it is read once before it is written.
    private func line(of entry: Entry) throws -> [UInt8] {
        guard !(entry.stream.description + entry.type).utf8.contains(where: { $0 < 0x20 }) else {
            throw LogFailure(.unreadable, "A stream and a type are without control characters [type: \(entry.type.debugDescription)]")
        }
        let line = entry.line
        guard line.count <= Entry.maximumBytes else {
            throw LogFailure(
                .tooLong,
                "An entry has at most \(Entry.maximumBytes) bytes: make several of it [type: \(entry.type), bytes: \(line.count)]")
        }
        guard try Entry(line: line) == entry else {
            throw LogFailure(.unreadable, "The event would be read as another than was written [type: \(entry.type)]")
        }
        return line
    }

    private mutating func insert(_ entry: Entry, _ line: [UInt8]) throws {
        let hash = TreeHash.leaf(of: line)
        try insertEntry.execute(arguments: [
            entry.position.value, entry.stream.description, entry.version.value, entry.type, entry.recorded.description,
            Data(hash.bytes), Data(line),
        ])
        try tip.frontier.append(hash) { node, hash in
            guard node.level > 0 else { return }
            try insertNode.execute(arguments: [node.number, Data(hash.bytes)])
        }
        tip.lastRecorded = recorded
    }
}
