import SiltaConfiguration
import Testing

struct YAMLDocumentTests {
    @Test func `text stays as it is written, quoted or not`() throws {
        let root = try setting("{a: 01, b: \"01\", c: 091, d: yes, e: 1e3, f: '0x10', g: 2026-08-12}")
        #expect(try root.entries().map { try $0.value.string() } == ["01", "01", "091", "yes", "1e3", "0x10", "2026-08-12"])
    }

    @Test func `settings know their line and key path, and keys keep their order`() throws {
        let root = try setting("# first\nb:\n  - x: 1\n    \"a b\": 2\n  - [p, q]\na: 3\n")
        let entries = try root.entries()
        #expect(entries.map(\.key) == ["b", "a"])
        let list = try entries[0].value.list()
        let inner = try list[0].entries()
        #expect(inner[1].value.path.description == "b[0].\"a b\"")
        #expect(inner[1].value.line == 4)
        let second = try list[1].list()
        #expect(second[1].path.description == "b[1][1]")
        #expect(second[1].line == 5)
        #expect(entries[1].keyLine == 6)
    }

    @Test func `a byte order mark and Windows line ends do no harm`() throws {
        let root = try setting("\u{FEFF}a: 1\r\nb: 2\r\n")
        #expect(try root.entries().map(\.key) == ["a", "b"])
        #expect(try root.entries()[1].keyLine == 2)
    }

    @Test(arguments: [
        ("", "x.yaml:1: there is nothing in this file"),
        ("# only a comment\n", "x.yaml:1: there is nothing in this file"),
        ("a: 1\nb: \0\n", "x.yaml:2: there is a control character here (U+0000); remove it"),
        ("a: \u{1B}[31m", "x.yaml:1: there is a control character here (U+001B); remove it"),
        ("a: 1\nb:\n\tc: 2\n", "x.yaml:3: this line is indented with a tab; YAML is indented with spaces"),
        ("a: 1\n---\nb: 2\n", "x.yaml:2: a second document begins here; one file holds one document"),
        ("a: &one 1\n", "x.yaml:1: a: anchors (&name) are not used here; write the value out where it belongs"),
        ("b: 1\na: &one {x: 1}\n", "x.yaml:2: a: anchors (&name) are not used here; write the value out where it belongs"),
        ("a: *one\n", "x.yaml:1: aliases (*name) are not used here; write the value out where it belongs"),
        ("a: &one 1\nb: *one\n", "x.yaml:2: aliases (*name) are not used here; write the value out where it belongs"),
        ("a: !!binary aGVp\n", "x.yaml:1: a: tags (!name) are not used here; every value is text"),
        ("a: !mine [1]\n", "x.yaml:1: a: tags (!name) are not used here; write a plain list"),
        ("a: !mine {b: 1}\n", "x.yaml:1: a: tags (!name) are not used here; write a plain mapping"),
        ("? [a]\n: 1\n", "x.yaml:1: a key must be plain text"),
        ("a:\n  every: 1\n  b: 2\n  every: 3\n", "x.yaml:2: \"every\" stands twice in one mapping; keep one of them"),
        ("a: b: c\n", "x.yaml:1: this is not YAML: mapping values are not allowed in this context (column 5)"),
        ("a: [1, 2\nb: 3\n", "x.yaml:2: this is not YAML: did not find expected ',' or ']' (column 2)"),
    ])
    func `what is not a plain document is refused with its line`(text: String, sentence: String) {
        #expect(problems { try setting(text) } == sentence)
    }

    @Test func `errors of the grammar never quote the file`() {
        for text in [
            "sign: \"whsec_c2VjcmV0", "a: 1\n\tsign: whsec_c2VjcmV0", "sign: whsec_c2VjcmV0: x", "sign: @whsec_c2VjcmV0",
            "{sign: whsec_c2VjcmV0",
        ] {
            let told = problems { try setting(text) }
            #expect(!told.isEmpty)
            #expect(!told.contains("c2VjcmV0"))
        }
    }
}

