import Foundation
import SiltaConfiguration
import SiltaCore
import Testing

@testable import SiltaConnectors

/// What the kit finds in programs that keep to the rules, and in those that do not.
struct ProgramContractTests {
    private func findings(_ script: String, manifest: String = "", config: String = "{}") throws -> [KitFinding] {
        let scripted = try ScriptedConnector(script)
        defer { withExtendedLifetime(scripted) {} }
        _ = try scripted.connector(manifest, config: config)
        try FileManager.default.createDirectory(atPath: "\(scripted.folder)/examples/one", withIntermediateDirectories: true)
        try Data(config.utf8).write(to: URL(filePath: "\(scripted.folder)/examples/one/config.yaml"))
        var findings: [KitFinding] = []
        try ProgramContract(folder: scripted.folder, example: "one")?.run { findings.append($0) }
        return findings
    }

    private func failed(_ findings: [KitFinding]) -> [String] { findings.filter { $0.result == .failed }.map(\.tried) }

    private static let good = "hello()\npupil()\nabsence(1)\nabsence(2)\ncover()\nend(enrolments=1, absences=2)\n"

    @Test func `a program that keeps to the rules fails nothing`() throws {
        let findings = try findings(ProgramContractTests.good)
        #expect(failed(findings) == [], "\(findings)")
        #expect(findings.count == 11)
    }

    @Test func `a program that tells something else each time is found`() throws {
        let script = "hello()\npupil()\nabsence(time.time_ns())\ncover()\nend(enrolments=1, absences=1)\n"
        #expect(try failed(findings(script)).contains("reading it twice"))
    }

    @Test func `a secret in what it writes is found, also in another form`() throws {
        let script =
            "import base64\nprint(base64.b64encode(config['token'].encode()).decode(), file=sys.stderr)\n" + ProgramContractTests.good
        let found = try findings(script, config: "{token: 'credential:token'}")
        #expect(failed(found) == ["secrets in its output"])
        #expect(!"\(found)".contains("7f3Kq9Zx"))
    }

    @Test func `a line that is no message, and a wrong end, are found`() throws {
        #expect(try failed(findings("print('hello there')\n" + ProgramContractTests.good)).contains("each line that it writes"))
        #expect(try failed(findings("hello()\nsys.exit(3)")).contains("its end"))
    }

    @Test func `a program that goes on when nobody reads or after SIGTERM is found`() throws {
        let script =
            "signal.signal(signal.SIGTERM, signal.SIG_IGN)\nsignal.signal(signal.SIGPIPE, signal.SIG_IGN)\nhello()\n"
            + "def stubborn():\n  while True: time.sleep(0.05)\n"
            + "try:\n  pupil()\n  time.sleep(0.5)\n  absence(1)\n  cover()\n  end(enrolments=1, absences=1)\nexcept OSError: stubborn()\n"
        let failed = try failed(findings(script, manifest: "limits: {silence: 2s, grace: 200ms}"))
        #expect(failed.contains("a pipe that nobody reads any more"))
    }

    @Test func `what is lost between a state and the next run is found`() throws {
        let rest = "cover()\nend(enrolments=1, absences=2)\n"
        let good =
            "hello()\npupil()\nstart = state.get('at', 0)\nfor key in range(start, 2):\n  absence(key)\n  say(type='STATE', value={'at': key + 1})\n"
            + "cover()\nend(enrolments=1, absences=2 - start)\n"
        #expect(try failed(findings(good, manifest: "tells: changes")) == [])
        let bad =
            "hello()\npupil()\nif not state:\n  say(type='STATE', value={'at': 2})\n  absence(1)\n  absence(2)\n  \(rest.replacing("\n", with: "\n  "))\n"
            + "else: end(enrolments=1)\n"
        #expect(try failed(findings(bad, manifest: "tells: changes")).contains("going on from each state that it gave"))
    }
}
