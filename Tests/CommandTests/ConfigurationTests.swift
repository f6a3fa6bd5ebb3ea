import Foundation
import Testing

/// What an operator gets wrong, and what they are told. Exit code 2: wrong usage or configuration.
struct ConfigurationTests {
    private static let now = "2026-08-13T20:00:00+03:00"

    @Test(arguments: [
        ("silta.yaml", "disclosure:", "disclosur:", #"providers[0].disclosur: there is no such key; did you mean "disclosure"?"#),
        ("silta.yaml", "timeout:", "timout:", #"deliver.timout: there is no such key; did you mean "timeout"?"#),
        ("silta.yaml", "codes:", "codez:", #"config.codez: there is no such key; did you mean "codes"?"#),
        ("silta.yaml", "unexplained,", "unexplaned,", #"did you mean "unexplained"?"#),
        ("silta.yaml", "disclosure: open", "disclosure: opn", #""opn" is not one of open, paused"#),
        ("silta.yaml", "disclosure: open", "disclosure: open\n    disclosure: open", "stands twice"),
        ("silta.yaml", "http://127", "ftp://127", "must begin with https://"),
        ("silta.yaml", "http://127", "http://user:secret@127", "must not stand in an address"),
        ("silta.yaml", "[127.0.0.0/8]", "[127.0.0.0/99]", "is not a block of addresses"),
        ("silta.yaml", "[127.0.0.0/8]", "[]", "plain http is only for trying out"),
        ("silta.yaml", "timeout: 1s", "timeout: 1 parsec", "is not a duration"),
        ("silta.yaml", "timeout: 1s", "timeout: 0s", "this must be from 1s to 5m"),
        ("silta.yaml", "- id: jarvenpaa", "- id: ../../etc", "is not an id"),
        ("silta.yaml", "credential:webhook", "credential:../webhook", "this must be credential:NAME"),
        ("silta.yaml", "credential:webhook", "whsec_AAAA", "the secret itself must not stand here"),
        ("silta.yaml", "connector: primus-csv", "connector: primus-cvs", #"did you mean "primus-csv"?"#),
        ("silta.yaml", "state: state", "a: &a [x]\nstate: *a", "aliases"),
        ("sky.yaml", "    release: automatic\n", "", #"the key "release" is missing"#),
        ("sky.yaml", "include: [identity, ", "include: [", "identity must be among these"),
        ("sky.yaml", "from: 5 %", "from: 5 percent", "is not a threshold"),
        ("calendar.yaml", "start: 2026-08-12", "start: 0000-00-00", "is not a date"),
        ("calendar.yaml", "start: 2026-08-12", "start: 2027-08-12", "calendar.yaml"),
    ])
    func `a wrong line is named with its file, line, key path and what would be right`(
        file: String, right: String, wrong: String, sentence: String
    ) throws {
        let municipality = try Municipality()
        try municipality.export()
        let text = try municipality.text(file)
        try #require(text.contains(right))
        try municipality.write(file, text.replacingOccurrences(of: right, with: wrong))
        let answer = try municipality.sync("13T20:00:00")
        #expect(answer.status == 2 && answer.err.contains(sentence) && answer.err.contains("/\(file):"), "\(answer)")
        #expect(!answer.err.contains("whsec_AAAA") && !answer.err.contains("user:secret"))
    }

    @Test(arguments: [
        ("webhook", nil), ("webhook", ""), ("webhook", "whsec_%"), ("webhook", "c2VjcmV0"), ("master-key", nil), ("master-key", ""),
        ("master-key", "c2VjcmV0"), ("signing-key", nil), ("signing-key", "c2VjcmV0"),
    ])
    func `a credential that is missing or no key is named, and not shown`(name: String, content: String?) throws {
        let municipality = try Municipality()
        try municipality.export()
        if let content {
            try municipality.write("credentials/\(name)", content)
        } else {
            try FileManager.default.removeItem(at: municipality.url("credentials/\(name)"))
        }
        let answer = try municipality.sync("13T20:00:00")
        #expect(answer.status == 2 && answer.err.contains("credentials/\(name): "), "\(answer)")
        #expect(!answer.err.contains("c2VjcmV0") && !answer.err.contains("whsec_%"))
        let check = try municipality.silta("check", "--json")
        #expect(check.status == 2 && check.objects.contains { $0["ok"] as? Bool == false }, "\(check)")
    }

    @Test func `another master key opens nothing and spoils nothing`() throws {
        let municipality = try Municipality()
        municipality.absences(on: 12)
        try municipality.export()
        _ = try municipality.sync("13T20:00:00")
        let key = try municipality.text("credentials/master-key")
        try municipality.write("credentials/master-key", Data(repeating: 7, count: 32).base64EncodedString() + "\n")
        let answer = try municipality.sync("13T20:01:00")
        #expect(answer.status == 1 && answer.err.contains("another master key"), "\(answer)")
        try municipality.write("credentials/master-key", key)
        #expect(try municipality.sync("13T20:01:00").status == 0)
        #expect(try municipality.objects("pupils").count == 1)
    }

    @Test func `another signing key signs nothing in a log that has its own`() throws {
        let municipality = try Municipality()
        try municipality.export()
        _ = try municipality.sync("13T20:00:00")
        let key = try municipality.text("credentials/signing-key")
        try municipality.write("credentials/signing-key", Data(repeating: 7, count: 32).base64EncodedString() + "\n")
        let answer = try municipality.sync("13T20:01:00")
        #expect(answer.status == 1, "\(answer)")
        #expect(try municipality.silta("audit", "checkpoint").status == 1)
        try municipality.write("credentials/signing-key", key)
        #expect(try municipality.silta("audit", "verify").status == 0)
    }

    @Test(arguments: [
        "garbage", "2026-08-13", "2026-08-13T20:00:00", "0000-01-01T00:00:00Z", "2026-02-30T20:00:00Z", "", "2026-08-13T19:59:59+03:00",
    ])
    func `a moment that cannot be played is refused`(moment: String) throws {
        let municipality = try Municipality()
        try municipality.export()
        #expect(try municipality.silta("sync", "--now", Self.now).status == 0)
        let answer = try municipality.silta("sync", "--now", moment)
        #expect(answer.status == 2 && answer.err.contains("--now"), "\(answer)")
    }

    @Test(arguments: [
        ("http://127.0.0.1:1/", "https://93.184.216.34/"), ("http://127.0.0.1:1/", "https://10.0.0.1/"), ("[127.0.0.0/8]", "[10.0.0.0/8]"),
    ])
    func `no moment is played where a recipient is not on a listed address`(right: String, wrong: String) throws {
        let municipality = try Municipality()
        try municipality.export()
        try municipality.write("silta.yaml", municipality.text("silta.yaml").replacingOccurrences(of: right, with: wrong))
        let answer = try municipality.sync("13T20:00:00")
        #expect(answer.status == 2 && answer.err.contains("allow-addresses"), "\(answer)")
        #expect(try municipality.objects("audit", "list").isEmpty)
    }

    @Test(arguments: ["/tmp", "/nonexistent/silta.yaml", "/bin/ls", "/dev/null", "/dev/zero"])
    func `a configuration that is no text file is named`(path: String) throws {
        let answer = try Silta.run(["status", "--config", path], in: FileManager.default.temporaryDirectory)
        #expect(answer.status == 2 && answer.err.contains(path), "\(answer)")
    }

    @Test func `a missing policy is not taken for a missing configuration`() throws {
        let municipality = try Municipality()
        try municipality.export()
        try FileManager.default.removeItem(at: municipality.url("sky.yaml"))
        let answer = try municipality.sync("13T20:00:00")
        #expect(answer.status == 2 && answer.err.contains("sky.yaml: there is no such file"), "\(answer)")
        #expect(!answer.err.contains("silta init"), "\(answer)")
    }

    @Test(arguments: [
        "sycn", "--nope sync", "sync --nope", "sync extra", "pupil shwo", "notice show", "consent give", "audit show x", "audit show",
        "status --config", "--config", "audit verify --key garbage", "audit list --from=-1",
        "audit list --stream garbage",
    ])
    func `wrong usage ends with 2 and a hint`(line: String) throws {
        let municipality = try Municipality()
        let words = line.split(separator: " ").map(String.init)
        let answer = try line.contains("--config") ? Silta.run(words, in: municipality.folder) : municipality.silta(words)
        #expect(answer.status == 2 && answer.out.isEmpty && answer.err.hasPrefix("silta: "), "\(answer)")
    }

    @Test func `help and version are answers`() throws {
        for line in ["--help", "help sync", "sync --help", "audit --help", "--version", "pupil show -h"] {
            let answer = try Silta.run(line.split(separator: " ").map(String.init), in: FileManager.default.temporaryDirectory)
            #expect(answer.status == 0 && answer.err.isEmpty && !answer.out.isEmpty, "\(answer)")
        }
    }

    @Test func `options stand before or after the command`() throws {
        let municipality = try Municipality()
        let path = municipality.url("silta.yaml").path
        for words in [
            ["--config", path, "--json", "status"], ["--config=\(path)", "status", "--json"], ["--json", "status", "--config=\(path)"],
            ["--provider", "jarvenpaa", "status", "--json", "--config", path], ["--json", "--config", path, "audit", "verify"],
        ] {
            let answer = try Silta.run(words, in: municipality.folder)
            #expect(answer.status == 0 && answer.objects.count == 1, "\(answer)")
        }
    }
}
