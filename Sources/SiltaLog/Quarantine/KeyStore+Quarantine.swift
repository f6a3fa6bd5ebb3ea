import Foundation
import GRDB
public import SiltaCore
import SiltaFormats

/// Bad rows of polls. They are written before the poll is appended to the log; those that a completed poll no longer has are
/// removed after it; an interruption between the two is put right by `sweep(logSize:)`.
extension KeyStore {
    /// Keeps the bad rows of a poll, in one transaction, before the poll is appended.
    ///
    /// - Parameters:
    ///   - kinds: the kinds of which the poll is a complete export: `settle` will remove their rows that this poll does not have.
    ///   - seen: when the poll was made.
    ///   - logSize: the size of the log at which the poll is decided.
    @discardableResult
    public func quarantine(
        _ rows: [RejectedRow], of source: SourceID, completeKinds kinds: Set<RecordKind>, seen: Instant, logSize: Int64
    ) throws(LogFailure) -> QuarantineCounts {
        try write { db in
            for kind in kinds.sorted() {
                try db.cachedStatement(sql: "INSERT OR REPLACE INTO polls (source, kind, decided) VALUES (?, ?, ?)")
                    .execute(arguments: [source.rawValue, kind.rawValue, logSize])
            }
            let before = try db.integer("SELECT count(*) FROM quarantine")
            var ids: Set<QuarantineID> = []
            for row in rows {
                let id = self.id(of: row, source)
                ids.insert(id)
                try keep(row, id, source, seen, logSize, db)
            }
            let new = Int(try db.integer("SELECT count(*) FROM quarantine") - before)
            return QuarantineCounts(new: new, known: ids.count - new)
        }
    }

    /// The rows of a source's last poll were seen again, all of them and no others.
    public func renewQuarantine(of source: SourceID, seen: Instant) throws(LogFailure) {
        try write { db in
            try db.execute(
                sql: "UPDATE quarantine SET last = ?2 WHERE source = ?1 AND last = (SELECT max(last) FROM quarantine WHERE source = ?1)",
                arguments: [source.rawValue, seen.milliseconds])
        }
    }

    /// Removes the rows of a source that its last poll does not have, after that poll was appended, and keeps the keys that were made
    /// for it.
    ///
    /// - Returns: how many rows were removed.
    @discardableResult
    public func settle(_ source: SourceID) throws(LogFailure) -> Int {
        try write { db in
            try db.execute(sql: "UPDATE keys SET born = NULL WHERE born IS NOT NULL")
            return try KeyStore.settle(db, "source = ?", [source.rawValue])
        }
    }

    /// Puts right what an interrupted poll has left behind. To be done at start, and after every append that was refused or has
    /// failed, before anything else is appended.
    ///
    /// - Parameter logSize: the size of the log now. What was written for an append at this size or beyond never came to be.
    public func sweep(logSize: Int64) throws(LogFailure) -> Sweep {
        let sweep = try write { db in
            func changes(_ sql: String) throws -> Int {
                try db.execute(sql: sql, arguments: [logSize])
                return db.changesCount
            }
            let keys = try changes("DELETE FROM keys WHERE born >= ?")
            // The others are in use: no older log that is put beside them takes them away any more.
            try db.execute(sql: "UPDATE keys SET born = NULL WHERE born IS NOT NULL")
            let rows = try changes("DELETE FROM quarantine WHERE born >= ?")
            _ = try changes("DELETE FROM polls WHERE decided >= ?")
            let settled = try KeyStore.settle(db, "decided < ?", [logSize])
            // Rows that only the lost poll had seen: the next poll must see them itself, or it settles them away.
            try db.execute(sql: "UPDATE quarantine SET polled = born WHERE polled >= ?", arguments: [logSize])
            return Sweep(keys: keys, rows: rows, settledRows: settled)
        }
        if sweep.keys > 0 { forgetCachedKeys() }
        return sweep
    }

    /// The rows of a source that nobody has dropped, in the order of file and line; nil is all sources.
    public func quarantined(_ source: SourceID? = nil) throws(LogFailure) -> [QuarantinedRow] {
        try file.run { db in
            let statement = try db.cachedStatement(
                sql: """
                    SELECT id, source, kind, file, line, reason, keyed, first, last, length(fields) FROM quarantine
                    WHERE (?1 IS NULL OR source = ?1) AND id NOT IN (SELECT id FROM dropped) ORDER BY source, file, line, id
                    """)
            return try Row.fetchAll(statement, arguments: [source?.rawValue]).map(QuarantinedRow.init)
        }
    }

    /// How many rows each source has in quarantine that nobody has dropped; sources without any are left out.
    public func quarantineCounts() throws(LogFailure) -> [SourceID: Int] {
        try file.run { db in
            let rows = try Row.fetchAll(
                db, sql: "SELECT source, count(*) FROM quarantine WHERE id NOT IN (SELECT id FROM dropped) GROUP BY source")
            return try Dictionary(uniqueKeysWithValues: rows.map { (SourceID(try $0.text(0)), Int(try $0.integer(1))) })
        }
    }

