import Foundation
import SiltaConfiguration
import SiltaCore
import Synchronization
import Testing

@testable import SiltaConnectors

/// A connector in a folder of its own, whose program is a Python script of the test.
final class ScriptedConnector: Sendable {
    /// What every script begins with.
    private static let preamble = """
        import json, os, signal, sys, time
        arguments = dict(zip(sys.argv[1::2], sys.argv[2::2]))
        config = json.load(open(arguments["--config"]))
        state = json.load(open(arguments["--state"]))
        def say(**message): print(json.dumps(message), flush=True)
        def hello(): say(type="HELLO", protocol="silta/1", connector="scripted", version="1")
        def absence(key, **other):
            record = {"key": str(key), "pupil": "100001", "date": "2026-09-14", "minutes": 45, "class": "unexplained"}
            record.update(other)
            say(type="RECORD", stream="absences", record=record)
        def pupil(): say(type="RECORD", stream="enrolments", record={"key": "1", "pupil": "100001", "family-name": "Laine",
            "given-names": "Aino", "school-name": "Koulu A", "grade": 7, "from": "2026-08-12"})
        def cover(): say(type="COVERAGE", **{"from": "2026-08-12", "through": "2026-09-14"})
        def end(**counts): say(type="END", status="complete", counts=counts)

        """

    let folder: String
    private let lines = Mutex<[ProgramHost.Line]>([])

    init(_ script: String) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "silta-scripted-\(UUID())/scripted").path()
        try FileManager.default.createDirectory(atPath: "\(folder)/private", withIntermediateDirectories: true)
        try write(script)
    }

    deinit { try? FileManager.default.removeItem(atPath: URL(filePath: folder).deletingLastPathComponent().path()) }

    func write(_ script: String) throws {
        try Data((ScriptedConnector.preamble + script).utf8).write(to: URL(filePath: "\(folder)/read.py"))
    }

    /// What the program and its host have said.
    var told: [ProgramHost.Line] { lines.withLock { $0 } }

    /// What is left of the private folders.
    var leftovers: [String] { FileSystem.names(in: "\(folder)/private") }

    func connector(_ manifest: String = "", config: String = "{}", deadline: Duration = .seconds(60)) throws -> Connector {
        let limits = manifest.contains("limits:") ? "" : "limits: {silence: 20s, grace: 300ms}\n"
        let properties = "configuration: {type: object, properties: {token: {type: string, secret: true}, since: {type: string}}}\n"
        let whole = "name: scripted\nversion: \"1\"\nreads: a script\n\(properties)program: [python3, read.py]\n\(limits)\(manifest)\n"
        try Data(whole.utf8).write(to: URL(filePath: "\(folder)/connector.yaml"))
        let host = ProgramHost(
            deadline: deadline, today: { LocalDate("2026-10-05") ?? LocalDate(dayNumber: 0) }, folder: "\(folder)/private",
            secret: { _ in "hunter2 & 3?" }, tell: { [self] line in lines.withLock { $0.append(line) } })
        return try Connector(
            Manifest(folder: folder), configuration: YAMLDocument.parse(config, file: "config.yaml"), program: "1", host: host)
    }

    func read(_ manifest: String = "", config: String = "{}", deadline: Duration = .seconds(60)) throws -> Reading {
        try connector(manifest, config: config, deadline: deadline).read()
    }

    /// Why the poll fails.
    func failure(_ manifest: String = "", config: String = "{}", deadline: Duration = .seconds(60)) throws -> String {
        try #require(throws: ReadFailure.self) { _ = try read(manifest, config: config, deadline: deadline) }.sentence
    }
}
