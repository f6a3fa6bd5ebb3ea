import Foundation
import Testing

/// What somebody with the disk in their hands can do to the files, and what is said of it.
struct AuditTests {
    private func played() throws -> Municipality {
        let municipality = try Municipality()
        municipality.absences(on: 12)
        municipality.absences(on: 13)
        municipality.consent()
        municipality.disclosure = "paused"
        try municipality.configure()
        try municipality.export()
        let answer = try municipality.sync("13T20:00:00")
        try #require(answer.status == 0, "\(answer)")
        return municipality
    }

    /// Changes the log as somebody would who knows of the triggers, and puts them back.
    private func tamper(_ municipality: Municipality, _ statement: String) throws {
        let script = """
            import sqlite3, sys
            log = sqlite3.connect(sys.argv[1], isolation_level=None)
            triggers = log.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
            for name, _ in triggers: log.execute(f"DROP TRIGGER {name}")
            log.execute("PRAGMA ignore_check_constraints = ON")
            log.execute(sys.argv[2])
            for _, sql in triggers: log.execute(sql)
            log.close()
            """
        let answer = try Program.run(["python3", "-c", script, municipality.log.path, statement], in: municipality.folder)
        try #require(answer.status == 0, "\(answer)")
    }

    @Test(arguments: [
        ("UPDATE entries SET line = replace(line, 'service/', 'servicf/') WHERE position = 2", 2),
        ("UPDATE entries SET line = line || ' ' WHERE position = 7", 7),
        ("UPDATE entries SET hash = zeroblob(32) WHERE position = 4", 4),
        ("DELETE FROM entries WHERE position = 5", 5),
    ])
    func `a changed entry is found, with the first bad position`(statement: String, position: Int) throws {
        let municipality = try played()
        try tamper(municipality, statement)
        let answer = try municipality.silta("audit", "verify", "--json")
        let verdict = try #require(answer.objects.first, "\(answer)")
        #expect(answer.status == 1 && verdict["ok"] as? Bool == false, "\(answer)")
        #expect(verdict["position"] as? Int == position && !(verdict["reason"] as? String ?? "").isEmpty, "\(answer)")
        let sentence = try municipality.silta("audit", "verify")
        #expect(sentence.status == 1 && sentence.out.contains("at position \(position)"), "\(sentence)")
    }

    @Test(arguments: [
        "DELETE FROM entries WHERE position = (SELECT max(position) FROM entries)", "DELETE FROM checkpoints",
        "UPDATE checkpoints SET note = replace(note, 'jarvenpaa', 'jarvenpää')",
    ])
    func `a shortened log or a forged checkpoint is found`(statement: String) throws {
        let municipality = try played()
        _ = try municipality.silta("audit", "checkpoint")
        try tamper(municipality, statement)
        let answer = try municipality.silta("audit", "verify", "--json")
        if statement == "DELETE FROM checkpoints" {
            // Nothing in the folder can tell; a checkpoint that somebody kept can.
            #expect(answer.objects.first?["checkpoints"] as? Int == 0, "\(answer)")
        } else {
            #expect(answer.status == 1 && (answer.objects.first?["ok"] as? Bool == false || answer.err.contains("log.db")), "\(answer)")
        }
    }

    @Test(arguments: ["log.db", "keys.db"], [0, 100, 9000])
    func `a file that is cut short is damaged, and nothing is written over it`(file: String, length: Int) throws {
        let municipality = try played()
        let path = municipality.state.appendingPathComponent(file)
        let short = try Data(contentsOf: path).prefix(length)
        try short.write(to: path)
        for command in [["status"], ["sync", "--now", "2026-08-13T21:00:00+03:00"], ["pupils"]] {
            let answer = try municipality.silta(command)
            #expect(answer.status == 1 && answer.err.contains(file) && answer.err.contains("backup"), "\(answer)")
        }
        #expect(try Data(contentsOf: path) == short)
    }

    @Test(arguments: ["log.db", "keys.db"])
    func `where one of the two files is missing, no other is begun`(file: String) throws {
        let municipality = try played()
        let path = municipality.state.appendingPathComponent(file)
        try FileManager.default.moveItem(at: path, to: municipality.url("kept"))
        for command in [["status"], ["init"], ["sync", "--now", "2026-08-13T21:00:00+03:00"]] {
            let answer = try municipality.silta(command)
            #expect(answer.status == 1 && answer.err.contains("no \(file)"), "\(answer)")
        }
        try FileManager.default.moveItem(at: municipality.url("kept"), to: path)
        #expect(try municipality.sync("13T21:00:00").status == 0)
    }

