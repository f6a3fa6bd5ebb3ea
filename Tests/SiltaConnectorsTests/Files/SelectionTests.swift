import Foundation
import SiltaConfiguration
import SiltaCore
import Testing

@testable import SiltaConnectors

private let header = "id;pupil;day;minutes;kind\n"
private func row(_ id: Int) -> String { "\(id);7;2026-09-14;45;late\n" }

@Suite struct `Files are chosen` {
    @Test func `by a pattern`() throws {
        func pattern(_ text: String) throws -> FilePattern {
            try FilePattern(YAMLDocument.parse("x: \"\(text)\"\n", file: "x").fields(allowing: ["x"]).required("x"))
        }
        for (text, yes, no) in [
            ("marks-*.csv", ["marks-.csv", "marks-1.csv", "marks-a.csv.csv"], ["marks.csv", "marks-1.csv.bak", "xmarks-1.csv"]),
            ("*", ["a", "ä.csv"], [".hidden"]), ("?a", ["aa", "äa"], ["a", "aaa"]), (".*", [".a"], ["a"]),
            ("[a-c]x[!0-9]", ["axx", "cxä"], ["dxx", "ax1", "ax"]), ("[-a]", ["-", "a"], ["b"]),
            ("*a*b*", ["ab", "xaxbx", "aab"], ["ba", "a"]), ("a]", ["a]"], ["a"]),
        ] as [(String, [String], [String])] {
            let pattern = try pattern(text)
            for name in yes { #expect(pattern.matches(name), "\(text) \(name)") }
            for name in no { #expect(!pattern.matches(name), "\(text) \(name)") }
        }
        let many = try pattern(String(repeating: "*a", count: 30))
        #expect(!many.matches(String(repeating: "a", count: 5000) + "b"))
    }

    @Test func `all of them, by name, and rows of one key in two files are as in one`() throws {
        let register = try Register("format: csv", "file: [old/m-*.csv, \"m-?.csv\"]")
        try register.write("m-2.csv", header + row(2))
        try register.write("m-1.csv", header + row(1) + row(2))
        try register.write("m-10.csv", header + row(10))
        try register.write("old/m-7.csv", header + row(7))
        try register.write("old/m-8.csv", header + "1;8;2026-09-14;45;late\n")
        let reading = try register.reading()
        #expect(reading.files[.absence] == ["old/m-7.csv", "old/m-8.csv", "m-1.csv", "m-2.csv"])
        #expect(reading.absences.map { $0.mark.key.rawValue } == ["7", "2"])
        #expect(reading.rejected.map { "\($0.file):\($0.line)" } == ["old/m-8.csv:2", "m-1.csv:2"])
        try register.write("m-3.csv", header + row(3))
        #expect(try register.keys() == ["7", "2", "3"])
    }

    @Test func `and where none is meant the poll fails`() throws {
        let register = try Register("format: csv", "file: m-*.csv")
        #expect(try register.failure().sentence.hasPrefix("no file in \(register.folder) is meant by \"m-*.csv\""))
        try FileManager.default.createDirectory(atPath: "\(register.folder)/m-1.csv", withIntermediateDirectories: true)
        #expect(try register.failure().code == .missing)
        for number in 0...200 { try register.write("m-a\(number).csv", header) }
        #expect(try register.failure().sentence == "201 files are meant by m-*.csv; 200 is the most for one stream")
    }

    @Test func `the newest that is complete`() throws {
        let register = try Register("format: csv, complete-when: {marker: \"{name}.done\"}", "file: m-*.csv\n    take: newest")
        for (number, age) in [(1, 300), (2, 200), (3, 100)] {
            try register.write("m-\(number).csv", header + row(number))
            register.age("m-\(number).csv", age)
        }
        #expect(
            try register.failure().sentence
                == "of the files m-*.csv none is complete: this file is not complete yet: the marker m-3.csv.done is not beside it; "
                + "the export must write it last")
        try register.write("m-1.csv.done", "")
        register.age("m-1.csv.done", 301)
        #expect(try register.failure().sentence.contains("none is complete"), "the marker is of an earlier file")
        register.age("m-1.csv.done", 299)
        #expect(try register.keys() == ["1"])
        try register.write("m-2.csv.done", "")
        #expect(try register.keys() == ["2"])
        register.age("m-1.csv", 10)
        register.age("m-1.csv.done", 9)
        #expect(try register.keys() == ["1"])
    }

    @Test func `all of them only when each is complete`() throws {
        let register = try Register("format: csv, complete-when: {unchanged-for: 60s}", "file: [a.csv, b.csv]")
        try register.write("a.csv", header + row(1))
        try register.write("b.csv", header + row(2))
        register.age("a.csv", 61)
        let failure = try register.failure()
        #expect(
            failure.description
                == "b.csv: this file is not complete yet: it was written less than 60 s ago; the next poll reads it")
        register.age("b.csv", 61)
        #expect(try register.keys() == ["1", "2"])
        let marked = try Register("format: csv, complete-when: {marker: .ready}", "file: a.csv")
        try marked.write("a.csv", header + row(1))
        #expect(try marked.failure().sentence.contains("the marker .ready is not beside it"))
        try marked.write(".ready", "")
        #expect(try marked.keys() == ["1"])
    }

    @Test func `and are known again, and others are others though they hold the same bytes`() throws {
        let register = try Register("format: csv", "file: m-*.csv")
        try register.write("m-1.csv", header + row(1))
        let connector = try register.connector()
        let cursor = SourceCursor(try #require(try connector.read().cursor))
        func isUnchanged() throws -> Bool {
            if case .unchanged = try connector.read(after: cursor, step: {}) { true } else { false }
        }
        #expect(try isUnchanged())
        try register.write("m-2.csv", header + row(2))
        #expect(try !isUnchanged())
        try register.run("rm m-2.csv")
        #expect(try isUnchanged())
        try register.run("mv m-1.csv m-3.csv")
        #expect(try !isUnchanged())
    }

    @Test func `by the source where it says other names`() throws {
        let register = try Register("format: csv", "file: m.csv")
        try register.write("a-1.csv", header + row(1))
        try register.write("a-2.csv", header + row(2))
        #expect(try register.reading("files: {absence: a-*.csv}").absences.count == 2)
    }
}
