import Foundation
import GRDB
public import SiltaCore
public import SiltaFormats
import Synchronization

/// The keys of a provider, `keys.db`: what makes the log readable, and what is destroyed to forget.
///
/// It holds the pupils' data keys, keyed digests of erased identities, and quarantined rows (`KeyStore+Quarantine.swift`).
/// All calls block. What it writes goes before the append that uses it: each row notes the size of the log at that time, and
/// `sweep(logSize:)` removes what an append that never came to be has left behind.
public final class KeyStore: Sendable {
    let file: DatabaseFile
    let access: FileAccess
    let master: MasterKey
    let randomBytes: @Sendable (Int) -> [UInt8]
    private let cache: Mutex<Cache>

    private struct Cache {
        var byID: BoundedCache<KeyID, DataKey>
        /// All keys of a pupil, the oldest first.
        var byPupil: BoundedCache<PupilID, [DataKey]>

        init(limit: Int) {
            byID = BoundedCache(limit: limit)
            byPupil = BoundedCache(limit: limit)
        }
    }

    /// Opens a key store.
    ///
    /// - Parameters:
    ///   - path: nil is a key store in memory.
    ///   - masterKey: 32 bytes; the provider's, kept apart from this file.
    ///   - cachedKeys: how many unwrapped keys a writer keeps in memory, by their name and by their pupil: the default is enough for
    ///     the pupils of the largest providers. A reader keeps none, since it would not see one destroyed.
    /// - Throws: `LogFailure.wrongKey`, `.missing`, `.corrupt`, `.foreign`, `.newer`, `.busy`, `.readOnly`, `.full` or `.io`.
    public init(
        path: String?, access: FileAccess, masterKey: [UInt8], cachedKeys: Int = 50_000, randomBytes: @escaping @Sendable (Int) -> [UInt8]
    ) throws(LogFailure) {
        let master = try MasterKey(masterKey)
        file = try DatabaseFile(path: path, access: access, format: KeySchema.format) { db in
            try db.execute(
                sql: "INSERT INTO masters (generation, proof) VALUES (?, ?)", arguments: [MasterKey.generation, Data(master.proof)])
        }
        self.access = access
        self.master = master
        self.randomBytes = randomBytes
        cache = Mutex(Cache(limit: access == .reader ? 0 : cachedKeys))
        let name = file.name
        try file.read { db in
            let row = try Row.fetchOne(db, sql: "SELECT proof FROM masters WHERE generation = ?", arguments: [MasterKey.generation])
            guard let row else { throw Malformed("it does not say what master key it is of") }
            guard try row.bytes(0) == master.proof else {
                throw LogFailure(
                    .wrongKey, "The keys were wrapped with another master key: give the one of the provider's setup [file: \(name)]")
            }
        }
        // A destruction that was interrupted may have left its traces in the write-ahead log.
        if path != nil, access != .reader { try truncateWriteAheadLog() }
    }

    public func close() throws(LogFailure) { try file.close() }

    /// Gives back memory that is kept for speed only: nothing will be asked for a while.
    public func rest() {
        forgetCachedKeys()
        file.rest()
    }

    // MARK: - Keys

    /// Makes a new key for each pupil.
    ///
    /// - Parameter logSize: the size of the log at which the append that uses them is decided.
    /// - Returns: the keys in the order of the pupils.
    @discardableResult
    public func create(for pupils: [PupilID], logSize: Int64) throws(LogFailure) -> [DataKey] {
        guard !pupils.isEmpty else { return [] }
        return try write { db in
            let insert = try db.cachedStatement(sql: "INSERT INTO keys (id, pupil, born, master, wrapped) VALUES (?, ?, ?, ?, ?)")
            return try pupils.map { pupil in
                let random = randomBytes(16 + DataKey.byteCount + DataKey.nonceByteCount)
                let id = KeyID(Hexadecimal.text(Array(random[..<16])))
                let key = try DataKey(id: id, bytes: random[16..<(16 + DataKey.byteCount)])
                let wrapped = try master.wrap(key, of: pupil, nonce: Array(random[(16 + DataKey.byteCount)...]))
                try insert.execute(arguments: [id.rawValue, pupil.description, logSize, MasterKey.generation, Data(wrapped)])
                cache.withLock { $0.byPupil.remove(pupil) }
                return key
            }
        }
    }

