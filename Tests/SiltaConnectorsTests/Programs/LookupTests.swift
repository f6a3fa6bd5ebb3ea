import SiltaConfiguration
import SiltaCore
import SiltaFormats
import SiltaTesting
import Testing

@testable import SiltaConnectors

@Suite struct `What a program tells to be looked up in` {
    private static let manifest = """
        tables:
          people: {stream: people, key: id, columns: [number, school.id]}
          schools: {stream: schools, key: id, columns: [name]}
        streams:
          absence:
            stream: marks
            fields: {key: id, pupil: {column: person, lookup: people, take: number}, date: day, minutes: length, class: {constant: unexplained}}
          enrolment:
            stream: people
            fields: {key: id, pupil: number, family-name: name, given-names: name, grade: {constant: 7}, from: {constant: 2026-08-12},
              school-name: {column: school.id, lookup: schools, take: name}}
        """
    private static let telling = """
        def tell(stream, **record): say(type="RECORD", stream=stream, record=record)
        def mark(key, person): tell("marks", id=key, person=person, day="2026-09-14", length=45)
        def person(key, number, school="s1"): tell("people", id=key, number=number, name="Laine", school={"id": school})
        def school(key): tell("schools", id=key, name="Koulu " + key)

        """

    private func read(_ script: String, _ manifest: String = Self.manifest) throws -> Reading {
        try ScriptedConnector(Self.telling + script).read(manifest)
    }

    @Test(arguments: [
        "school('s1')\nperson(1, 'p1')\nperson(2, 'p2')\nmark('a', 1)\nmark('b', 2)\n",
        "mark('a', 1)\nmark('b', 2)\nperson(1, 'p1')\nperson(2, 'p2')\nschool('s1')\n",
    ])
    func `may come before or behind what looks in it`(script: String) throws {
        let reading = try read("hello()\n\(script)cover()\nend(marks=2, people=2, schools=1)\n")
        #expect(reading.absences.map { "\($0.mark.key) \($0.pupil)" } == ["a p1", "b p2"])
        #expect(reading.enrolments.map(\.enrolment.school.name) == ["Koulu s1", "Koulu s1"])
        #expect(reading.rejected.isEmpty && reading.rows == 4 && reading.complete.contains(.absence))
    }