    /// A row with its fields opened, none where they were destroyed; nil if it is not in quarantine.
    public func open(_ id: QuarantineID) throws(LogFailure) -> KeptRow? {
        try file.run { db in
            let statement = try db.cachedStatement(sql: "SELECT id, kind, file, line, fields FROM quarantine WHERE id = ?")
            return try Row.fetchOne(statement, arguments: [id.rawValue]).map { try kept($0) }
        }
    }

    /// The rows of a source that can be read again, opened: those whose key was read and whose fields are still there, those that
    /// have waited longest first.
    ///
    /// - Parameters:
    ///   - kinds: which they are of.
    ///   - limit: more are not given.
    public func kept(
        of source: SourceID, kinds: Set<RecordKind>, limit: Int = 10_000
    ) throws(LogFailure) -> [(id: QuarantineID, row: KeptRow)] {
        try file.run { db in
            let statement = try db.cachedStatement(
                sql: """
                    SELECT id, kind, file, line, fields FROM quarantine
                    WHERE source = ? AND kind IN (\(databaseQuestionMarks(count: kinds.count))) AND keyed = 1 AND length(fields) > 0
                        AND id NOT IN (SELECT id FROM dropped)
                    ORDER BY first, id LIMIT ?
                    """)
            let arguments = StatementArguments([source.rawValue] + kinds.map(\.rawValue).sorted()) + [limit]
            return try Row.fetchAll(statement, arguments: arguments).map { (QuarantineID(try $0.text(0)), try kept($0)) }
        }
    }

    /// Puts rows away that a person has looked at: what they say is destroyed, and however often they are told again, they are
    /// shown no more.
    ///
    /// - Parameter why: is sealed as the rows were.
    public func drop(_ ids: [QuarantineID], why: String?, at now: Instant) throws(LogFailure) {
        try write { db in
            for id in ids {
                let sealed = try why.map { why in
                    try master.key(of: id).seal(
                        JSON.string(why).bytes, nonce: randomBytes(DataKey.nonceByteCount), authenticating: Array("why \(id)".utf8))
                }
                try db.cachedStatement(sql: "INSERT OR REPLACE INTO dropped (id, at, why) SELECT id, ?2, ?3 FROM quarantine WHERE id = ?1")
                    .execute(arguments: [id.rawValue, now.milliseconds, sealed.map { Data($0) }])
                try db.cachedStatement(sql: "UPDATE quarantine SET fields = x'' WHERE id = ?").execute(arguments: [id.rawValue])
            }
        }
        try truncateWriteAheadLog()
    }

    /// Why a row was dropped; nil where it was not, or nobody said why.
    public func whyDropped(_ id: QuarantineID) throws(LogFailure) -> String? {
        try file.run { db in
            let statement = try db.cachedStatement(sql: "SELECT why FROM dropped WHERE id = ? AND why IS NOT NULL")
            guard let row = try Row.fetchOne(statement, arguments: [id.rawValue]) else { return nil }
            do {
                return try JSON.parse(master.key(of: id).open(row.bytes(0), authenticating: Array("why \(id)".utf8))).string
            } catch is EntryError {
                throw Malformed("the reason of a dropped row was changed or moved [row: \(id)]")
            }
        }
    }

    /// How many rows of a source were first seen before a time and still have their fields.
    public func agedCount(of source: SourceID, before: Instant) throws(LogFailure) -> Int {
        try file.run { db in
            Int(
                try db.integer(
                    "SELECT count(*) FROM quarantine WHERE source = ? AND first < ? AND length(fields) > 0",
                    [source.rawValue, before.milliseconds]))
        }
    }

    /// Destroys what rows of a source say that were first seen before a time, and forgets dropped ones that were last seen before it.
    ///
    /// - Returns: how many rows lost their fields.
    @discardableResult
    public func age(_ source: SourceID, before: Instant) throws(LogFailure) -> Int {
        let count = try write { db in
            try db.execute(
                sql: "UPDATE quarantine SET fields = x'' WHERE source = ? AND first < ? AND length(fields) > 0",
                arguments: [source.rawValue, before.milliseconds])
            let count = db.changesCount
            try db.execute(
                sql: "DELETE FROM quarantine WHERE source = ? AND last < ? AND id IN (SELECT id FROM dropped)",
                arguments: [source.rawValue, before.milliseconds])
            try KeyStore.forgetDropped(db)
            return count
        }
        if count > 0 { try truncateWriteAheadLog() }
        return count
    }

    /// What was overwritten in the file may still stand there.
    private func truncateWriteAheadLog() throws(LogFailure) {
        try file.run { db in _ = try db.checkpoint(.truncate) }
    }

    /// Removes rows, such as those of an erased pupil.
    ///
    /// - Returns: how many there were.
    ///
    /// - Parameter size: Rows that a poll has seen at this size of the log or beyond stay.
    @discardableResult
    public func discard(_ ids: [QuarantineID], seenBefore size: Int64 = .max) throws(LogFailure) -> Int {
        try write { db in
            let delete = try db.cachedStatement(sql: "DELETE FROM quarantine WHERE id = ? AND polled < ?")
            let count = try ids.reduce(0) { count, id in
                try delete.execute(arguments: [id.rawValue, size])
                return count + db.changesCount
            }
            try KeyStore.forgetDropped(db)
            return count
        }
    }

