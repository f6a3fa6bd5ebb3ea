import Foundation
import SiltaConfiguration
import Testing

@testable import SiltaConnectors

@Suite struct `The secrets of a program` {
    @Test func `stand in a file that only it can read, and nowhere else`() throws {
        let scripted = try ScriptedConnector(
            """
            secret = "hunter2 & 3?"
            assert config == {"token": secret}, config
            path = arguments["--config"]
            assert os.stat(path).st_mode & 0o777 == 0o600 and os.stat(os.path.dirname(path)).st_mode & 0o777 == 0o700
            assert not any(secret in text for text in sys.argv + list(os.environ.values()))
            assert not any("CREDENTIALS" in name or "NOTIFY" in name for name in os.environ), os.environ
            assert sorted(os.listdir("/proc/self/fd"))[:4] == ["0", "1", "2", "3"] and len(os.listdir("/proc/self/fd")) == 4
            hello()
            end()
            """)
        _ = try scripted.read(config: "token: credential:register")
        #expect(scripted.leftovers.isEmpty)
    }

    @Test func `are blanked out of what it prints`() throws {
        let scripted = try ScriptedConnector(
            """
            import base64, urllib.parse
            secret = config["token"]
            for text in [secret, urllib.parse.quote(secret, safe=""), urllib.parse.quote_plus(secret), json.dumps(secret)]:
                print("W! with", text, "in it", file=sys.stderr)
            for user in ["", "u", "us", "use"]:
                print("D! Basic", base64.b64encode((user + ":" + secret).encode()).decode(), file=sys.stderr)
            print("E!" + "x" * 4090 + secret, file=sys.stderr)
            hello()
            say(type="REJECT", stream="absences", key="1", reason="no access with " + secret)
            end()
            """)
        _ = try scripted.failure(config: "token: credential:register")
        #expect(scripted.told.count == 9)
        #expect(scripted.told.prefix(2).allSatisfy { $0.level == .warning && $0.text == "with *** in it" })
        let texts = scripted.told.map(\.text).joined(separator: "\n")
        for part in ["hunter2", "aHVudGVyMi", "h1bnRlcjI", "odW50ZXIy"] { #expect(!texts.contains(part), "\(part)") }
    }

    @Test func `must be named, and never written down`() throws {
        let scripted = try ScriptedConnector("")
        let error = try #require(throws: ConfigurationError.self) { _ = try scripted.connector(config: "token: hunter2") }
        #expect("\(error)".contains("config.yaml:1: token: this must be credential:NAME"))
    }

    @Test func `of few bytes blank no words`() {
        #expect(String(decoding: SecretValues(["abc"]).blanked("abcabc".utf8), as: UTF8.self) == "abcabc")
        #expect(String(decoding: SecretValues(["abcd"]).blanked("abcdabc".utf8), as: UTF8.self) == "***abc")
    }

    @Test func `are blanked as JSON writes them, also in ASCII and with its slashes escaped`() {
        for text in [
            "p\u{E4}ss/w\u{1F600}rd", #"p\u00e4ss/w\ud83d\ude00rd"#, #"p\u00E4ss\/w\uD83D\uDE00rd"#, #"p\u00e4ss\/w\ud83d\ude00rd"#,
        ] {
            let blanked = SecretValues(["p\u{E4}ss/w\u{1F600}rd"]).blanked("<\(text)>".utf8)
            #expect(String(decoding: blanked, as: UTF8.self) == "<***>", "\(text)")
        }
    }

    @Test func `are in no claim of coverage, which stands in the log`() throws {
        let script = "hello()\nsay(type='COVERAGE', school=SCHOOL, **{'from': '2026-08-12', 'through': '2026-09-14'})\nend()\n"
        for school in ["config['token']", "'x' * 101"] {
            let scripted = try ScriptedConnector(script.replacing("SCHOOL", with: school))
            let failure = try scripted.failure(config: "token: credential:register")
            #expect(failure.hasPrefix("message 2: the school of COVERAGE must be the id of one"), "\(failure)")
        }
    }

    @Test func `are in no state, which stands in the log`() throws {
        for value in ["config['token']", "{'url': 'https://a/?t=hunter2%20%26%203%3F'}"] {
            let scripted = try ScriptedConnector("hello()\nsay(type='STATE', value=\(value))\nend()\n")
            let failure = try scripted.failure(config: "token: credential:register")
            #expect(failure.hasPrefix("message 2: the value of STATE holds a secret"))
        }
    }
}
