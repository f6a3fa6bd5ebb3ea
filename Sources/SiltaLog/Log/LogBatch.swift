import GRDB
import SiltaCore
import SiltaFormats
import SiltaProof

/// The entries of one append, as they are put.
struct LogBatch {
    private let recorded: Instant
    private let recordedText: [UInt8]
    private let file: String
    private let randomBytes: (Int) -> [UInt8]
    private let lastVersion: DirectStatement
    private let insertEntry: DirectStatement
    private let insertNode: DirectStatement
    private var tip: LogTip
    /// What the batch itself knows of the streams that it has written last.
    private var versions = BoundedCache<EventStream, Int64>(limit: 1024)
    /// The first failure; after it nothing of the batch counts, even if the caller went on.
    private var failure: LogFailure?

    init(_ db: Database, tip: LogTip, recorded: Instant, file: String, randomBytes: @escaping (Int) -> [UInt8]) throws {
        self.tip = tip
        self.recorded = recorded
        recordedText = recorded.bytes
        self.file = file
        self.randomBytes = randomBytes
        lastVersion = try DirectStatement(db, "SELECT max(version) FROM entries WHERE stream = ?")
        insertEntry = try DirectStatement(
            db, "INSERT INTO entries (position, stream, version, type, recorded, hash, line) VALUES (?, ?, ?, ?, ?, ?, ?)")
        insertNode = try DirectStatement(db, "INSERT INTO tree (number, hash) VALUES (?, ?)")
    }

    /// The end of the log with this batch.
    func finished() throws(LogFailure) -> LogTip {
        if let failure { throw failure }
        return tip
    }

    mutating func put(_ draft: Draft) throws(LogFailure) -> Entry {
        if let failure { throw failure }
        do {
            let stream = draft.stream.bytes
            let entry = try entry(of: draft, in: stream)
            let line = try line(of: entry, in: stream)
            try insert(entry, line, in: stream)
            return entry
        } catch {
            let failure =
                LogFailure(error, file: file)
                ?? LogFailure(.unreadable, "The event would not make an entry: \(error) [type: \(draft.type)]")
            self.failure = failure
            throw failure
        }
    }

    private mutating func entry(of draft: Draft, in stream: [UInt8]) throws -> Entry {
        let version = try (versions[draft.stream] ?? storedVersion(of: stream)) + 1
        versions.put(version, for: draft.stream)
        let nonce = draft.secret == nil ? [] : randomBytes(DataKey.nonceByteCount)
        return try draft.entry(at: Position(tip.size), version: StreamVersion(version), recorded: recorded, nonce: nonce)
    }

    private func storedVersion(of stream: [UInt8]) throws -> Int64 {
        lastVersion.bind(1, text: stream)
        defer { lastVersion.reset() }
        return try lastVersion.step() ? lastVersion.optionalInteger(0) ?? 0 : 0
    }

    private func line(of entry: Entry, in stream: [UInt8]) throws -> [UInt8] {
        guard !stream.contains(where: { $0 < 0x20 }), !entry.type.utf8.contains(where: { $0 < 0x20 }) else {
            throw LogFailure(.unreadable, "A stream and a type are without control characters [type: \(entry.type.debugDescription)]")
        }
        guard entry.readsBack else {
            throw LogFailure(.unreadable, "The event would be read as another than was written [type: \(entry.type)]")
        }
        let line = entry.line
        guard line.count <= Entry.maximumBytes else {
            throw LogFailure(
                .tooLong,
                "An entry has at most \(Entry.maximumBytes) bytes: make several of it [type: \(entry.type), bytes: \(line.count)]")
        }
        return line
    }

    private mutating func insert(_ entry: Entry, _ line: [UInt8], in stream: [UInt8]) throws {
        let hash = TreeHash.leaf(of: line)
        insertEntry.bind(1, entry.position.value)
        insertEntry.bind(2, text: stream)
        insertEntry.bind(3, entry.version.value)
        insertEntry.bind(4, text: Array(entry.type.utf8))
        insertEntry.bind(5, text: recordedText)
        insertEntry.bind(6, hash)
        insertEntry.bind(7, text: line)
        try insertEntry.execute()
        try tip.frontier.append(hash) { node, hash in
            guard node.level > 0 else { return }
            insertNode.bind(1, node.number)
            insertNode.bind(2, hash)
            try insertNode.execute()
        }
        tip.lastRecorded = recorded
    }
}
