import SiltaConfiguration
import SiltaCore
import Testing

struct SettingTests {
    private enum Door: String, CaseIterable { case open, paused }

    @Test func `values are read as what they are`() throws {
        #expect(try value("abc").string() == "abc")
        #expect(try value("\"\"").string(allowingEmpty: true).isEmpty)
        #expect(try value("\"~\"").string() == "~")
        #expect(try value("7").integer(in: 1...9) == 7)
        #expect(try value("-7").integer(in: (-9)...) == -7)
        #expect(try value("true").boolean())
        #expect(try value("2026-08-12").date() == LocalDate(year: 2026, month: 8, day: 12))
        #expect(try value("open").choice(of: Door.self) == .open)
        #expect(try value("[a, b]").list { try $0.string() } == ["a", "b"])
    }

    @Test(arguments: [
        ("500ms", Duration.milliseconds(500)), ("20s", .seconds(20)), ("15m", .seconds(900)), ("2h", .seconds(7200)),
        ("7d", .seconds(604_800)), ("0s", .zero),
    ])
    func `durations have a unit`(text: String, duration: Duration) throws {
        #expect(try value(text).duration() == duration)
    }

    @Test(arguments: ["", "15", "m", "15 m", "1.5h", "-1s", "15M", "15min", "1w", "9999999999s", "1d2h", "٣s", "0x1s"])
    func `what is not a duration is refused`(text: String) {
        let told = problems { try value("\"\(text)\"").duration() }
        let sentence = "\"\(text)\" is not a duration: a whole number and ms, s, m, h or d, such as 15m"
        #expect(told == "x.yaml:1: v: \(text.isEmpty ? "there is no value here" : sentence)")
    }

    @Test func `what is wrong is said with what would be right`() {
        typealias Read = (Setting) throws -> Any
        let table: [(String, Read, String)] = [
            ("", { try $0.string() }, "there is no value here"),
            ("~", { try $0.string() }, "there is no value here"),
            ("\"\"", { try $0.string() }, "there is no value here"),
            ("[a]", { try $0.string() }, "this must be text, not a list"),
            ("{a: 1}", { try $0.string() }, "this must be text, not a mapping"),
            ("abc", { try $0.list() }, "this must be a list, [a, b], not text"),
            ("", { try $0.list() }, "this must be a list, [a, b], not nothing"),
            ("[]", { try $0.list(atLeast: 1) { $0 } }, "this list must have at least one element"),
            ("[a]", { try $0.entries() }, "this must be a mapping, {key: value}, not a list"),
            ("0", { try $0.integer(in: 1...9) }, "\"0\" is not a whole number from 1 to 9"),
            ("+1", { try $0.integer(in: 1...9) }, "\"+1\" is not a whole number from 1 to 9"),
            ("1.0", { try $0.integer(in: 1...) }, "\"1.0\" is not a whole number, at least 1"),
            ("99999999999999999999", { try $0.integer(in: 1...) }, "\"99999999999999999999\" is not a whole number, at least 1"),
            ("yes", { try $0.boolean() }, "\"yes\" is not true or false"),
            ("2026-02-29", { try $0.date() }, "\"2026-02-29\" is not a date, year-month-day, such as 2026-08-12"),
            ("12.8.2026", { try $0.date() }, "\"12.8.2026\" is not a date, year-month-day, such as 2026-08-12"),
            ("opne", { try $0.choice(of: Door.self) }, "\"opne\" is not one of open, paused; did you mean \"open\"?"),
            ("shut", { try $0.choice(of: Door.self) }, "\"shut\" is not one of open, paused"),
            ("10m", { try $0.duration(in: .seconds(1) ... .seconds(300)) }, "this must be from 1s to 5m"),
            ("whsec_c2VjcmV0", { try $0.boolean() }, "this is not true or false"),
            (String(repeating: "x", count: 41), { try $0.boolean() }, "this is not true or false"),
        ]
        for (text, read, sentence) in table {
            let told = problems { try read(value(text)) }
            #expect(told == "x.yaml:1: v: \(sentence)")
        }
    }

    @Test func `unknown keys are all told, with the nearest, and read on as if right`() throws {
        let text = "evry: 15m\nConfig: {}\nzzz: 1\nid: ''\n"
        let told = problems {
            try setting(text).read(allowing: ["id", "every", "config"]) { fields in
                try gather(
                    fields.required("id") { try $0.string() },
                    fields.required("every") { try $0.integer(in: 1...2) })
            }
        }
        #expect(
            told == """
                x.yaml:1: evry: there is no such key; did you mean "every"?
                x.yaml:1: evry: "15m" is not a whole number from 1 to 2
                x.yaml:2: Config: there is no such key; did you mean "config"?
                x.yaml:3: zzz: there is no such key; the keys here are id, every, config
                x.yaml:4: id: there is no value here
                """)
    }

    @Test func `a key that must be there is told as missing where its mapping begins`() {
        let told = problems {
            try setting("a: 1\nv:\n  b: 2\n").fields(allowing: ["a", "v"]).required("v").fields(allowing: ["b", "id"]).required("id")
        }
        #expect(told == "x.yaml:3: v: the key \"id\" is missing")
    }

    @Test func `every element of a list is looked at`() {
        let told = problems {
            try value("[1, x, 3, y]").list { try $0.integer(in: 1...2) }
        }
        #expect(
            told == """
                x.yaml:1: v[1]: "x" is not a whole number from 1 to 2
                x.yaml:1: v[2]: "3" is not a whole number from 1 to 2
                x.yaml:1: v[3]: "y" is not a whole number from 1 to 2
                """)
    }
}
