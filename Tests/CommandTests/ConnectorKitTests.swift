import Foundation
import Testing

/// The kit, as an integrator uses it.
struct ConnectorKitTests {
    private func folder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("silta-kit-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    @Test func `a connector is begun from a sample, warns until it is looked at, and passes its own example`() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data("Id;Oppilasnumero;Pvm;Klo;Kesto;Tyyppi\n1;100001;14.09.2026;08:15;45;Sairaus\n2;100002;15.09.2026;08:15;45;Luvaton\n".utf8)
            .write(
                to: folder.appendingPathComponent("marks.csv"))
        let begun = try Silta.run(["connector", "new", "mine", "--from", "marks.csv", "--into", "."], in: folder)
        #expect(begun.status == 0, "\(begun)")
        let check = try Silta.run(["connector", "check", "./mine"], in: folder)
        #expect(check.status == 3 && check.err.contains("unsure: by its name"), "\(check)")
        let test = try Silta.run(["connector", "test", "./mine"], in: folder)
        #expect(test.status == 0 && test.out.contains("the example first: 2 lines, as expected"), "\(test)")
        let again = try Silta.run(["connector", "new", "mine", "--from", "marks.csv", "--into", "."], in: folder)
        #expect(again.status == 2, "\(again)")
    }

    @Test func `the connectors that ship pass, and a program keeps to its rules`() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        for name in ["primus-csv", "example-program"] {
            let path = Silta.connectors.appendingPathComponent(name).path
            #expect(try Silta.run(["connector", "check", path], in: folder).status == 0)
            let test = try Silta.run(["connector", "test", path, "--json"], in: folder)
            #expect(test.status == 0 && test.objects.first?["failed"] as? Int == 0, "\(test)")
        }
        let copy = try Silta.run(
            ["connector", "new", "mine", "--kind", "program", "--into", folder.path, "--config", folder.path + "/silta.yaml"],
            in: Silta.root)
        #expect(copy.status == 2, "a configuration that is named must be there: \(copy)")
        let begun = try Silta.run(["connector", "new", "mine", "--kind", "program", "--into", folder.path], in: Silta.root)
        #expect(begun.status == 0, "\(begun)")
        #expect(try Silta.run(["connector", "test", folder.path + "/mine"], in: folder).status == 0)
    }

    /// One that hears neither SIGTERM nor its end, with a child; its folder tells when it runs.
    private static let deaf = """
        import os, signal, sys, time
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        child = os.fork()
        if child == 0: time.sleep(600)
        arguments = dict(zip(sys.argv[1::2], sys.argv[2::2]))
        open("started", "w").write(f"{os.path.dirname(arguments['--config'])} {os.getpid()} {child}")
        while True: time.sleep(1)
        """

    @Test(arguments: [SIGTERM, SIGINT])
    func `a command that is interrupted leaves no program and no secret behind`(number: Int32) throws {
        let folder = try folder().appendingPathComponent("deaf")
        defer { try? FileManager.default.removeItem(at: folder.deletingLastPathComponent()) }
        let manifest =
            "name: deaf\nversion: \"1\"\nreads: nothing\nconfiguration: {type: object, properties: {}}\nprogram: [python3, read.py]\n"
        try FileManager.default.createDirectory(at: folder.appendingPathComponent("examples/one"), withIntermediateDirectories: true)
        try Data(manifest.utf8).write(to: folder.appendingPathComponent("connector.yaml"))
        try Data(Self.deaf.utf8).write(to: folder.appendingPathComponent("read.py"))
        try Data("{}\n".utf8).write(to: folder.appendingPathComponent("examples/one/config.yaml"))
        let process = Process()
        process.executableURL = Silta.binary
        process.arguments = ["connector", "test", folder.path]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        let started = folder.appendingPathComponent("started").path
        let end = Date(timeIntervalSinceNow: TimeInterval(Silta.patience))
        var told: [Substring] = []
        while told.count < 3, Date() < end {
            Thread.sleep(forTimeInterval: 0.05)
            told = ((try? String(contentsOfFile: started, encoding: .utf8)) ?? "").split(separator: " ")
        }
        try #require(told.count == 3)
        #expect(FileManager.default.fileExists(atPath: String(told[0])) && told[1...].allSatisfy(ConnectorKitTests.isAlive))
        kill(process.processIdentifier, number)
        process.waitUntilExit()
        #expect(process.terminationReason == .uncaughtSignal && process.terminationStatus == number)
        #expect(!FileManager.default.fileExists(atPath: String(told[0])))
        // Who is killed is gone a moment later.
        while told[1...].contains(where: ConnectorKitTests.isAlive), Date() < end { Thread.sleep(forTimeInterval: 0.05) }
        #expect(!told[1...].contains(where: ConnectorKitTests.isAlive))
    }

    /// Whether a process runs: one that has ended and that nobody has taken note of does not.
    private static func isAlive(_ process: Substring) -> Bool {
        let stat = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
        return stat.split(separator: ")").last?.split(separator: " ").first.map { $0 != "Z" } ?? false
    }

    @Test func `a preview of what cannot be read says why in a sentence`() throws {
        let municipality = try Municipality()
        municipality.disclosure = "paused"
        try municipality.configure()
        let preview = try municipality.silta("connector", "preview", "primus")
        #expect(preview.status == 1 && !preview.err.contains("PollFailure") && preview.err.contains("oppilaat.csv"), "\(preview)")
    }

    @Test func `a connector that asks a server is previewed without a source, with the installation's credentials`() throws {
        let municipality = try Municipality()
        municipality.disclosure = "paused"
        try municipality.configure()
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let connector = folder.appendingPathComponent("asking")
        try FileManager.default.createDirectory(at: connector, withIntermediateDirectories: true)
        try Data(
            """
            name: asking
            version: "1"
            reads: a server
            configuration:
              type: object
              properties: {url: {type: string}, token: {type: string, secret: true}, allow-addresses: {type: array, items: {type: string}}}
            read: {location: {setting: url}, format: json}
            streams:
              absence: {request: {path: /marks}, items: "", fields: {key: id, pupil: p, date: d, minutes: m, class: c}}

            """.utf8
        ).write(to: connector.appendingPathComponent("connector.yaml"))
        let settings = folder.appendingPathComponent("settings.yaml")
        // The port of nobody.
        let url = "url: http://127.0.0.1:9\nallow-addresses: [127.0.0.0/8]\n"
        try Data(url.utf8).write(to: settings)
        let asked = try municipality.silta("connector", "preview", "--connector", connector.path, "--settings", settings.path)
        #expect(asked.status == 1 && asked.err.contains("No connection came about"), "\(asked)")
        try Data((url + "token: credential:nowhere\n").utf8).write(to: settings)
        let secret = try municipality.silta("connector", "preview", "--connector", connector.path, "--settings", settings.path)
        #expect(secret.status == 2 && secret.err.contains("nowhere: the credential cannot be read"), "\(secret)")
    }

    @Test func `a preview says what a poll would change and appends nothing`() throws {
        let municipality = try Municipality()
        municipality.disclosure = "paused"
        municipality.absences(on: 12)
        municipality.absences(on: 13, code: "77")
        try municipality.configure()
        try municipality.export()
        #expect(try municipality.sync("13T20:00:00").status == 0)
        municipality.absences(on: 14)
        try municipality.export(through: "14.8.2026")
        let before = try municipality.objects("audit", "list").count
        let preview = try municipality.silta("connector", "preview", "primus")
        #expect(preview.status == 0, "\(preview)")
        #expect(preview.out.contains("record 4 marks, reclassify 0, retime 0 and withdraw 0"), "\(preview)")
        #expect(preview.out.contains("rejected   4 rows"))
        #expect(!preview.out.contains(Municipality.guardedName))
        #expect(try municipality.objects("audit", "list").count == before)
        let records = try municipality.silta("connector", "preview", "primus", "--records")
        #expect(records.out.contains(Municipality.guardedName), "\(records)")
        #expect(try municipality.objects("audit", "list").count == before + 1)
    }
}