    @Test func `quarantines what is not in it, and what is there twice`() throws {
        let reading = try read(
            """
            hello()
            mark('a', 1); mark('b', 2); mark('c', 3); mark('d', None)
            person(1, 'p1'); person(2, 'p2'); person(2, 'p9')
            school('s1')
            cover()
            end(marks=4, people=3, schools=1)
            """)
        #expect(reading.absences.map(\.mark.key) == ["a"])
        #expect(
            reading.rejected.filter { $0.kind == .absence }.map { "\($0.key ?? "-") \($0.line): \($0.reason)" } == [
                "b 3: what column \"person\" holds stands in several rows of people that differ",
                "c 4: what column \"person\" holds stands in no row of people", "d 5: column \"person\" must not be empty",
            ])
    }

    @Test func `is counted, and must be there as it was counted`() throws {
        for counts in ["marks=1, people=1, schools=2", "marks=2, people=1, schools=1", "marks=1, people=1"] {
            let scripted = try ScriptedConnector(Self.telling + "hello()\nmark('a', 1)\nperson(1, 'p')\nschool('s1')\nend(\(counts))\n")
            #expect(try scripted.failure(Self.manifest).contains("END counts"), "\(counts)")
        }
    }

    @Test func `must be told, or counted as nothing`() throws {
        let script = Self.telling + "hello()\nmark('a', 1)\nschool('s1')\ncover()\nend(marks=1, schools=1COUNTED)\n"
        let silent = try ScriptedConnector(script.replacing("COUNTED", with: ""))
        #expect(try silent.failure(Self.manifest).contains("nothing was told of the stream people"))
        let empty = try ScriptedConnector(script.replacing("COUNTED", with: ", people=0")).read(Self.manifest)
        #expect(empty.rejected.map(\.reason) == ["what column \"person\" holds stands in no row of people"])
    }

    @Test func `may have rows that the program itself rejects`() throws {
        let reading = try read(
            """
            hello()
            mark('a', 1); mark('b', 2.0)
            school('s1')
            say(type="REJECT", stream="schools", key="s2", reason="no name")
            person(1.0, 'p1'); person(2, 'p2', 's2')
            cover()
            end(marks=2, people=2, schools=1)
            """)
        #expect(reading.absences.map(\.pupil) == ["p1", "p2"], "a whole number is one key however it is written")
        #expect(reading.enrolments.count == 1 && reading.complete.contains(.absence))
        let reasons = reading.rejected.map(\.reason)
        #expect(reasons.count == 1 && reasons[0].contains("no row of schools, of which 1 were not understood"), "\(reasons)")
    }

    @Test func `is told by a tap, whose schema must have what is looked up`() throws {
        let tap = """
            def schema(stream, *names): say(type="SCHEMA", stream=stream, schema={"properties": {name: {} for name in names}}, key_properties=["id"])
            schema("marks", "id", "person", "day", "length")
            mark("a", 1)
            schema("people", "id", "number", "name", "school")
            person(1, "p1")
            school("s1")

            """
        let manifest = "coverage: {from: 2026-08-12, through: today}\n" + Self.manifest
        #expect(try read(tap, manifest).absences.map(\.pupil) == ["p1"])
        let renamed = try ScriptedConnector(Self.telling + tap.replacing("\"number\", \"name\"", with: "\"nr\", \"name\""))
        #expect(try renamed.failure(manifest).contains("has no \"number\", which the table people is made of"))
        let silent = try ScriptedConnector(Self.telling + tap.replacing("school(\"s1\")", with: ""))
        #expect(try silent.failure(manifest).contains("the program told nothing of the stream \"schools\""))
    }

    @Test func `may be left to the source with the streams`() throws {
        let manifest = try Manifest(folder: "\(Export.connectors)/singer")
        let text = """
            tap: [/opt/tap]
            tables: {people: {stream: people, key: id, columns: [number]}}
            streams: {absence: {stream: marks, fields: {key: id, pupil: {column: p, lookup: people, take: number}, date: day, minutes: length,
              class: {constant: health}}}}
            """
        let settings = try SourceSettings(YAMLDocument.parse(text, file: "silta.yaml"), manifest: manifest)
        #expect(settings.tables.map(\.stream) == ["people"])
        let error = #expect(throws: ConfigurationError.self) {
            try SourceSettings(YAMLDocument.parse(text.replacing("take: number", with: "take: nr"), file: "silta.yaml"), manifest: manifest)
        }
        #expect("\(error.map { "\($0)" } ?? "")".contains("a column of the table people; it has number"))
    }
}

@Suite struct `What could not be looked up` {
    private static let first = day("2026-10-05")
    private static let next = day("2026-10-06")

    private static func day(_ text: String) -> LocalDate { LocalDate(text) ?? LocalDate(dayNumber: 0) }

    @Test func `is asked for again from where it was told, once a day, until it is found`() throws {
        let given = JSON.integer(7)
        func cursor(_ state: Int64, _ again: ProgramCursor.Again?) throws -> ProgramCursor {
            let cursor = ProgramCursor(meaning: Digest("m"), content: Digest("c"), state: .integer(state), again: again)
            return try #require(ProgramCursor("\(cursor)"), "what is written is read")
        }
        func again(_ last: ProgramCursor?, _ isUnresolved: Bool, _ today: LocalDate) -> ProgramCursor.Again? {
            ProgramCursor.again(after: last, isUnresolved: isUnresolved, given: given, on: today)
        }
        #expect(again(nil, false, Self.first) == nil)
        let waiting = try cursor(8, again(nil, true, Self.first))
        #expect(waiting.state(on: Self.first) == .integer(8), "on that day it goes on")
        #expect(waiting.state(on: Self.next) == given, "a day later it goes back")
        let kept = again(waiting, false, Self.first)
        #expect(kept?.state == given && kept?.day == Self.first, "what is new says nothing of what was told before")
        let still = try cursor(9, again(waiting, true, Self.next))
        #expect(still.state(on: Self.next) == .integer(9))
        #expect(still.again?.state == given && still.again?.day == Self.next)
        #expect(again(waiting, false, Self.next) == nil)
    }

