import Crypto
import Foundation
import GRDB
public import SiltaCore
import SiltaFormats

extension StateStore {
    public func reached() throws(StateFailure) -> Reached {
        try read { database in
            guard let row = try Row.fetchOne(database, sql: "SELECT size, root FROM reached") else { return .nothing }
            return Reached(size: row["size"], root: row["root"])
        }
    }

    public func provider() throws(StateFailure) -> Provider {
        if let kept = known.kept { return kept }
        return try read { try known.provider(in: $0) }
    }

    public func pupil(_ id: PupilID) throws(StateFailure) -> Pupil? {
        try ask { try StateRows.pupil(id, in: $0) }
    }

    /// The pupil whom an id leads to, as one with everyone who was merged into them.
    ///
    /// - Parameter merges: as the provider has them.
    public func whole(_ id: PupilID, by merges: Merges) throws(StateFailure) -> Pupil? {
        guard !merges.isEmpty else { return try pupil(id) }
        var parts: [Pupil] = []
        for part in merges.all(of: id) {
            if let pupil = try pupil(part) { parts.append(pupil) }
        }
        guard let first = parts.first else { return nil }
        return parts.count == 1 ? first : first.joined(with: Array(parts.dropFirst()))
    }

    public func pupilID(of alias: Alias) throws(StateFailure) -> PupilID? {
        try read { database in
            try pupilID(of: alias, in: database)
        }
    }

    /// Answers many questions for names as one.
    ///
    /// - Parameter body: is given the question, and another for what else a pupil is known by. It may not ask the store anything else.
    public func withNames<Value>(
        _ body: (_ pupilID: (Alias) throws -> PupilID?, _ identities: (PupilID) throws -> Identities) throws -> Value
    ) throws -> Value {
        try readRethrowing { database in
            try body {
                try pupilID(of: $0, in: database)
            } _: {
                Identities(try StateRows.pupil($0, in: database)?.aliases ?? [])
            }
        }
    }

    private func pupilID(of alias: Alias, in database: Database) throws -> PupilID? {
        let rows = try Row.fetchCursor(
            database.cachedStatement(sql: "SELECT pupil FROM alias WHERE name = ?"), arguments: [alias.name])
        return try rows.next().map { try StateRows.pupilID($0, at: 0) }
    }

    /// Goes through everyone whom the body asks for, in no particular order.
    ///
    /// - Parameters:
    ///   - isWanted: is asked before a pupil is read.
    ///   - body: may not ask the store anything.
    public func forEachPupil(where isWanted: (PupilID) -> Bool, _ body: (Pupil) throws -> Void) throws {
        try readRethrowing { database in
            let rows = try Row.fetchCursor(database.cachedStatement(sql: "SELECT id, row FROM pupil"))
            while let row = try rows.next() {
                let id = try StateRows.pupilID(row, at: 0)
                if isWanted(id) { try body(StateRows.pupil(id, row, at: 1)) }
            }
        }
    }

    /// The last completed poll of a source, with all its claims: nil where something has happened since that the next poll, told the
    /// same, might answer with an event.
    public func undisturbedPoll(of source: SourceID) throws(StateFailure) -> PollCompleted? {
        guard try provider().sources[source]?.lastOutcome == .completed else { return nil }
        return try read { try PollMemory.undisturbed(source, in: $0) }
    }

    /// Everyone, in order of their ids.
    public func pupilIDs() throws(StateFailure) -> [PupilID] {
        try read { database in
            try Array(Row.fetchCursor(database, sql: "SELECT id FROM pupil ORDER BY id").map { try StateRows.pupilID($0, at: 0) })
        }
    }

    /// Everyone of whom a source has told.
    public func pupilIDs(toldBy source: SourceID) throws(StateFailure) -> [PupilID] {
        let first = Alias.register(source, "").name
        return try read { database in
            // The names of one source stand together: from its prefix to the prefix with its last byte raised.
            try Array(
                Row.fetchCursor(
                    database, sql: "SELECT DISTINCT pupil FROM alias WHERE name >= ? AND name < ? ORDER BY pupil",
                    arguments: [first, first.dropLast() + "0"]
                ).map { try StateRows.pupilID($0, at: 0) })
        }
    }

    public func counts() throws(StateFailure) -> (pupils: Int, notices: [String: Int]) {
        try read { database in
            let pupils = try Int.fetchOne(database, sql: "SELECT count(*) FROM pupil") ?? 0
            let rows = try Row.fetchAll(database, sql: "SELECT state, count(*) AS n FROM notice GROUP BY state")
            return (pupils, Dictionary(uniqueKeysWithValues: rows.map { ($0["state"], $0["n"]) }))
        }
    }

