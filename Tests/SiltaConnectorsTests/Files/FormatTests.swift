import Foundation
import SiltaConfiguration
import SiltaCore
import Testing

@testable import SiltaConnectors

@Suite struct `Marks in files of any format` {
    private struct Mark {
        let id: Int, pupil: Int, day: String, minutes: Int, kind: String
    }

    private static func marks(seed: UInt64) -> [Mark] {
        var random = SeededRandom(seed: seed)
        return (1...Int.random(in: 1...80, using: &random)).map { number in
            // Now and then a key that stands twice, and a word that is none.
            Mark(
                id: Int.random(in: 0..<20, using: &random) == 0 ? 1 : number, pupil: Int.random(in: 1...9, using: &random),
                day: "2026-09-1\(Int.random(in: 0...9, using: &random))", minutes: Int.random(in: 0...90, using: &random),
                kind: ["unexplained", "late", "nonsense"][Int.random(in: 0..<20, using: &random) / 9])
        }
    }

    @Test func `of too few fields are told how many there must be, and why`() throws {
        let named = try Register("format: csv", "file: marks.csv")
        try named.write("marks.csv", "id;pupil;day;minutes;kind\n1;2\n")
        #expect(try named.reading().rejected.map(\.reason) == ["the row has 2 fields and must have 5, as the header has"])
        let positions = try Register("format: csv, csv: {header: false}", "file: marks.csv", columns: ["1", "2", "3", "4", "5"])
        try positions.write("marks.csv", "1;2;2026-09-14;45;late\n1;2\n")
        #expect(try positions.reading().rejected.map(\.reason) == ["the row has 2 fields and must have 5, as the first row has"])
    }

