import SiltaCore
import SiltaFormats
import SiltaTesting
import Testing

struct EntryTests {
    private static let line =
        #"{"position":4711,"stream":"pupil/3f0c0000000000000000000000000001","version":12,"type":"absence.reclassified.v1","recorded":"2026-10-05T17:00:00.123Z","actor":"source/primus","cause":4702,"key":"9ab10000000000000000000000000000","sealed":"AAECAw=="}"#

    private let clear =
        #"{"position":0,"stream":"provider","version":1,"type":"disclosure.opened.v1","recorded":"2026-10-05T17:00:00.123Z","actor":"person/maija","payload":{}}"#

    @Test func `a line is what the specification shows`() throws {
        let entry = try Entry(line: Self.line.utf8)
        #expect(entry.position == Position(4711))
        #expect(entry.stream == .pupil(Example.pupil))
        #expect(entry.version == StreamVersion(12))
        #expect(entry.recorded == instant("2026-10-05T17:00:00.123Z"))
        #expect(entry.actor == .source("primus"))
        #expect(entry.cause == Position(4702))
        #expect(entry.sealed == [0, 1, 2, 3])
        #expect(entry.payload == nil)
        #expect(String(decoding: entry.line, as: UTF8.self) == Self.line)
        #expect(String(decoding: try Entry(line: clear.utf8).line, as: UTF8.self) == clear)
    }

    @Test func `any entry reads back, to the byte`() throws {
        for seed in UInt64(1)...300 {
            var random = SeededRandom(seed: seed)
            let isSealed = random.chance(50)
            let entry = Entry(
                position: Position(Int64(random.number(0...1_000_000_000_000))),
                stream: random.pick([
                    .provider, .access, .source(SourceID("s" + random.text())), .endpoint(RecipientID("e" + random.text())),
                    .pupil(PupilID(bits: random.bits())),
                    .notice(NoticeID(random: random.bits())),
                ]), version: StreamVersion(Int64(random.number(1...1_000_000))), type: "sample.v1",
                recorded: Instant(milliseconds: Int64(random.number(0...4_000_000_000_000))),
                actor: random.pick([.person("p" + random.text()), .service("assessment"), .source("primus")]),
                cause: random.chance(50) ? Position(7) : nil,
                payload: !isSealed || random.chance(30) ? .object([.init(random.text(), .string(random.text()))]) : nil,
                key: isSealed ? KeyID(String(repeating: "a", count: 32)) : nil,
                sealed: isSealed ? random.bytes(random.number(0...200)) : nil)
            let read = try Entry(line: entry.line)
            #expect(read == entry, "seed \(seed)")
            #expect(read.line == entry.line, "seed \(seed)")
        }
    }

    @Test(arguments: [
        ("\"position\":0,", ""), ("\"stream\":\"provider\",", ""), ("\"version\":1,", ""), ("\"type\":\"disclosure.opened.v1\",", ""),
        ("\"recorded\":\"2026-10-05T17:00:00.123Z\",", ""), ("\"actor\":\"person/maija\",", ""), (",\"payload\":{}", ""),
        ("\"position\":0", "\"position\":\"0\""),
        ("\"position\":0", "\"position\":0.0"), ("\"position\":0", "\"position\":null"), ("\"position\":0", "\"position\":-1"),
        ("\"version\":1", "\"version\":0"),
        ("\"version\":1", "\"version\":true"), ("provider", "pupil/1"), ("provider", "unheard/of"), ("maija", ""),
        ("person/maija", "maija"), (".123Z", ""),
        ("{}", "[]"), ("{}", "null"), ("{}", "\"\""), ("{}", "{},\"more\":1"), ("{}", "{},\"cause\":null"),
        ("{}", "{},\"key\":\"9ab10000000000000000000000000000\""),
        ("{}", "{},\"sealed\":\"AAEC\""), ("{}", "{},\"key\":null,\"sealed\":null"), ("{}", "{},\"payload\":{}"),
        ("{}", "{},\"key\":\"9ab10000000000000000000000000000\",\"sealed\":\"A\""),
        ("{}", "{},\"key\":\"9ab10000000000000000000000000000\",\"sealed\":\"AA EC\""),
        ("}", ""), ("{\"position\"", "[\"position\""), ("}}", "}}x"), ("\"payload\"", "\"Payload\""),
    ])
    func `a line that is not an entry is refused`(old: String, new: String) throws {
        let range = try #require(clear.firstRange(of: old))
        let spoiled = clear.replacingCharacters(in: range, with: new)
        #expect(throws: EntryError.self, "\(spoiled)") { try Entry(line: spoiled.utf8) }
    }

    @Test func `a line is at most 65535 bytes`() throws {
        let room = Entry.maximumBytes - clear.utf8.count - #""a":"""#.utf8.count
        for (more, isRead) in [(0, true), (1, false)] {
            let long = clear.dropLast(3) + "{\"a\":\"" + String(repeating: "x", count: room + more) + "\"}}"
            #expect(long.utf8.count == Entry.maximumBytes + more)
            #expect(((try? Entry(line: long.utf8)) != nil) == isRead)
        }
    }

    @Test func `spoiled lines never crash`() {
        for seed in UInt64(1)...2000 {
            var random = SeededRandom(seed: seed)
            var bytes = Array((random.chance(50) ? Self.line : clear).utf8)
            for _ in 0..<random.number(1...4) {
                let at = random.number(0...bytes.count - 1)
                if random.chance(50) { bytes[at] = UInt8(random.number(0...255)) } else { bytes.remove(at: at) }
            }
            if let entry = try? Entry(line: bytes) { #expect((try? Entry(line: entry.line)) == entry, "seed \(seed)") }
        }
    }
}

extension String {
    fileprivate func replacingCharacters(in range: Range<String.Index>, with new: String) -> String {
        var text = self
        text.replaceSubrange(range, with: new)
        return text
    }
}