    @Test(arguments: ["missing", "empty", "noise", "cut short", "of another log"])
    func `the state heals`(damage: String) throws {
        let municipality = try played()
        let before = try #require(try municipality.objects("status", "--digest").first?["state"] as? [String: Any])
        let path = municipality.state.appendingPathComponent("state.db")
        switch damage {
        case "missing": try FileManager.default.removeItem(at: path)
        case "empty": try Data().write(to: path)
        case "noise": try Data((0..<20_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }).write(to: path)
        case "cut short": try Data(contentsOf: path).prefix(9000).write(to: path)
        default:
            let other = try played()
            try Data(contentsOf: other.state.appendingPathComponent("state.db")).write(to: path)
        }
        let after = try #require(try municipality.objects("status", "--digest").first?["state"] as? [String: Any])
        #expect(after["digest"] as? String == before["digest"] as? String)
    }

    @Test func `a rebuild gives the digest that incremental work gave`() throws {
        let municipality = try played()
        for day in [14, 17, 18] {
            municipality.absences(on: day, code: "111")
            municipality.marks.removeFirst()
            try municipality.export(through: "\(day).8.2026")
            _ = try municipality.sync("\(day)T20:00:00")
        }
        let before = try #require(try municipality.objects("status", "--digest").first?["state"] as? [String: Any])
        let after = try #require(try municipality.objects("rebuild").first)
        #expect(after["digest"] as? String == before["digest"] as? String)
    }

    @Test func `an older log beside newer keys destroys none of them`() throws {
        let municipality = try played()
        let old = try Data(contentsOf: municipality.log)
        municipality.pupils.append(.init(key: "101", family: "Uusi", hetu: ""))
        try municipality.export()
        _ = try municipality.sync("13T20:01:00")
        let new = try Data(contentsOf: municipality.log)
        #expect(try municipality.objects("pupils").count == 2)
        try new.write(to: municipality.log)
        try old.write(to: municipality.log)
        // Whether it is refused or not: once the right log is back, everybody must be known again.
        _ = try municipality.silta("status")
        try new.write(to: municipality.log)
        #expect(try municipality.objects("pupils").count == 2)
    }

    @Test func `another provider's log beside these keys is refused`() throws {
        let municipality = try played()
        let other = try played()
        try Data(contentsOf: other.log).write(to: municipality.log)
        let answer = try municipality.sync("13T21:00:00")
        #expect(answer.status == 1, "\(answer)")
    }

    @Test func `while somebody holds the folder, commands that write refuse and readers read`() throws {
        let municipality = try played()
        let lock = municipality.state.appendingPathComponent("lock").path
        let wrapper = ["flock", "--exclusive", lock]
        for words in [["notices"], ["sync", "--now", "2026-08-13T21:00:00+03:00"], ["pupil", "show", "primus/100"]] {
            let answer = try municipality.silta(words, through: wrapper)
            #expect(answer.status == 1 && answer.err.contains("Another silta"), "\(answer)")
            #expect(!answer.out.contains(Municipality.guardedName))
        }
        #expect(try municipality.silta(["audit", "verify"], through: wrapper).status == 0)
        #expect(try municipality.silta("status").status == 0)
    }

    @Test func `an entry is printed as the bytes that are hashed, and opened only with an access in the log`() throws {
        let municipality = try played()
        let sealed = try #require(
            try municipality.objects("audit", "list", "--type", "enrolment.recorded.v1").first?["position"] as? Int)
        let closed = try municipality.silta("audit", "show", String(sealed))
        #expect(closed.status == 0 && !closed.out.contains(Municipality.guardedName))
        #expect(try municipality.objects("audit", "list", "--type", "access.made.v1").isEmpty)
        let open = try municipality.silta("audit", "show", String(sealed), "--open", "--why", "a complaint")
        #expect(open.status == 0 && open.out.contains(Municipality.guardedName), "\(open)")
        #expect(try municipality.objects("audit", "list", "--type", "access.made.v1").count == 1)
        #expect(!(try municipality.silta("audit", "list", "--json").out.contains("a complaint")))
        // A reason is sealed under a pupil's key: where there is no pupil, that is said.
        let plain = try municipality.silta("audit", "show", "0", "--open", "--why", "curious")
        #expect(plain.status == 2 && plain.err.contains("--why"), "\(plain)")
    }

    @Test func `verify trusts the key that it is given, and no other`() throws {
        let municipality = try played()
        let key = try municipality.silta("audit", "key").out.trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(try municipality.silta("audit", "verify", "--key", key).status == 0)
        let other = try played().silta("audit", "key").out.trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(try municipality.silta("audit", "verify", "--key", other).status == 1)
        let checkpoint = try municipality.silta("audit", "checkpoint").out
        let lines = checkpoint.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 6 && lines[0] == "silta/jarvenpaa" && Int(lines[1]) != nil && lines[4].hasPrefix("— silta/jarvenpaa "))
    }
}