struct HostileYAMLTests {
    private func refusal(_ text: String) -> String {
        problems { try setting(text) }
    }

    @Test func `ten megabytes are refused unread`() {
        #expect(refusal(String(repeating: "a", count: 10 << 20)) == "x.yaml:1: this file has 10485760 bytes; 1048576 is the most")
    }

    @Test func `many open brackets are refused unparsed`() {
        let texts = [
            String(repeating: "[", count: 1 << 20),
            String(repeating: "{", count: 900) + String(repeating: "}", count: 900),
            String(repeating: "{a: ", count: 1 << 18),
            String(repeating: "a: {\n", count: 1 << 17),
        ]
        for (number, text) in texts.enumerated() {
            #expect(refusal(text).hasSuffix("more than 64 brackets are open here; was one not closed?"), "text \(number)")
        }
    }

    @Test func `deep nesting is refused, however it is written`() {
        let texts = [
            String(repeating: "- ", count: 900) + "a",
            String(repeating: "- ", count: 1 << 19),
            String(repeating: "? ", count: 1 << 19),
            String(repeating: "- ? ", count: 1 << 18),
            // Brackets closed in quoted texts hide from a count of brackets how deep it goes.
            String(repeating: "[\"]\", ", count: 900) + String(repeating: "]", count: 900),
            String(repeating: "[\"]\", ", count: 1 << 17),
            (0..<500).map { String(repeating: " ", count: $0) + "a:\n" }.joined(),
            (0..<1400).map { String(repeating: " ", count: $0) + "a:\n" }.joined(),
        ]
        for (number, text) in texts.enumerated() {
            let told = refusal(text)
            #expect(["deep", "is the most", "not YAML"].contains { told.contains($0) }, "text \(number): \(told.prefix(300))")
        }
    }

    @Test func `aliases of aliases are refused before they grow`() {
        var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1...60 {
            bomb += "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ") + "]\n"
        }
        #expect(refusal(bomb) == "x.yaml:2: aliases (*name) are not used here; write the value out where it belongs")
        #expect(refusal("a: &a {? *a : 1}").contains("aliases"))
    }

    @Test func `a megabyte of small things is read or refused in short time`() throws {
        let list = "a: [" + Array(repeating: "b", count: 200_000).joined(separator: ",") + "]"
        #expect(try setting(list).entries()[0].value.list().count == 200_000)
        let keys = (0..<80_000).map { "k\($0): v\n" }.joined()
        let told = problems { try setting(keys).fields(allowing: ["every", "config"]) }
        #expect(told.split(separator: "\n").count == 101)
        #expect(told.hasSuffix("… and 79900 more"))
    }

    @Test func `a very long key is not copied into the paths below it`() throws {
        let key = String(repeating: "k", count: 500_000)
        let root = try setting("? \(key)\n: [" + Array(repeating: "b", count: 100_000).joined(separator: ",") + "]")
        #expect(try root.entries()[0].value.list().count == 100_000)
        let told = problems { () throws(ConfigurationError) in try root.fields(allowing: ["every"]) }
        #expect(told == "x.yaml:1: \(String(repeating: "k", count: 60))…: there is no such key; the keys here are every")
    }

    @Test func `random bytes and random cuts of a sound file never crash`() {
        let sound = Array("a: {b: [1, 'x', \"y\"], c: |\n  text\n }\nd:\n  - e: *f\n  - &g h: !t i # k\n? l\n: m\n".utf8)
        for seed in UInt64(1)...2000 {
            var random = SeededRandom(seed: seed)
            var bytes = sound
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let at = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[at] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 1...5, using: &random)))
                default: bytes.insert(contentsOf: bytes[at..<min(bytes.count, at + 9)], at: Int.random(in: 0...at, using: &random))
                }
                if bytes.isEmpty { bytes = sound }
            }
            _ = refusal(String(decoding: bytes, as: UTF8.self))
        }
    }
}