    @Test func `is told again by a program that tells changes`() throws {
        let scripted = try ScriptedConnector(
            """
            hello()
            number = state.get("next", 1)
            say(type="RECORD", stream="marks", record={"id": str(number), "person": number, "day": "2026-09-14"})
            for person in [2, 3]: say(type="RECORD", stream="people", record={"id": person, "number": "p%d" % person})
            say(type="STATE", value={"next": number + 1})
            cover()
            end(marks=1, people=2)
            """)
        let connector = try scripted.connector(
            """
            tells: changes
            tables: {people: {stream: people, key: id, columns: [number]}}
            streams: {absence: {stream: marks,
              fields: {key: id, pupil: {column: person, lookup: people, take: number}, date: day, minutes: {constant: 45}, class: {constant: health}}}}
            """)
        var cursor: String?
        for key in ["1", "2"] {
            guard case .read(let reading) = try connector.read(after: cursor.map { SourceCursor($0) }, step: {}) else {
                Issue.record("nothing was read")
                return
            }
            #expect(reading.absences.map(\.mark.key) + reading.rejected.compactMap { $0.key.map { MarkKey($0) } } == [MarkKey(key)])
            cursor = reading.cursor
        }
        let last = try #require(cursor.flatMap { ProgramCursor($0) })
        #expect(last.state(on: Self.first) != last.state(on: Self.next))
        #expect(last.state(on: Self.next) == nil, "the mark that was told first could not be looked up")
    }
}

@Suite struct `A value that cannot be read` {
    @Test func `is skipped by no rule`() throws {
        let scripted = try ScriptedConnector(
            """
            def mark(key, kind): say(type="RECORD", stream="marks", record={"id": key, "pupil": "p", "day": "2026-09-14", "kind": kind})
            mark("1", "open"); mark("2", "cleared"); mark("3", ["open", "reviewed"]); mark("4", {"is": "open"})
            """)
        let reading = try scripted.read(
            """
            coverage: whole
            streams: {absence: {stream: marks, skip: [{column: kind, is-not: open}],
              fields: {key: id, pupil: pupil, date: day, minutes: {constant: 45}, class: {constant: health}, start: when}}}
            """)
        #expect(reading.absences.map(\.mark.key) == ["1"] && reading.rejected.map(\.key) == ["3", "4"])
        #expect(reading.remarks == ["marks: none of 4 rows has \"when\"; if something should stand there, it is called otherwise"])
    }
}

@Suite struct `Records that are held` {
    @Test func `come back whole and in order, however many`() throws {
        for seed in 0..<20 as Range<UInt64> {
            var random = SeededRandom(seed: seed)
            let held = HeldRecords(in: "/tmp")
            let lengths = (0..<Int.random(in: 0...60, using: &random)).map { _ in
                Int.random(in: 0...(Bool.random(using: &random) ? 100 : MessageLines.lineLimit), using: &random)
            }
            for (number, length) in lengths.enumerated() {
                let record = [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: length)
                try record.withUnsafeBufferPointer { try held.append($0, stream: number % 3, number: number) }
            }
            var number = 0
            try held.release { record, stream, line in
                #expect(record.count == lengths[number] && record.allSatisfy { $0 == UInt8(truncatingIfNeeded: number) }, "seed \(seed)")
                #expect(stream == number % 3 && line == number, "seed \(seed)")
                number += 1
            }
            #expect(number == lengths.count, "seed \(seed)")
        }
    }

    @Test func `need a folder to be held in`() throws {
        let held = HeldRecords(in: "/nowhere")
        let record = [UInt8](repeating: 0, count: MessageLines.lineLimit)
        let failure = try #require(throws: ReadFailure.self) {
            for number in 0..<3 { try record.withUnsafeBufferPointer { try held.append($0, stream: 0, number: number) } }
        }
        #expect(failure.sentence.contains("/nowhere"))
    }
}
