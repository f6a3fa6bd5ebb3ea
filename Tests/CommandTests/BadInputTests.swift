import Foundation
import Testing

/// Whatever stands where an export should: a clear sentence, the right exit code, nothing lost.
struct BadInputTests {
    private static let files = ["oppilaat.csv", "tuntimerkinnat.csv", "suostumukset.csv", "kattavuus.csv"]

    /// A municipality that has read one sound export.
    private func sound() throws -> Municipality {
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

    /// What is known of the pupil, to be the same after anything bad.
    private func known(_ municipality: Municipality) throws -> String {
        let pupil = try municipality.objects("pupils").first ?? [:]
        return "\(pupil["absentMinutes"] ?? "–") \(pupil["tier"] ?? "–") \(pupil["asOf"] ?? "–") \(try municipality.notice())"
    }

    @Test(arguments: files)
    func `a file that is no export fails the poll with a sentence and loses nothing`(file: String) throws {
        let municipality = try sound()
        let before = try known(municipality)
        let path = municipality.url("export/\(file)")
        let cases: [(String, () throws -> Void, String)] = [
            ("empty", { try Data().write(to: path) }, "this file is empty"),
            ("binary", { try Data((0..<4096).map { UInt8(truncatingIfNeeded: $0 &* 37) }).write(to: path) }, "this is no text file"),
            ("a folder", { try FileManager.default.createDirectory(at: path, withIntermediateDirectories: false) }, "this is a folder"),
            ("a pipe", { _ = mkfifo(path.path, 0o600) }, "this is a pipe"),
            ("missing", {}, "is not in"),
            (
                "a dangling link", { try FileManager.default.createSymbolicLink(atPath: path.path, withDestinationPath: "nowhere") },
                "is not in"
            ),
            ("another header", { try Data("a;b;c\n1;2;3\n".utf8).write(to: path) }, "column"),
            ("one byte", { try Data([0xFF]).write(to: path) }, file),
        ]
        for (index, (name, put, sentence)) in cases.enumerated() {
            try municipality.export()
            try FileManager.default.removeItem(at: path)
            try put()
            let answer = try municipality.sync("13T20:0\(index + 1):00")
            #expect(answer.status == 3 && answer.out.contains(sentence) && answer.out.contains(file), "\(name): \(answer)")
            try? FileManager.default.removeItem(at: path)
        }
        #expect(try known(municipality) == before)
        let status = try municipality.silta("status", "--json")
        #expect(status.status == 3)
        #expect((status.objects.first?["sources"] as? [[String: Any]])?.first?["state"] as? String == "failing")
        try municipality.export()
        #expect(try municipality.sync("13T21:00:00").status == 0)
        #expect(try municipality.silta("audit", "verify").status == 0)
    }

    @Test func `rows with impossible dates or bytes are quarantined, and the rest goes on`() throws {
        let municipality = try sound()
        let before = try known(municipality)
        var rows = Data(municipality.marks.joined(separator: "\n").utf8)
        rows = Data("Merkintä-ID;Korttinumero;Pvm;Alku;Kesto;Tyyppi;Kurssi;Opettaja;Lisätieto\n".utf8) + rows + Data("\n".utf8)
        let dates = ["1.1.0000", "0.0.0", "31.2.2026", "1.1.99999", "1.1.-1", "", "29.2.2026", "99999999999999999999.1.2026"]
        for (index, date) in dates.enumerated() { rows += Data("d\(index);100;\(date);08:15;45;01;;;\n".utf8) }
        for (index, minutes) in ["-45", "1e9", "99999999999999999999", "", "45,5"].enumerated() {
            rows += Data("m\(index);100;13.8.2026;13:15;\(minutes);01;;;\n".utf8)
        }
        rows += Data("u1;100;13.8.2026;08:15;45;".utf8) + Data([0xFF, 0xFE]) + Data(";;;\n".utf8)
        rows += Data("u2;100;13.8.2026;08:15;45;01;x;x;x;x;x\n".utf8)
        try rows.write(to: municipality.url("export/tuntimerkinnat.csv"))
        let answer = try municipality.sync("13T20:01:00")
        #expect(answer.status == 0, "\(answer)")
        let quarantined = try municipality.objects("quarantine", "list")
        #expect(quarantined.count == dates.count + 5 + 2, "\(quarantined)")
        #expect(quarantined.allSatisfy { $0["file"] as? String == "tuntimerkinnat.csv" && !($0["reason"] as? String ?? "").isEmpty })
        #expect(try known(municipality) == before)
    }

    @Test func `a pupil or a claim of the year 0 is quarantined`() throws {
        let municipality = try sound()
        for (file, minute) in [("oppilaat.csv", 1), ("kattavuus.csv", 2)] {
            try municipality.export()
            let text = try municipality.text("export/\(file)").replacingOccurrences(of: "12.8.2026", with: "1.1.0000")
            try municipality.write("export/\(file)", text)
            #expect(try municipality.sync("13T20:0\(minute):00").status == 0)
            #expect(try municipality.objects("quarantine", "list").contains { $0["file"] as? String == file }, "\(file)")
        }
        #expect(try municipality.objects("pupils").first?["absentMinutes"] as? Int == 360)
    }

    @Test func `the same bad row is the same quarantined row, and gone when it is mended`() throws {
        let municipality = try sound()
        municipality.marks.append("bad;100;13.8.2026;13:15;45;ZZ;MA1;\(Municipality.teacher);\(Municipality.freeText)")
        municipality.marks.append("lost;404;13.8.2026;13:15;45;01;MA1;\(Municipality.teacher);\(Municipality.freeText)")
        try municipality.export()
        _ = try municipality.sync("13T20:01:00")
        let first = try municipality.objects("quarantine", "list")
        _ = try municipality.sync("13T20:02:00")
        let second = try municipality.objects("quarantine", "list")
        #expect(first.count == 2 && second.count == 2)
        #expect(first.map { $0["id"] as? String } == second.map { $0["id"] as? String })
        #expect(second.allSatisfy { $0["firstSeen"] as? String != $0["lastSeen"] as? String })
        // Rows of unknown pupils say where they stand as well.
        #expect(second.allSatisfy { $0["file"] as? String == "tuntimerkinnat.csv" }, "\(second)")
        #expect(second.compactMap { $0["line"] as? Int }.sorted() == [10, 11])
        municipality.marks = Array(municipality.marks.dropLast(2))
        municipality.marks.append("bad;100;13.8.2026;13:15;45;01;MA1;;")
        try municipality.export()
        _ = try municipality.sync("13T20:03:00")
        #expect(try municipality.objects("quarantine", "list").isEmpty)
        #expect(try municipality.objects("pupils").first?["absentMinutes"] as? Int == 405)
    }

    @Test(arguments: ["oppilaat.csv", "tuntimerkinnat.csv"])
    func `a line of 100 MB is quarantined within little memory`(file: String) throws {
        let municipality = try sound()
        let path = municipality.url("export/\(file)")
        let handle = try FileHandle(forWritingTo: path)
        _ = try handle.seekToEnd()
        let piece = Data(repeating: UInt8(ascii: "x"), count: 1 << 20)
        for _ in 0..<100 { try handle.write(contentsOf: piece) }
        try handle.close()
        let answer = try municipality.sync("13T20:01:00", through: Memory.measured(municipality))
        #expect(answer.status == 0, "\(answer)")
        #expect(try municipality.objects("quarantine", "list").count == 1)
        let peak = try Memory.peak(municipality)
        #expect(peak < 128 << 10, "\(peak) KiB")
    }

    @Test func `a million unknown codes fail the poll within little memory, and say the first`() throws {
        let municipality = try sound()
        let before = try known(municipality)
        let handle = try FileHandle(forWritingTo: municipality.url("export/tuntimerkinnat.csv"))
        _ = try handle.seekToEnd()
        for thousand in 0..<1000 {
            var rows = ""
            for number in 0..<1000 { rows += "u\(thousand * 1000 + number);100;13.8.2026;08:15;45;Z\(number);;;\n" }
            try handle.write(contentsOf: Data(rows.utf8))
        }
        try handle.close()
        let answer = try municipality.sync("13T20:01:00", through: Memory.measured(municipality))
        #expect(answer.status == 3 && answer.out.contains("1000000 of 1000011 rows"), "\(answer)")
        #expect(try known(municipality) == before)
        let peak = try Memory.peak(municipality)
        #expect(peak < 256 << 10, "\(peak) KiB")
    }

    @Test(arguments: [
        "calendar.yaml", "sky.yaml", "credentials/webhook", "credentials/master-key", "credentials/signing-key", "silta.yaml",
    ])
    func `a pipe in place of a file of the configuration is refused and does not hang`(file: String) throws {
        let municipality = try sound()
        try FileManager.default.removeItem(at: municipality.url(file))
        #expect(mkfifo(municipality.url(file).path, 0o600) == 0)
        let answer = try municipality.sync("13T20:01:00", through: ["timeout", "--signal=KILL", "2"])
        #expect(answer.status == 2 && answer.err.contains(file), "\(answer)")
    }

    @Test(arguments: ["log.db", "keys.db", "state.db"])
    func `a pipe in place of a database does not hang`(file: String) throws {
        let municipality = try sound()
        try FileManager.default.removeItem(at: municipality.state.appendingPathComponent(file))
        #expect(mkfifo(municipality.state.appendingPathComponent(file).path, 0o600) == 0)
        let answer = try municipality.sync("13T20:01:00", through: ["timeout", "--signal=KILL", "5"])
        // The state is disposable; the other two are not.
        #expect(answer.status == (file == "state.db" ? 0 : 1) && answer.err.contains(file), "\(answer)")
    }

    @Test(arguments: ["2>&-", "2>/dev/full"])
    func `a complaint that cannot be written does not bring it down`(redirection: String) throws {
        let municipality = try Municipality()
        let answer = try municipality.silta(
            ["pupil", "show", "nobody"], through: ["bash", "-c", "\"$@\" \(redirection)", "bash"])
        #expect(answer.status == 1, "\(answer)")
    }

    @Test func `an answer that cannot be written is a failure`() throws {
        let municipality = try Municipality()
        let answer = try municipality.silta(["audit", "key"], through: ["bash", "-c", "\"$@\" >/dev/full", "bash"])
        #expect(answer.status == 1, "\(answer)")
    }
}

/// The most memory that a command had, as the kernel counted it.
enum Memory {
    private static let script = """
        import resource, subprocess, sys
        status = subprocess.run(sys.argv[2:]).returncode
        open(sys.argv[1], "w").write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
        sys.exit(status)
        """

    static func measured(_ municipality: Municipality) -> [String] {
        ["python3", "-c", script, municipality.url("memory").path]
    }

    /// In KiB.
    static func peak(_ municipality: Municipality) throws -> Int {
        Int(try municipality.text("memory")) ?? .max
    }
}
