import Foundation
import SiltaConfiguration
import SiltaCore
import Testing

@testable import SiltaConnectors

@Suite struct `What a program tells` {
    @Test func `counts where it ends well`() throws {
        let scripted = try ScriptedConnector(
            """
            hello()
            pupil()
            absence(1, start="08:15", code="01")
            absence(2, **{"class": "ignore"})
            cover()
            say(type="PROGRESS", done=2, total=2)
            end(absences=2, enrolments=1)
            """)
        let reading = try scripted.read()
        #expect(
            reading.canonicalLines() == [
                #"{"record":"enrolment","line":2,"key":"1","pupil":"100001","family-name":"Laine","given-names":"Aino","school-name":"Koulu A","grade":7,"from":"2026-08-12"}"#,
                #"{"record":"absence","line":3,"key":"1","pupil":"100001","date":"2026-09-14","start":"08:15","minutes":45,"class":"unexplained","code":"01"}"#,
                #"{"record":"absence","line":4,"key":"2","pupil":"100001","class":"ignore","code":"ignore"}"#,
                #"{"record":"coverage","from":"2026-08-12","through":"2026-09-14"}"#,
            ])
        #expect(reading.complete == [.enrolment, .absence, .offered, .consent])
        #expect(reading.committed == nil, "nobody waits for it")
        #expect(scripted.leftovers.isEmpty)
    }

    @Test func `is the same twice`() throws {
        let script = "hello()\nabsence(1)\ncover()\nend(absences=1)\n"
        let scripted = try ScriptedConnector(script)
        let connector = try scripted.connector()
        let cursor = try connector.read().cursor
        guard case .unchanged(let same) = try connector.read(after: cursor.map { SourceCursor($0) }, step: {}) else {
            return #expect(Bool(false), "it was read")
        }
        #expect(same == cursor)
        try scripted.write(script.replacing("absence(1)", with: "absence(1, minutes=90)"))
        guard case .read = try connector.read(after: cursor.map { SourceCursor($0) }, step: {}) else {
            return #expect(Bool(false), "it was not read")
        }
    }

    @Test(arguments: [
        ("say(type='END', status='complete', counts={})", "message 1: END is a message of silta/1"),
        ("say(type='HELLO', protocol='silta/2', connector='scripted')", "message 1: the protocol is \"silta/2\""),
        ("say(type='HELLO', protocol='silta/1', connector='other')", "message 1: the program says that it is the connector \"other\""),
        ("hello()\nhello()", "message 2: HELLO must be the first message"),
        (
            "hello()\nprint('what', flush=True)\nend(absences=1, consents=9223372036854775807)",
            "message 3: END counts 9223372036854775807 records of consents, and 0 came"
        ),
        ("hello()\nabsence(1)\nend(absences=2)", "message 3: END counts 2 records of absences, and 1 came"),
        ("hello()\nabsence(1)\nend()", "message 3: END counts 0 records of absences, and 1 came"),
        ("hello()\nend(marks=1)", "message 2: there is no stream \"marks\"; there are enrolments, absences, offered, consents"),
        ("hello()\nend()\nabsence(1)", "message 3: a message follows END; it must be the last"),
        ("hello()\nsay(type='END', status='complete')", "message 2: END must have counts"),
        ("hello()\nsay(type='END', status='done', counts={})", "message 2: the status of END must be complete or incomplete"),
        ("hello()\nsay(type='END', status='incomplete')", "the program says that what it told is incomplete"),
        (
            "hello()\nsay(type='LIMIT', retryAfter=120)\nsay(type='END', status='incomplete')",
            "the program says that what it told is incomplete; the register asks for a pause [retry after: 120 s]"
        ),
        ("hello()\nabsence(1)\nend(absences=1)\nsys.exit(3)", "the program ended with an error"),
        ("hello()\nprint('E! lost the register', file=sys.stderr)\ncover()\nend()", "the program told an error (E!)"),
        ("hello()\nsay(type='DELETE', stream='absences')", "message 2: there is no message \"DELETE\" in silta/1"),
        ("hello()\nsay(type='DELETE 150513A9014')", "message 2: there is no message \"…\" in silta/1"),
        ("hello()\nsay(type='COVERAGE', school='x', through='2026-09-14')", "message 2: COVERAGE must have from and through"),
        ("hello()\nsay(type='STATE', value='x' * 70000)", "message 2: the value of STATE is longer than 65536 bytes"),
        ("hello()\nsay(type='RECORD', stream='marks', record={})", "message 2: there is no stream \"marks\""),
        ("pass", "the program said nothing"),
        (
            "hello()\nsay(type='SCHEMA', stream='absences', schema={'properties': {'key': {}}}, key_properties=[])",
            "message 2: the schema of the stream \"absences\" has no \"pupil\""
        ),
    ])
    func `does not count at all where it is no truth`(script: String, failure: String) throws {
        #expect(try ScriptedConnector(script + "\n").failure().hasPrefix(failure))
    }

    @Test func `is quarantined record by record`() throws {
        let scripted = try ScriptedConnector(
            """
            hello()
            absence(1, date="2026-09-31")
            absence(2, teacher="KANARIA")
            absence(3, pupil=["100001"])
            absence(4)
            absence(4, minutes=90)
            say(type="REJECT", stream="absences", key="5", reason="bad date 2026-09-31", raw="x;y")
            print("not json")
            print('{"type":"RECORD","stream":"absences","record":{"key":"6",}}')
            end(absences=6)
            """)
        let reading = try scripted.read()
        #expect(reading.absences.isEmpty)
        let reasons = reading.rejected.sorted { ($0.line, $0.reason) < ($1.line, $1.reason) }.map {
            "\($0.line) \($0.key ?? "-") \($0.reason)"
        }
        #expect(
            reasons == [
                "2 1 column \"date\" must be a date, yyyy-MM-dd, of a year from 1900 to 2199",
                "3 2 there is no field \"teacher\"; there are key, pupil, date, start, minutes, class, code",
                "4 3 column \"pupil\" holds a list or an object; it must be text, a number, or null",
                "5 4 the same key stands in message 6 with other content; a key must be of one record",
                "6 4 the same key stands in message 5 with other content; a key must be of one record",
                "7 5 the program says: bad date …",
                "8 - the line is no message: it must be one JSON object with a type",
                "9 - the line is no message: it must be one JSON object with a type",
            ])
        #expect(!"\(reading.rejected)".contains("KANARIA"))
        #expect(reading.complete.isEmpty)
    }

    @Test func `can be only what is new since its state`() throws {
        let scripted = try ScriptedConnector(
            "hello()\nabsence(state.get('next', 1))\nsay(type='STATE', value={'next': state.get('next', 1) + 1})\ncover()\nend(absences=1)\n"
        )
        let connector = try scripted.connector("tells: changes")
        var cursor: String?
        for key in 1...3 {
            guard case .read(let reading) = try connector.read(after: cursor.map { SourceCursor($0) }, step: {}) else {
                return #expect(Bool(false))
            }
            #expect(reading.absences.map(\.mark.key.rawValue) == ["\(key)"])
            #expect(reading.complete.isEmpty == (key > 1), "without a state, it tells everything")
            cursor = reading.cursor
        }
    }

    @Test func `is told back to it once it is durable`() throws {
        let scripted = try ScriptedConnector(
            "hello()\nsay(type='STATE', value={'at': 7})\nend()\nopen('heard', 'w').write(sys.stdin.read())\n")
        var reading: Reading? = try scripted.read()
        reading?.committed?()
        for _ in 0..<200 where (FileManager.default.contents(atPath: "\(scripted.folder)/heard") ?? Data()).isEmpty { usleep(10_000) }
        #expect(try String(contentsOfFile: "\(scripted.folder)/heard", encoding: .utf8) == "{\"type\":\"STATE\",\"value\":{\"at\":7}}\n")
        reading = nil
        for _ in 0..<200 where !scripted.leftovers.isEmpty { usleep(10_000) }
        #expect(scripted.leftovers.isEmpty)
    }
}