    @Test func `are not waited for by a marker that is mistyped`() throws {
        let error = #expect(throws: ConfigurationError.self) {
            _ = try Register("format: csv, complete-when: {marker: \"{nam}.done\"}", "file: m-*.csv").connector()
        }
        #expect(error?.description.contains("read.complete-when.marker: \"{nam}.done\" is not a file's name") == true)
    }

    @Test func `say the same`() throws {
        let csv = try Register("format: csv", "file: marks.csv")
        let positions = try Register(
            #"format: csv, encoding: utf-16, csv: {separator: "\t", quoting: rfc4180, header: false, skip-lines: 2, footer-starts: END}"#,
            "file: marks.csv", columns: ["1", "2", "4", "3", "5"])
        let lines = try Register("format: json-lines", "file: marks.jsonl", columns: ["id", "pupil.no", "day", "of.0.minutes", "kind"])
        let json = try Register(
            "format: json", "file: marks.json\n    items: /data/rows\n    each: of",
            columns: ["id", "pupil.no", "day", "of.minutes", "kind"])
        let xml = try Register(
            "format: xml", "file: marks.xml\n    items: /register/mark", columns: ["@id", "pupil.@no", "day", "of.minutes", "kind"])
        for seed in 1...30 as ClosedRange<UInt64> {
            let marks = Self.marks(seed: seed)
            let rows = marks.map { "\($0.id);\($0.pupil);\($0.day);\($0.minutes);\($0.kind);x" }
            try csv.write("marks.csv", (["id;pupil;day;minutes;kind;free text"] + rows).joined(separator: "\n"))
            let quoted = marks.map { "\"\($0.id)\"\t\($0.pupil)\t\($0.minutes)\t\($0.day)\t\($0.kind)" }
            let text = "\u{FEFF}Marks\r\nof ä\r\n" + quoted.map { $0 + "\r\n" }.joined() + "END of it\r\n1\r\n"
            try positions.write("marks.csv", try #require(text.data(using: .utf16LittleEndian)))
            let items = marks.map {
                #"{"id":\#($0.id),"pupil":{"no":"\#($0.pupil)","x":[]},"day":"\#($0.day)","of":[{"minutes":\#($0.minutes)}],"kind":"\#($0.kind)"}"#
            }
            try lines.write("marks.jsonl", items.joined(separator: "\n"))
            try json.write("marks.json", #"{"n":1,"data":{"rows":[\#(items.joined(separator: ",\n"))]}}"#)
            let elements = marks.map {
                "<mark id='\($0.id)'><pupil no=\"\($0.pupil)\"/><day>\($0.day)</day><of><minutes>\($0.minutes)</minutes></of><kind> \($0.kind)\n</kind></mark>"
            }
            try xml.write("marks.xml", "<register>\(elements.joined(separator: "\n"))</register>")

            let expected = try csv.reading()
            let one = { (reading: Reading) in reading.absences.map { "\($0.mark)" } }
            for other in [positions, lines, json, xml] {
                let reading = try other.reading()
                #expect(one(reading) == one(expected), "seed \(seed)")
                #expect(reading.rows == expected.rows && reading.rejected.count == expected.rejected.count, "seed \(seed)")
                #expect(reading.rejected.map(\.key) == expected.rejected.map(\.key), "seed \(seed)")
                #expect(reading.rejected.map(\.reason.count).reduce(0, +) > 0 || reading.rejected.isEmpty)
            }
        }
    }

    @Test func `are quarantined with their file and number`() throws {
        let json = try Register("format: json", #"file: [a.json, b.json]\#n    items: """#)
        try json.write("a.json", #"[{"id":"1","pupil":"7","day":"2026-09-14","minutes":45,"kind":"late"}]"#)
        try json.write(
            "b.json",
            #"[{"id":"2","pupil":"7","day":"x","minutes":45,"kind":"late","note":"KANARIA"},7,{"id":{"a":1}},{"id":"1","pupil":"8","day":"2026-09-14","minutes":45,"kind":"late"}]"#
        )
        let reading = try json.reading()
        #expect(reading.absences.isEmpty)
        let rows = reading.rejected.map { "\($0.file) \($0.line) \($0.key ?? "-"): \($0.reason)" }
        #expect(
            rows == [
                "a.json 1 1: the same key stands on line 4 of b.json with other content; a key must be of one record",
                "b.json 1 2: column \"day\" must be a date, yyyy-MM-dd, of a year from 1900 to 2199",
                "b.json 2 -: the item is no JSON object that can be read",
                "b.json 3 -: column \"id\" holds a list or an object; it must be text, a number, or null",
                "b.json 4 1: the same key stands on line 1 of a.json with other content; a key must be of one record",
            ])
        #expect(!"\(reading.rejected)".contains("KANARIA"))
        #expect(reading.rejected[1].fields.map(\.name) == ["id", "pupil", "day", "minutes", "kind"])
    }

    @Test func `fail the poll where the document breaks off`() throws {
        let json = try Register("format: json", "file: a.json\n    items: /rows")
        try json.write("a.json", #"{"rows":[{"id":"1"},"#)
        #expect(
            try "\(json.failure())"
                == "a.json: the document ends too early: it must be written to its end before it is read [line 1, byte 20]")
        let xml = try Register("format: xml", "file: a.xml\n    items: /rows/row")
        try xml.write("a.xml", "<rows>\n<row>")
        #expect(try xml.failure().sentence.hasPrefix("the document ends too early"))
        let text = try Register("format: csv", "file: a.csv")
        try text.write("a.csv", "")
        #expect(try text.failure().code == .header)
    }

    @Test func `are configured without contradictions`() throws {
        for (read, stream, sentence) in [
            ("format: json", "file: a", "the key \"items\" is missing; it says where the list of the items stands"),
            ("format: csv", "file: a\n    items: /x", "this goes with json, json-lines or xml, and the format is csv"),
            ("format: json-lines", "file: a\n    items: /x", "this goes with json or xml, and the format is json-lines"),
            ("format: json", "file: a\n    items: x/y", "this must be a JSON Pointer, such as /data/rows"),
            ("format: xml", "file: a\n    items: x", "this must name the elements that lead to an item"),
            ("format: json", "file: a\n    items: \"\"\n    encoding: utf-8", "this goes with csv; json is utf-8"),
            ("format: json", "file: a\n    items: \"\"\n    csv: {}", "this goes with csv, and the format is json"),
            ("format: csv", "file: ../a", "this must be the name of a file in the folder"),
            ("format: csv", "file: a/b/c.csv", "this must be the name of a file in the folder"),
            ("format: csv", "file: \"*/c.csv\"", "a pattern may stand in the last part only"),
            ("format: csv", "file: \"a[b\"", "a [ in a pattern must have its ]"),
            ("format: csv, complete-when: {marker: x, unchanged-for: 1m}", "file: a", "this needs either a marker or unchanged-for"),
            ("format: csv, csv: {footer-starts: ä}", "file: a", "this must be how the first line of the footer begins, in ASCII"),
            ("format: csv, csv: {separator: ;;}", "file: a", "\";;\" is not one ASCII character"),
        ] {
            let error = try #require(throws: ConfigurationError.self) {
                _ = try Register.manifest(read, stream, columns: ["a", "b", "c", "d", "e"])
            }
            #expect("\(error)".contains(sentence), "\(error)")
            #expect("\(error)".hasPrefix("connector.yaml:"), "\(error)")
        }
    }

    @Test func `of a file that changes between its readings fail the poll`() throws {
        let register = try Register("format: csv", "file: marks.csv\n    skip: [{column: kind, is: [gone]}]")
        let text = "id;pupil;day;minutes;kind\n1;7;2026-09-14;45;late\n2;7;yesterday;45;oops\n"
        try register.write("marks.csv", text)
        let failure = try #require(throws: ReadFailure.self) {
            _ = try register.connector().read(after: nil) { try register.write("marks.csv", text.replacing("oops", with: "gone")) }
        }
        #expect(failure.code == .changed)
    }
}
