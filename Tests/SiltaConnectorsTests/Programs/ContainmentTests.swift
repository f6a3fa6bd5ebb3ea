import Foundation
import Glibc
import SiltaConfiguration
import SiltaCore
import Testing

@testable import SiltaConnectors

/// Whatever a program does, its poll ends, nothing of it counts, and nothing of it runs on.
@Suite struct `A program is contained` {
    private static let short = "limits: {silence: 2s, grace: 200ms}"

    /// Whether a process runs whose number the script has left in a file.
    private func runs(_ scripted: ScriptedConnector, _ name: String = "pid") throws -> Bool {
        let pid = try #require(Int32(String(contentsOfFile: "\(scripted.folder)/\(name)", encoding: .utf8)))
        for _ in 0..<100 where kill(pid, 0) == 0 && !isZombie(pid) { usleep(20_000) }
        return kill(pid, 0) == 0 && !isZombie(pid)
    }

    private func isZombie(_ pid: Int32) -> Bool {
        ((try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? "").contains(") Z ")
    }

    @Test func `that hangs`() throws {
        let scripted = try ScriptedConnector("open('pid', 'w').write(str(os.getpid()))\nhello()\ntime.sleep(600)\n")
        #expect(try scripted.failure(Self.short).hasPrefix("the program was silent for too long and was stopped"))
        #expect(try !runs(scripted))
        #expect(scripted.leftovers.isEmpty)
    }

    @Test func `that hangs and does not hear that it is to end`() throws {
        let scripted = try ScriptedConnector(
            "signal.signal(signal.SIGTERM, signal.SIG_IGN)\nopen('pid', 'w').write(str(os.getpid()))\nhello()\ntime.sleep(600)\n")
        #expect(try scripted.failure(Self.short).hasPrefix("the program was silent for too long"))
        #expect(try !runs(scripted))
    }

    @Test func `that talks for ever and says nothing`() throws {
        let noise = try ScriptedConnector("hello()\nwhile True: print('x' * 100, flush=True)\n")
        #expect(try noise.failure("limits: {silence: 2s, grace: 200ms}").contains("were not understood"))
        let progress = try ScriptedConnector("hello()\nwhile True: say(type='PROGRESS', done=1)\n")
        #expect(try progress.failure(deadline: .milliseconds(400)).hasPrefix("the program was not done in time"))
        let complaint = try ScriptedConnector("hello()\nfor line in range(5000): print('I! x', file=sys.stderr)\ntime.sleep(600)\n")
        #expect(try complaint.failure(Self.short).hasPrefix("the program was silent for too long"))
        #expect(complaint.told.count == ErrorLines.countLimit + 1)
        #expect(complaint.told.last?.text.hasSuffix("more lines of the program's standard error are left out") == true)
    }

    @Test func `that tells more records than there may be`() throws {
        let scripted = try ScriptedConnector("hello()\nfor key in range(200): absence(key)\nend(absences=200)\n")
        #expect(try scripted.failure("limits: {records: 100}").hasPrefix("the program tells more than 100 records"))
    }

    @Test func `that writes a line without an end`() throws {
        let scripted = try ScriptedConnector(
            "hello()\nfor part in range(100): sys.stdout.write('y' * (1 << 20))\nsys.stdout.write('\\n')\nabsence(1)\nend(absences=1)\n")
        let reading = try scripted.read()
        #expect(reading.rejected.map(\.reason) == ["the line is longer than 1048576 bytes"])
        #expect(reading.rejected.map(\.line) == [2])
        #expect(reading.absences.count == 1)
        #expect(reading.complete.isEmpty, "it might have been a record of any kind")
    }

    @Test func `whose children hold its pipes`() throws {
        let scripted = try ScriptedConnector(
            """
            hello()
            child = os.fork()
            if child == 0:
                open('pid', 'w').write(str(os.getpid()))
                time.sleep(600)
            while not os.path.exists('pid') or not open('pid').read(): time.sleep(0.01)
            absence(1)
            end(absences=1)
            """)
        #expect(try scripted.read().absences.count == 1)
        #expect(try !runs(scripted))
    }

    @Test func `whose children have left its session`() throws {
        let scripted = try ScriptedConnector(
            """
            hello()
            if os.fork() == 0:
                os.setsid()
                open('pid', 'w').write(str(os.getpid()))
                time.sleep(30)
            while not os.path.exists('pid') or not open('pid').read(): time.sleep(0.01)
            absence(1)
            end(absences=1)
            """)
        #expect(try scripted.read().absences.count == 1, "the poll does not wait for them, whether or not they can be ended")
        _ = kill(try #require(Int32(String(contentsOfFile: "\(scripted.folder)/pid", encoding: .utf8))), SIGKILL)
    }

    @Test func `that needs too much memory or time`() throws {
        let memory = try ScriptedConnector("hello()\nx = bytearray(400 << 20)\nend()\n")
        #expect(try memory.failure("limits: {memory: 200MiB}").hasPrefix("the program ended with an error"))
        #expect(memory.told.contains { $0.text == "MemoryError" })
        let time = try ScriptedConnector("hello()\nwhile True: pass\n")
        #expect(try time.failure("limits: {cpu: 1s}").hasPrefix("the program used more than its time on the processor"))
    }

    @Test func `that is killed at any message`() throws {
        for message in 0...5 {
            let scripted = try ScriptedConnector(
                """
                sent = 0
                def say(**message):
                    global sent
                    if sent == \(message): os.kill(os.getpid(), signal.SIGKILL)
                    sent += 1
                    print(json.dumps(message), flush=True)
                hello()
                pupil()
                absence(1)
                cover()
                end(absences=1, enrolments=1)
                say(type="never")
                """)
            #expect(try scripted.failure().contains("killed"), "at message \(message)")
        }
    }

    @Test func `whose output is cut`() throws {
        let scripted = try ScriptedConnector("hello()\nabsence(1)\nsys.stdout.write('{\"type\":\"END\",\"sta')\n")
        #expect(try scripted.failure() == "the program ended without END, so what it told is not complete")
    }

    @Test func `that cannot be started`() throws {
        let scripted = try ScriptedConnector("")
        let path = "\(scripted.folder)/connector.yaml"
        _ = try scripted.connector()
        let text = try String(contentsOfFile: path, encoding: .utf8).replacing("[python3, read.py]", with: "[./no-such-program]")
        try Data(text.utf8).write(to: URL(filePath: path))
        let connector = try Connector(Manifest(folder: scripted.folder), configuration: YAMLDocument.parse("{}", file: "config.yaml"))
        #expect(
            try #require(throws: ReadFailure.self) { try connector.read() }.sentence.hasPrefix("the program could not be found or started"))
    }

    @Test func `and is stopped where the poll is`() throws {
        struct Stop: Error {}
        let scripted = try ScriptedConnector("open('pid', 'w').write(str(os.getpid()))\nhello()\ntime.sleep(600)\n")
        let connector = try scripted.connector()
        #expect(throws: Stop.self) {
            _ = try connector.read(after: nil) {
                if FileManager.default.fileExists(atPath: "\(scripted.folder)/pid") { throw Stop() }
            }
        }
        usleep(50_000)
        #expect(try !runs(scripted))
    }

    @Test func `that counts more than there are numbers`() throws {
        let scripted = try ScriptedConnector("hello()\nprint('x')\nend(enrolments=1, absences=(1 << 63) - 1)\n")
        #expect(try scripted.failure() == "message 3: END counts 9223372036854775807 records of absences, and 0 came")
    }

    @Test func `that claims to cover more than there is`() throws {
        let scripted = try ScriptedConnector(
            """
            hello()
            for _ in range(2):
                say(type="COVERAGE", **{"from": "2026-08-12", "through": "2026-09-14", "streams": ["absences"] * 60000})
            end()
            """)
        #expect(try scripted.failure().hasPrefix("message 3: COVERAGE claims more than 100000 spans"))
    }

    @Test func `that refuses a record by a key without end`() throws {
        let scripted = try ScriptedConnector("hello()\nsay(type='REJECT', stream='absences', key='k' * 5000)\nend()\n")
        #expect(try scripted.read().rejected.map(\.key) == [nil])
    }

    @Test func `and not started where its limits cannot be set`() throws {
        let scripted = try ScriptedConnector("")
        var limits = ProgramLimits()
        func ending() throws -> ProgramProcess.Ending? {
            try ProgramProcess(
                ["/bin/true"], in: scripted.folder, files: PrivateFolder(in: scripted.folder), environment: [], limits: limits
            ).wait(atMost: .seconds(20))
        }
        #expect(try ending() == .exited(0))
        limits.memory = -1024
        #expect(try ending() == .exited(126))
    }

    @Test func `and not run again before its register wants it`() throws {
        let limit = "open('runs', 'a').write('x')\nhello()\nsay(type='LIMIT', retryAfter=120)\n"
        let scripted = try ScriptedConnector(limit + "say(type='END', status='incomplete')\n")
        let connector = try scripted.connector()
        for _ in 1...2 { #expect(try #require(throws: ReadFailure.self) { try connector.read() }.code == .limited) }
        #expect(try String(contentsOfFile: "\(scripted.folder)/runs", encoding: .utf8) == "x")
        // Whoever waited, and told more, was let in again.
        let waiting = try ScriptedConnector(limit + "absence(1)\nsay(type='END', status='incomplete')\n")
        let other = try waiting.connector()
        for _ in 1...2 { #expect(try #require(throws: ReadFailure.self) { try other.read() }.code == .program) }
        #expect(try String(contentsOfFile: "\(waiting.folder)/runs", encoding: .utf8) == "xx")
    }
}