    /// Of rows that are gone nothing is remembered.
    private static func forgetDropped(_ db: Database) throws {
        try db.execute(sql: "DELETE FROM dropped WHERE id NOT IN (SELECT id FROM quarantine)")
    }

    private func kept(_ row: Row) throws -> KeptRow {
        let id = QuarantineID(try row.text(0))
        guard let kind = RecordKind(rawValue: try row.text(1)) else { throw Malformed("a quarantined row is of no kind") }
        var kept = KeptRow(kind: kind, file: try row.text(2), line: Int32(clamping: try row.integer(3)), isRecord: false, fields: [])
        let sealed = try row.bytes(4)
        guard !sealed.isEmpty else { return kept }
        do {
            let plain = try JSON.parse(master.key(of: id).open(sealed, authenticating: Array(id.rawValue.utf8)))
            kept.isRecord = plain["record"] != nil
            guard let fields = RejectedRow.Field.fields(plain["record"] ?? plain) else { throw EntryError("they are no fields") }
            kept.fields = fields
        } catch is EntryError {
            throw Malformed("a quarantined row was changed or moved [row: \(id)]")
        }
        return kept
    }

    private func id(of row: RejectedRow, _ source: SourceID) -> QuarantineID {
        // A row that was read well, and only speaks of nobody known, is known by its fields.
        let content = row.digest.rawValue.isEmpty ? RejectedRow.Field.json(row.fields).text : row.digest.rawValue
        let digest = master.digest("quarantined row", [source.rawValue, row.kind.rawValue, row.file, content])
        return QuarantineID(Hexadecimal.text(digest))
    }

    private func keep(
        _ row: RejectedRow, _ id: QuarantineID, _ source: SourceID, _ seen: Instant, _ logSize: Int64, _ db: Database
    ) throws {
        let fields = RejectedRow.Field.json(row.fields)
        // A row that was read well has no digest: its fields are those of the record.
        let sealed = try master.key(of: id).seal(
            (row.digest.rawValue.isEmpty ? ["record": fields] : fields).bytes, nonce: randomBytes(DataKey.nonceByteCount),
            authenticating: Array(id.rawValue.utf8))
        try db.cachedStatement(
            sql: """
                INSERT INTO quarantine (id, source, kind, file, line, reason, keyed, fields, first, last, born, polled)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9, ?10, ?10)
                ON CONFLICT (id) DO UPDATE SET line = ?5, reason = ?6, keyed = ?7,
                    fields = CASE length(fields) WHEN 0 THEN fields ELSE ?8 END, last = ?9, polled = ?10
                """
        ).execute(arguments: [
            id.rawValue, source.rawValue, row.kind.rawValue, row.file, row.line, row.reason, row.key != nil, Data(sealed),
            seen.milliseconds, logSize,
        ])
    }

    private static func settle(_ db: Database, _ polls: String, _ arguments: StatementArguments) throws -> Int {
        try db.execute(
            sql: """
                DELETE FROM quarantine WHERE EXISTS (
                    SELECT 1 FROM polls WHERE \(polls) AND source = quarantine.source AND kind = quarantine.kind
                    AND decided > quarantine.polled)
                """, arguments: arguments)
        let count = db.changesCount
        try db.execute(sql: "DELETE FROM polls WHERE \(polls)", arguments: arguments)
        if count > 0 { try forgetDropped(db) }
        return count
    }
}

extension QuarantinedRow {
    fileprivate init(_ row: Row) throws {
        guard let kind = RecordKind(rawValue: try row.text(2)) else { throw Malformed("a quarantined row is of no kind") }
        self.init(
            id: QuarantineID(try row.text(0)), source: SourceID(try row.text(1)), kind: kind, file: try row.text(3),
            line: Int32(clamping: try row.integer(4)), reason: try row.text(5), hasKey: try row.integer(6) == 1,
            isEmpty: try row.integer(9) == 0, firstSeen: Instant(milliseconds: try row.integer(7)),
            lastSeen: Instant(milliseconds: try row.integer(8)))
    }
}

extension RejectedRow.Field {
    /// Pairs of name and value, in their order: a file may have two columns of one name.
    fileprivate static func json(_ fields: [RejectedRow.Field]) -> JSON {
        .array(fields.map { [.string($0.name), .string($0.value)] })
    }

    fileprivate static func fields(_ json: JSON) -> [RejectedRow.Field]? {
        guard let pairs = json.array else { return nil }
        let fields = pairs.compactMap { pair -> RejectedRow.Field? in
            guard let parts = pair.array, parts.count == 2, let name = parts[0].string, let value = parts[1].string else { return nil }
            return RejectedRow.Field(name: name, value: value)
        }
        return fields.count == pairs.count ? fields : nil
    }
}