@Suite struct `A Singer tap` {
    private static let mapping = """
        coverage: {from: today-30d, through: today}
        catalog: catalog.json
        streams:
          absence:
            stream: attendance
            fields: {key: id, pupil: student.number, date: day, minutes: length, class: {column: kind, values: {A: unexplained}}}
        """
    private static let tap = """
        print("INFO starting", file=sys.stderr)
        assert json.load(open(arguments["--catalog"])) == {"streams": []}
        say(type="SCHEMA", stream="attendance", key_properties=["id"], schema={"properties": {"id": {}, "student": {}, "day": {}, "length": {}, "kind": {}}})
        say(type="SCHEMA", stream="rooms", key_properties=[], schema={})
        say(type="RECORD", stream="rooms", record={"id": 1})
        say(type="RECORD", stream="attendance", record={"id": 1, "student": {"number": 100001, "name": "KANARIA"}, "day": "2026-09-14", "length": 45, "kind": "A"}, time_extracted="2026-09-14T00:00:00Z")
        say(type="RECORD", stream="attendance", record={"id": 1, "student": {"number": 100001}, "day": "2026-09-14", "length": 90, "kind": "A"})
        say(type="STATE", value={"bookmarks": {}})

        """

    private func tap(_ script: String = tap) throws -> ScriptedConnector {
        let scripted = try ScriptedConnector(script)
        try Data(#"{"streams": []}"#.utf8).write(to: URL(filePath: "\(scripted.folder)/catalog.json"))
        return scripted
    }

    @Test func `covers what its manifest declares, by ending well`() throws {
        let scripted = try tap()
        #expect(
            try scripted.read(Self.mapping).canonicalLines() == [
                #"{"record":"absence","line":5,"key":"1","pupil":"100001","date":"2026-09-14","minutes":90,"class":"unexplained","code":"A"}"#,
                #"{"record":"coverage","from":"2026-09-05","through":"2026-10-05"}"#,
            ])
        #expect(scripted.told == [.init(.info, "INFO starting")])
        let whole = try tap().read(Self.mapping.replacing("{from: today-30d, through: today}", with: "whole"))
        #expect(whole.coverage == [Coverage(school: nil, from: LocalDate("1900-01-01")!, through: LocalDate("2026-10-05")!)])
        #expect(whole.complete == [.absence])
    }

