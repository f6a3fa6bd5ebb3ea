import SiltaFormats
import SiltaTesting
import Testing

/// RFC 8259, to the letter.
struct JSONParserTests {
    @Test(
        arguments: [
            ("null", .null), (" true ", .bool(true)), ("\tfalse\r\n", .bool(false)), ("0", 0), ("-0", 0), ("-1", -1),
            ("9223372036854775807", .integer(.max)),
            ("-9223372036854775808", .integer(.min)), ("9223372036854775808", .number("9223372036854775808")), ("1.0", .number("1.0")),
            ("-0.5e-7", .number("-0.5e-7")),
            ("1E+400", .number("1E+400")), ("0e0", .number("0e0")), (#""""#, ""), (#""ä中𝄞""#, "ä中𝄞"),
            ("\"\u{7F}\u{2028}\"", "\u{7F}\u{2028}"),
            (#""\u00e4\u00E4""#, "ää"), (#""\ud834\udd1e""#, "𝄞"), (#""\uD834\uDD1E""#, "𝄞"), (#""\u0000""#, "\u{0}"),
            (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
            (#""\uffff""#, "\u{FFFF}"), ("[]", []), ("[ ]", []), ("{}", [:]), ("{ }", [:]), ("[1,[2 ,[ ]]]", [1, [2, []]]),
            (#"{"":0}"#, ["": 0]),
            (#"{"a":{"b":[null]},"B":1}"#, ["a": ["b": [.null]], "B": 1]), (#"{"a":1,"A":2}"#, ["a": 1, "A": 2]),
        ] as [(String, JSON)])
    func `what is JSON is read`(text: String, value: JSON) throws {
        #expect(try JSON.parse(text) == value)
    }

    @Test(arguments: [
        "", " ", "nul", "nullx", "True", "NaN", "Infinity", "-", "+1", "01", "-01", "00", "1.", ".5", "1e", "1e+", "1.e1", "0x10", "1_000",
        "1 2", "--1", "１",
        "\"", "\"a", "'a'", "\"\n\"", "\"\t\"", "\"\u{0}\"", #""\x41""#, #""\u12""#, #""\u12g4""#, #""\u 123""#, #""\ud834""#, #""\udd1e""#,
        #""\ud834\u0041""#,
        #""\ud834x""#, #""\udd1e\ud834""#, #""\ud834\""#, #""\"#, "[", "]", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "[1,,2]", "{", "}",
        #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#,
        #"{,"a":1}"#, "{1:2}", "{a:1}", #"{"a" 1}"#, #"{"a":1 "b":2}"#, #"{"a":1}}"#, "[]]", #"{"a":1,"a":1}"#,
        #"{"a":1,"b":2,"\u0061":3}"#, "// c\n1", "1/**/", "\u{FEFF}1",
        "\u{A0}1", "\u{B}1", "\u{C}1", "null\u{0}", "\u{0}",
    ])
    func `what is no JSON is refused`(text: String) {
        #expect(throws: JSONError.self) { try JSON.parse(text) }
    }

    @Test(
        arguments: [
            [0x22, 0xFF, 0x22], [0x22, 0xC3, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
            [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22],
            [0x22, 0xE4, 0x22], [0x22, 0x80, 0x22], [0x22, 0x5C, 0x6E, 0xFF, 0x22], [0xEF, 0xBB, 0xBF, 0x31], [0x00, 0x31],
        ] as [[UInt8]])
    func `what is no UTF-8 is refused`(bytes: [UInt8]) {
        #expect(throws: JSONError.self) { try JSON.parse(bytes) }
    }

    @Test func `a name that stands twice is refused, among few and among many`() {
        for count in [1, 7, 8, 9, 30, 500] {
            let names = (0..<count).map { "\"n\($0)\":0" }
            #expect(throws: Never.self) { try JSON.parse("{\(names.joined(separator: ","))}") }
            for again in [0, count / 2, count - 1] {
                let text = "{\((names + ["\"n\(again)\":1"]).joined(separator: ","))}"
                #expect(throws: JSONError.self, "\(again) of \(count)") { try JSON.parse(text) }
            }
        }
        #expect(throws: Never.self) { try JSON.parse(#"[{"a":1},{"a":1},{"b":{"a":1},"a":1}]"#) }
    }

    @Test func `names of other code points are other names`() {
        // RFC 8259, 8.3: compared code unit by code unit.
        #expect(throws: Never.self) { try JSON.parse("{\"\u{E5}\":1,\"a\u{30A}\":2}") }
    }

    @Test func `nesting is bounded, without a crash`() {
        func nested(_ depth: Int, _ open: String, _ close: String) -> String {
            String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)
        }
        #expect(throws: Never.self) { try JSON.parse(nested(63, "[", "]")) }
        #expect(throws: Never.self) { try JSON.parse(nested(63, "{\"a\":", "}")) }
        for depth in [65, 1000, 200_000] {
            #expect(throws: JSONError.self) { try JSON.parse(nested(depth, "[", "]")) }
            #expect(throws: JSONError.self) { try JSON.parse(nested(depth, "{\"a\":", "}")) }
            #expect(throws: JSONError.self) { try JSON.parse(String(repeating: "[", count: depth)) }
        }
    }

    @Test func `an error says where`() {
        func sentence(_ text: String) -> String? {
            do throws(JSONError) {
                _ = try JSON.parse(text)
                return nil
            } catch { return error.description }
        }
        #expect(sentence("[1,x]") == "no value stands at byte 3")
        #expect(sentence("1 2") == "something follows the value at byte 2")
    }

    // MARK: - Random documents

    static func any(_ random: inout SeededRandom, depth: Int = 0) -> JSON {
        switch random.number(0...(depth < 5 ? 8 : 5)) {
        case 0: return .null
        case 1: return .bool(random.chance(50))
        case 2: return .integer(Int64(truncatingIfNeeded: random.next()))
        case 3: return .integer(random.pick([0, -1, 1, .max, .min]))
        case 4: return .number(random.pick(["1.5", "-0.0", "1e9", "18446744073709551616", "2E-3"]))
        case 5: return .string(random.text())
        case 6: return .array((0..<random.number(0...4)).map { _ in any(&random, depth: depth + 1) })
        default:
            return .object((0..<random.number(0...12)).map { .init("\($0)\(random.text(0...3))", any(&random, depth: depth + 1)) })
        }
    }

    @Test func `what is written reads back, to the byte`() throws {
        for seed in UInt64(1)...500 {
            var random = SeededRandom(seed: seed)
            let value = Self.any(&random)
            let bytes = value.bytes
            let parsed = try JSON.parse(bytes)
            #expect(parsed == value, "seed \(seed)")
            #expect(parsed.bytes == bytes, "seed \(seed)")
        }
    }

    @Test func `random bytes and spoiled documents never crash, and what is accepted reads back`() throws {
        for seed in UInt64(1)...3000 {
            var random = SeededRandom(seed: seed)
            var bytes: [UInt8]
            if seed.isMultiple(of: 3) {
                bytes =
                    random.chance(50)
                    ? random.bytes(random.number(0...40)) : (0..<30).map { _ in random.pick(Array(#"{}[]":,\u0dD8e+-.1tfn "#.utf8)) }
            } else {
                bytes = Self.any(&random).bytes
                for _ in 0..<random.number(1...3) where !bytes.isEmpty {
                    let at = random.number(0...bytes.count - 1)
                    switch random.number(0...3) {
                    case 0: bytes[at] ^= 1 << UInt8(random.number(0...7))
                    case 1: bytes.remove(at: at)
                    case 2: bytes.insert(UInt8(random.number(0...255)), at: at)
                    default: bytes.removeSubrange(at...)
                    }
                }
            }
            if let value = try? JSON.parse(bytes) { #expect(try JSON.parse(value.bytes) == value, "seed \(seed)") }
        }
    }
}