    public func referral(_ id: NoticeID) throws(StateFailure) -> Referral? {
        try ask { try StateRows.referral(id, in: $0) }
    }

    public func referrals(of pupil: PupilID) throws(StateFailure) -> [Referral] {
        try ask { database in
            let statement = try database.cachedStatement(sql: "SELECT json FROM notice WHERE pupil = ? ORDER BY id")
            return try Data.fetchAll(statement, arguments: [pupil.bytes]).map(StateRows.decode)
        }
    }

    /// Every notice, in order of their ids, a page at a time.
    public func referrals(after id: NoticeID?, limit: Int) throws(StateFailure) -> [Referral] {
        try read { database in
            let statement = try database.cachedStatement(sql: "SELECT json FROM notice WHERE id > ? ORDER BY id LIMIT ?")
            return try Data.fetchAll(statement, arguments: [id?.description ?? "", limit]).map(StateRows.decode)
        }
    }

    /// Those to a recipient whose next message may be tried now, the longest waiting first.
    ///
    /// - Parameter passed: how far an earlier page came, so that those that cannot go now do not stand in the way.
    public func due(
        at now: Instant, to recipient: RecipientID, after passed: DueKey?, limit: Int
    ) throws(StateFailure) -> [(key: DueKey, referral: Referral)] {
        try read { database in
            let statement = try database.cachedStatement(
                sql: """
                    SELECT due, id, json FROM notice WHERE recipient = ? AND due <= ? AND (due, id) > (?, ?) ORDER BY due, id LIMIT ?
                    """)
            let passed = passed ?? DueKey(due: .min, id: "")
            let rows = try Row.fetchAll(statement, arguments: [recipient.rawValue, now.milliseconds, passed.due, passed.id, limit])
            return try rows.map { (DueKey(due: $0["due"], id: $0["id"]), try StateRows.decode($0["json"])) }
        }
    }

    /// From when the next message to a recipient may be tried; nil where nothing is to be sent to it.
    public func nextDue(of recipient: RecipientID) throws(StateFailure) -> Instant? {
        try read { database in
            let statement = try database.cachedStatement(sql: "SELECT min(due) FROM notice WHERE recipient = ? AND due IS NOT NULL")
            return try Int64.fetchOne(statement, arguments: [recipient.rawValue]).map(Instant.init(milliseconds:))
        }
    }

    /// To whom messages may be tried now.
    public func recipientsDue(at now: Instant) throws(StateFailure) -> [RecipientID] {
        try read { database in
            let sql = "SELECT DISTINCT recipient FROM notice WHERE due <= ? ORDER BY recipient"
            return try String.fetchAll(database, sql: sql, arguments: [now.milliseconds]).map(RecipientID.init(_:))
        }
    }

    public struct DueKey: Hashable, Sendable {
        var due: Int64
        var id: String
    }

    /// Those with an attempt whose outcome is not known: after a crash, the interrupted ones.
    public func sending() throws(StateFailure) -> [Referral] {
        try read { database in
            try Data.fetchAll(database, sql: "SELECT json FROM notice WHERE state = 'sending' ORDER BY id").map(StateRows.decode)
        }
    }

    /// SHA-256 of everything in the state, row by row in order: equal states have equal digests.
    public func digest() throws(StateFailure) -> String {
        try read { database in
            var hash = SHA256()
            for sql in [
                "SELECT CAST('' AS BLOB), json FROM provider", "SELECT id, row FROM pupil ORDER BY id",
                "SELECT CAST(name AS BLOB), pupil FROM alias ORDER BY name",
                "SELECT CAST(source || ' ' || key AS BLOB), json FROM timetable ORDER BY source, key",
                "SELECT pupil, CAST(hex(other) || is_apart AS BLOB) FROM merged ORDER BY pupil, other, is_apart",
                """
                SELECT CAST(id || ' ' || hex(pupil) || ' ' || state || ' ' || coalesce(recipient, '') || ' ' || coalesce(due, '') || ' '
                    || coalesce(overdue, '') AS BLOB), json FROM notice ORDER BY id
                """,
            ] {
                let rows = try Row.fetchCursor(database, sql: sql)
                while let row = try rows.next() {
                    for index in 0..<2 {
                        try row.withUnsafeData(atIndex: index) { data in
                            let data = data ?? Data()
                            withUnsafeBytes(of: UInt64(data.count).littleEndian) { hash.update(bufferPointer: $0) }
                            hash.update(data: data)
                        }
                    }
                }
            }
            return hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }
    }
}
