import Foundation
import GRDB
import SiltaCore
import SiltaFormats
import SiltaProof
import Synchronization
import Testing

@testable import SiltaLog

@Suite struct SQLiteLogFileTests {
    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("log.db")
    }

    private func open(_ access: FileAccess) throws(LogFailure) -> SQLiteLog {
        try SQLiteLog(path: path, access: access, randomBytes: randomBytes())
    }

    @Test func `a log is durable, in write-ahead mode and for its owner only`() throws {
        let log = try open(.creator)
        try log.append([draft(1)], ifHeadIs: 0, recorded: noon)
        #expect(try log.file.run { try $0.integer("PRAGMA synchronous") } == 2)
        #expect(try log.file.run { try String.fetchOne($0, sql: "PRAGMA journal_mode") } == "wal")
        #expect(try log.file.run { try $0.integer("PRAGMA trusted_schema") } == 0)
        for name in ["log.db", "log.db-wal", "log.db-shm"] {
            let mode = try FileManager.default.attributesOfItem(atPath: folder.file(name))[.posixPermissions] as? Int
            #expect(mode == 0o600, "\(name)")
        }
        try log.close()
        #expect(!FileManager.default.fileExists(atPath: folder.file("log.db-wal")))
        let again = try open(.creator)
        #expect(try again.head().size == 1)
    }

    @Test func `only a creator makes a log`() throws {
        for access in [FileAccess.writer, .reader] {
            let failed = failure { _ = try open(access) }
            #expect(failed?.code == .missing)
            #expect(failed?.sentence == "There is no log here: is the disk mounted, was the provider set up? [file: \(path)]")
        }
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func `a making that was interrupted is finished by the next one`() throws {
        try folder.write([], to: "log.db")
        let log = try open(.creator)
        try log.append([draft(1)], ifHeadIs: 0, recorded: noon)
        #expect(try log.verify().isSound)
    }

    @Test func `a file of another program is refused and stays as it is`() throws {
        try rawSQL(path, "CREATE TABLE other (x)", "INSERT INTO other VALUES (1)")
        let before = try folder.read("log.db")
        for access in [FileAccess.creator, .writer, .reader] { #expect(failure { _ = try open(access) }?.code == .foreign) }
        #expect(try folder.read("log.db") == before)
        try folder.write(Array("This is no database, but it is long enough to be read as one.".utf8), to: "log.db")
        #expect(failure { _ = try open(.writer) }?.code == .corrupt)
    }

    @Test func `keys are not taken for a log, nor a log of a newer Silta for one of this`() throws {
        try KeyStore(path: path, access: .creator, masterKey: [UInt8](repeating: 1, count: 32), randomBytes: randomBytes()).close()
        #expect(failure { _ = try open(.writer) }?.code == .foreign)
        try FileManager.default.removeItem(atPath: path)
        try open(.creator).close()
        try rawSQL(path, "PRAGMA user_version = 2")
        for access in [FileAccess.writer, .reader] {
            let failed = failure { _ = try open(access) }
            #expect(failed?.code == .newer)
            #expect(failed?.sentence == "The log was written by a newer Silta: install that one [file: \(path), format: 2, known: 1]")
        }
    }

    @Test func `a reader reads while the writer writes, writes nothing and takes no checkpoint`() throws {
        let writer = try open(.creator)
        let reader = try open(.reader)
        let outcome = Mutex<[String]>([])
        DispatchQueue.concurrentPerform(iterations: 2) { number in
            do {
                if number == 0 {
                    for size in 0..<200 as Range<Int64> { try writer.append([draft(Int(size))], ifHeadIs: size, recorded: noon) }
                } else {
                    var last: Int64 = 0
                    while last < 200 {
                        let head = try reader.head()
                        guard head.size >= last, try reader.root(ofSize: head.size) == head.root else {
                            return outcome.withLock { $0.append("the head went from \(last) to \(head)") }
                        }
                        guard try reader.verify().isSound else { return outcome.withLock { $0.append("unsound at \(head.size)") } }
                        last = head.size
                    }
                }
            } catch {
                outcome.withLock { $0.append("\(error)") }
            }
        }
        #expect(outcome.withLock { $0 } == [])
        #expect(failure { try reader.append([draft(1)], ifHeadIs: 200, recorded: noon) }?.code == .readOnly)
        #expect(failure { try reader.file.run { try $0.execute(sql: "DELETE FROM checkpoints") } }?.code == .readOnly)
        try writer.close()
        #expect(try reader.head().size == 200)
    }

    @Test func `a reader opens what a crashed writer left in the write-ahead log`() throws {
        let writer = try open(.creator)
        try writer.append([draft(1), draft(2)], ifHeadIs: 0, recorded: noon)
        for suffix in ["", "-wal"] {
            let process = try Process.run(URL(fileURLWithPath: "/bin/cp"), arguments: [path + suffix, folder.file("left.db\(suffix)")])
            process.waitUntilExit()
        }
        let before = try folder.read("left.db")
        let reader = try SQLiteLog(path: folder.file("left.db"), access: .reader, randomBytes: randomBytes())
        #expect(try reader.head().size == 2)
        try reader.close()
        #expect(try folder.read("left.db") == before)
    }

    @Test func `after a failure of the disk a writer does nothing more until it is opened again`() throws {
        let log = try open(.creator)
        try log.append([draft(1)], ifHeadIs: 0, recorded: noon)
        // A disk that fails when the second entry is written, as SQLite reports it.
        try log.file.run { db in
            db.add(
                function: DatabaseFunction("fail", argumentCount: 0) { _ in
                    throw DatabaseError(resultCode: .SQLITE_IOERR_FSYNC, message: "disk I/O error")
                })
            try db.execute(sql: "CREATE TEMP TRIGGER fail AFTER INSERT ON main.entries BEGIN SELECT fail(); END")
        }
        let failed = failure { try log.append([draft(2)], ifHeadIs: 1, recorded: noon) }
        #expect(failed?.code == .io)
        #expect(failed?.sentence.contains("log.db") == true && failed?.sentence.contains("maija") == false)
        #expect(failure { try log.append([draft(2)], ifHeadIs: 1, recorded: noon) } == failed)
        #expect(failure { _ = try log.head() } == failed)
        let again = try open(.writer)
        #expect(try again.head().size == 1)
        try again.append([draft(2)], ifHeadIs: 1, recorded: noon)
    }

    @Test func `a full disk leaves the log as it was, and it goes on when there is room`() throws {
        let log = try open(.creator)
        try log.append([draft(1)], ifHeadIs: 0, recorded: noon)
        let pages = try log.file.run { try $0.integer("PRAGMA page_count") }
        try log.file.run { try $0.execute(sql: "PRAGMA max_page_count = \(pages + 5)") }
        let many = (0..<40).map { sealedDraft(String(repeating: "x", count: 4000), of: .pupil(pupil($0))) }
        #expect(failure { try log.append(many, ifHeadIs: 1, recorded: noon) }?.code == .full)
        #expect(try log.head().size == 1)
        #expect(try log.verify().isSound)
        try log.file.run { try $0.execute(sql: "PRAGMA max_page_count = 1000000") }
        try log.append(many, ifHeadIs: 1, recorded: noon)
        #expect(try log.verify().isSound)
    }

    @Test func `failures of SQLite never carry values`() throws {
        let log = try open(.creator)
        let failed = failure {
            try log.file.run { db in
                try db.execute(
                    sql: "INSERT INTO entries (position, stream, version, type, recorded, hash, line) VALUES (5, ?, 1, 1, 1, 1, ?)",
                    arguments: ["010106A950N", "Meikäläinen"])
            }
        }
        #expect(failed?.code == .corrupt)
        #expect(failed?.sentence.contains("950N") == false && failed?.sentence.contains("Meikäläinen") == false)
    }

    @Test func `numbers of nodes are gapless in the order in which leaves complete them`() {
        var frontier = MerkleFrontier()
        var next: Int64 = 0
        for _ in 0..<1000 {
            #expect(TreeNode.count(ofSize: frontier.size) == next)
            frontier.append(.emptyRoot) { node, _ in
                guard node.level > 0 else { return }
                #expect(node.number == next)
                next += 1
            }
        }
    }
}
