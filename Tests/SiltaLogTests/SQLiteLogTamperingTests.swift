import Foundation
import SiltaCore
import SiltaFormats
import SiltaLog
import SiltaProof
import Testing

/// Another program with the file in its hands.
@Suite struct SQLiteLogTamperingTests {
    private let folder: TemporaryFolder
    private let path: String
    private let signer: SampleSigner

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("log.db")
        signer = try SampleSigner()
        let log = try SQLiteLog(path: path, access: .creator, randomBytes: randomBytes())
        try log.append((0..<10).map { draft($0, of: $0 % 2 == 0 ? .provider : .access) }, ifHeadIs: 0, recorded: noon)
        try log.save(checkpoint: signer.checkpoint(log, size: 4))
        try log.close()
    }

    @Test func `the file itself refuses what would change the past or break the order`() throws {
        func insert(_ verb: String, position: Int, stream: String = "provider", version: Int, recorded: String = "2026-10-05T12:00:00.000Z")
            -> String
        {
            """
            \(verb) INTO entries (position, stream, version, type, recorded, hash, line) VALUES (\(position), '\(stream)', \(version), 't.v1',
            '\(recorded)', zeroblob(32), json_object('position', \(position), 'stream', '\(stream)', 'version', \(version), 'type', 't.v1',
            'recorded', '\(recorded)', 'actor', 'person/x'))
            """
        }
        let refused = [
            ("UPDATE entries SET type = 'x' WHERE position = 3", "append-only"),
            ("UPDATE OR REPLACE entries SET position = 2 WHERE position = 3", "append-only"),
            ("DELETE FROM entries", "append-only"),
            ("DELETE FROM entries WHERE position = 9", "append-only"),
            ("UPDATE tree SET hash = zeroblob(32)", "append-only"),
            ("DELETE FROM tree WHERE number = 0", "append-only"),
            ("UPDATE checkpoints SET note = note", "append-only"),
            ("DELETE FROM checkpoints", "append-only"),
            (insert("INSERT OR REPLACE", position: 3, version: 6), "position is not the next"),
            (insert("REPLACE", position: 9, stream: "access", version: 5), "position is not the next"),
            (insert("INSERT", position: 11, version: 6), "position is not the next"),
            (insert("INSERT OR REPLACE", position: 10, version: 5), "version is not the next"),
            (insert("INSERT", position: 10, version: 7), "version is not the next"),
            (insert("INSERT OR IGNORE", position: 10, version: 1), "version is not the next"),
            (insert("INSERT", position: 10, version: 6, recorded: "2026-10-05T11:59:59.999Z"), "recorded before"),
            (insert("INSERT", position: 10, version: 6, recorded: "tomorrow"), "recorded_sorts_as_text"),
            (insert("INSERT", position: 10, version: 6).replacing("'type', 't.v1'", with: "'type', 'u.v1'"), "line_begins_with_columns"),
            (insert("INSERT", position: 10, version: 6).replacing("zeroblob(32)", with: "zeroblob(31)"), "hash_has_32_bytes"),
            (
                insert("INSERT", position: 10, version: 6).replacing("'person/x'", with: "'person/x', 'p', hex(zeroblob(32760))"),
                "line_has_at_most_65535_bytes"
            ),
            ("INSERT OR REPLACE INTO tree (number, hash) VALUES (2, zeroblob(32))", "number is not the next"),
            ("INSERT INTO tree (number, hash) VALUES (9, zeroblob(32))", "number is not the next"),
            ("INSERT OR REPLACE INTO checkpoints VALUES (4, char(10) || 4 || char(10))", "there is a checkpoint of that size"),
            ("INSERT INTO checkpoints VALUES (11, char(10) || 11 || char(10))", "there are not so many entries"),
            ("INSERT INTO checkpoints VALUES (5, 'five')", "size_is_that_of_note"),
        ]
        for (statement, reason) in refused {
            let message = sqlError(path, statement)
            #expect(message?.contains(reason) == true, "\(statement): \(message ?? "was not refused")")
        }
        let log = try SQLiteLog(path: path, access: .writer, randomBytes: randomBytes())
        #expect(try log.verify(trust: signer.trust).finding == nil)
    }

    private func verifyTampered(_ statements: String..., restoringGuards: Bool = true) throws -> Verification {
        var all: [String] = []
        let triggers = ["entries_no_update", "entries_no_delete", "tree_no_update", "tree_no_delete", "checkpoints_no_update"]
        let definitions = try triggers.map { try rawText(path, "SELECT sql FROM sqlite_schema WHERE name = '\($0)'") }
        all += triggers.map { "DROP TRIGGER \($0)" } + ["PRAGMA ignore_check_constraints = ON"] + statements
        if restoringGuards { all += definitions }
        try rawSQL(path, all.joined(separator: ";\n"))
        let log = try SQLiteLog(path: path, access: .reader, randomBytes: randomBytes())
        return try log.verify(trust: signer.trust)
    }

    @Test func `a changed line is found at its position`() throws {
        let verification = try verifyTampered("UPDATE entries SET line = replace(line, '\"n\":6', '\"n\":7') WHERE position = 6")
        #expect(verification.finding?.position == 6)
        #expect(verification.finding?.reason == "the line does not fit its hash: it was changed")
        #expect(verification.entries == 6)
    }

    @Test func `a changed line with its hash put right is found by the tree`() throws {
        let log = try SQLiteLog(path: path, access: .reader, randomBytes: randomBytes())
        let line = try log.entry(at: Position(6))!.line
        try log.close()
        let forged = String(decoding: line, as: UTF8.self).replacing("\"n\":6", with: "\"n\":7")
        let verification = try verifyTampered(
            "UPDATE entries SET line = '\(forged)', hash = x'\(TreeHash.leaf(of: Array(forged.utf8)).hex)' WHERE position = 6")
        // The leaf at 7 completes the first subtree over the forged one.
        #expect(verification.finding?.position == 7)
        #expect(verification.finding?.reason.contains("node 1/3") == true)
    }

    @Test func `a changed column is found though the line is right`() throws {
        let verification = try verifyTampered("UPDATE entries SET type = 'other.v1' WHERE position = 2")
        #expect(verification.finding == .init(position: 2, reason: "the columns say something else than the line"))
    }

    @Test func `a missing entry is found where it should be`() throws {
        let verification = try verifyTampered("DELETE FROM entries WHERE position = 5")
        #expect(verification.finding?.position == 5)
        #expect(verification.finding?.reason == "the entry is missing")
    }

    @Test func `a changed node of the tree is found`() throws {
        let verification = try verifyTampered("UPDATE tree SET hash = zeroblob(32) WHERE number = 1")
        #expect(verification.finding?.position == 3)
    }

    @Test func `a changed checkpoint is found`() throws {
        let verification = try verifyTampered("UPDATE checkpoints SET note = replace(note, 'silta/example', 'silta/exampel')")
        #expect(verification.entries == 4)
        #expect(verification.finding?.position == nil)
        #expect(verification.finding?.reason.contains("checkpoint is not this log's") == true)
    }

    @Test func `dropped guards are found, and keep a writer from opening`() throws {
        let verification = try verifyTampered("SELECT 1", restoringGuards: false)
        #expect(verification.finding == .init(position: nil, reason: "the file's tables or guards were changed"))
        let failed = failure { _ = try SQLiteLog(path: path, access: .writer, randomBytes: randomBytes()) }
        #expect(failed?.code == .corrupt)
        #expect(failed?.sentence.contains("guards were changed") == true)
    }

    @Test func `an end that was cut off is found by a checkpoint, stored or witnessed`() throws {
        let log = try SQLiteLog(path: path, access: .writer, randomBytes: randomBytes())
        let witnessed = try signer.checkpoint(log)
        try log.save(checkpoint: witnessed)
        try log.close()
        let verification = try verifyTampered("DELETE FROM entries WHERE position > 7", "DELETE FROM tree WHERE number > 6")
        #expect(verification.entries == 8)
        #expect(verification.finding?.position == nil)
        #expect(
            verification.finding?.reason == "the log ends at size 8, and there is a checkpoint of size 10: its end was cut off")
        try rawSQL(path, "DROP TRIGGER checkpoints_no_delete", "DELETE FROM checkpoints WHERE size = 10")
        let reader = try SQLiteLog(path: path, access: .reader, randomBytes: randomBytes())
        #expect(try reader.verify(trust: signer.trust, witnessed: [witnessed]).finding?.reason.contains("cut off") == true)
    }

    @Test func `a whole log written anew is found by a witnessed checkpoint`() throws {
        let log = try SQLiteLog(path: path, access: .reader, randomBytes: randomBytes())
        let witnessed = try signer.checkpoint(log, size: 7)
        let other = try SQLiteLog(inMemory: randomBytes())
        try other.append((0..<10).map { draft($0 + 1) }, ifHeadIs: 0, recorded: noon)
        let verification = try other.verify(trust: signer.trust, witnessed: [witnessed])
        #expect(verification.entries == 7)
        #expect(verification.finding?.reason.contains("witnessed checkpoint of size 7 has another root") == true)
    }

    @Test func `a writer that finds that another program has appended refuses as late and goes on from there`() throws {
        let one = try SQLiteLog(path: path, access: .writer, randomBytes: randomBytes())
        let other = try SQLiteLog(path: path, access: .writer, randomBytes: randomBytes(seed: 2))
        try other.append([draft(10)], ifHeadIs: 10, recorded: noon)
        #expect(failure { try one.append([draft(10)], ifHeadIs: 10, recorded: noon) }?.code == .late)
        try one.append([draft(11)], ifHeadIs: 11, recorded: noon)
        #expect(try one.verify().finding == nil)
    }
}