    /// A pupil's keys, the oldest first; none if they were destroyed.
    public func keys(for pupil: PupilID) throws(LogFailure) -> [DataKey] {
        if let keys = cache.withLock({ $0.byPupil[pupil] }) { return keys }
        return try file.run { db in
            let keys = try unwrap(db, "pupil = ? ORDER BY number", pupil.description)
            // While the connection is held, so that nobody destroys or makes a key between the reading and the keeping.
            cache.withLock { $0.byPupil.put(keys, for: pupil) }
            return keys
        }
    }

    /// A key by its name; nil if it was destroyed.
    public func get(_ id: KeyID) throws(LogFailure) -> DataKey? {
        if let key = cache.withLock({ $0.byID[id] }) { return key }
        return try file.run { db in
            let key = try unwrap(db, "id = ?", id.rawValue).first
            if let key { cache.withLock { $0.byID.put(key, for: id) } }
            return key
        }
    }

    /// Destroys all keys of a pupil, so that nothing of theirs in any log or backup of it can be read again, and remembers keyed
    /// digests of their identities, so that intake does not bring them back.
    ///
    /// When this returns, the keys are in no file beside backups of this one. After a failure, do it again.
    ///
    /// - Returns: how many keys were destroyed.
    @discardableResult
    public func destroy(_ pupil: PupilID, identities: [String] = []) throws(LogFailure) -> Int {
        let count = try write { db in
            for identity in identities {
                try db.cachedStatement(sql: "INSERT OR IGNORE INTO erased (digest) VALUES (?)")
                    .execute(arguments: [Data(master.digest("erased identity", [identity]))])
            }
            try db.execute(sql: "DELETE FROM keys WHERE pupil = ?", arguments: [pupil.description])
            return db.changesCount
        }
        forgetCachedKeys()
        // Deleted rows are overwritten where they stood, but as pages were split, copies may have stayed in unused parts of others.
        try file.run { db in try db.execute(sql: "VACUUM") }
        try truncateWriteAheadLog()
        return count
    }

    /// Whether this is an identity of an erased pupil.
    public func isErased(identity: String) throws(LogFailure) -> Bool {
        try file.run { db in
            let digest = master.digest("erased identity", [identity])
            return try Row.fetchOne(
                db.cachedStatement(sql: "SELECT 1 FROM erased WHERE digest = ?"), arguments: [Data(digest)]) != nil
        }
    }

    // MARK: -

    /// Writes in one transaction.
    func write<Value>(_ body: (Database) throws -> Value) throws(LogFailure) -> Value {
        guard access != .reader else {
            throw LogFailure(.readOnly, "The keys were opened for reading: ask the process that writes them [file: \(file.name)]")
        }
        return try file.write(body)
    }

    func forgetCachedKeys() {
        cache.withLock { cache in
            cache.byID.removeAll()
            cache.byPupil.removeAll()
        }
    }

    private func unwrap(_ db: Database, _ condition: String, _ argument: String) throws -> [DataKey] {
        let statement = try db.cachedStatement(sql: "SELECT id, pupil, wrapped FROM keys WHERE \(condition)")
        return try Row.fetchAll(statement, arguments: [argument]).map { row in
            let id = KeyID(try row.text(0))
            guard let pupil = PupilID(try row.text(1)) else { throw Malformed("a key is of no pupil [key: \(id)]") }
            do { return try master.unwrap(row.bytes(2), id: id, of: pupil) } catch is EntryError {
                throw Malformed("a key was changed or moved [key: \(id)]")
            }
        }
    }

    private func truncateWriteAheadLog() throws(LogFailure) {
        try file.run { db in _ = try db.checkpoint(.truncate) }
    }
}