    @Test func `counts for nothing where it does not end well or tells nothing of a stream`() throws {
        #expect(try tap(Self.tap + "sys.exit(1)\n").failure(Self.mapping).hasPrefix("the program ended with an error"))
        let silent = "say(type=\"SCHEMA\", stream=\"rooms\", key_properties=[], schema={})\n"
        #expect(try tap(silent).failure(Self.mapping).hasPrefix("the program told nothing of the stream \"attendance\""))
        let renamed = Self.tap.replacing("\"kind\": {}", with: "\"sort\": {}")
        #expect(
            try tap(renamed).failure(Self.mapping)
                == "message 1: the schema of the stream \"attendance\" has no \"kind\", which class is read from; name another in "
                + "columns.absence.class of the configuration")
        let undeclared = Self.mapping.replacing("coverage: {from: today-30d, through: today}", with: "")
        #expect(try tap().failure(undeclared).hasPrefix("the program cannot say what it covers"))
    }
}

@Suite struct `The manifest of a program` {
    @Test(arguments: [
        (
            "limits: {memory: 5}",
            "connector.yaml:6: limits.memory: \"5\" is not an amount of memory: a whole number and MiB or GiB, such as 512MiB"
        ),
        ("limits: {silense: 5s}", "connector.yaml:6: limits.silense: there is no such key; did you mean \"silence\"?"),
        ("tells: nothing", "connector.yaml:7: tells: \"nothing\" is not one of everything, changes"),
        ("coverage: all", "connector.yaml:7: coverage: \"all\" is not \"whole\", or a mapping with from and through"),
        ("coverage: {from: yesterday}", "connector.yaml:7: coverage.from: \"yesterday\" is not a day: 2026-08-12, today, or today-30d"),
        ("coverage: {from: {setting: sinse}}", "is not a property of the configuration; did you mean \"since\"?"),
        ("catalog: ../catalog.json", "connector.yaml:7: catalog: this must be the name of a file in the folder, without a path"),
        ("read: {}", "connector.yaml:7: read: a connector either reads files or runs a program; keep one of read and program"),
        ("streams: {absence: {fields: {}}}", "connector.yaml:7: streams.absence: the key \"stream\" is missing"),
    ])
    func `is checked, with the line of what is wrong`(text: String, problem: String) throws {
        let scripted = try ScriptedConnector("")
        let error = try #require(throws: ConfigurationError.self) { _ = try scripted.connector(text) }
        #expect("\(error)".contains(problem), "\(error)")
    }
}
