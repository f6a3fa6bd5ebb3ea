import SiltaConfiguration
import SiltaCore
import SiltaFormats
import Testing

@testable import SiltaConnectors

@Suite struct `Tables` {
    private static let tables =
        "tables: {people: {file: people.csv, key: id, columns: [number, school]}, schools: {file: schools.csv, key: id, columns: [oid]}}\n"

    private func enrolments(_ people: [String], _ enrolments: [String], pupil: String = "lookup: people, take: number") throws -> Reading {
        let connector = try DeclaredConnector(
            Tables.tables + """
                streams:
                  enrolment:
                    file: enrolments.csv
                    fields: {key: id, pupil: {column: person, \(pupil)}, family-name: family, given-names: given, grade: grade, from: from,
                      school-name: {constant: Koulu}, school-oid: {column: person, lookup: people, take: school, then: {lookup: schools, take: oid}}}
                """)
        connector.write("people.csv", (["id,number,school,note"] + people).joined(separator: "\n"))
        connector.write("schools.csv", "id,oid", "s1,1.2.3", "s2,")
        connector.write("enrolments.csv", (["id,person,family,given,grade,from"] + enrolments).joined(separator: "\n"))
        return try connector.read()
    }

    @Test func `are looked up in, also one through another`() throws {
        let reading = try enrolments(
            ["x,100001,s1,", "y,100002,s2,", "y,100002,s2,again", "z,100003,,"],
            ["1,x,Laine,Aino,7,2026-08-12", "2,y,Öhman,Veeti,8,2026-08-12", "3,z,Niemi,Eero,9,2026-08-12"])
        #expect(reading.enrolments.map(\.pupil) == ["100001", "100002", "100003"])
        #expect(reading.enrolments.map(\.enrolment.school.oid) == ["1.2.3", nil, nil])
        #expect(reading.rows == 3)
    }

    @Test func `without a row, or with two that differ, quarantine what is looked up`() throws {
        let reading = try enrolments(
            ["x,100001,s1,", "x,100009,s1,", "y,100002,s7,", ",100003,s1,", "broken"],
            ["1,x,Laine,Aino,7,2026-08-12", "2,y,Öhman,Veeti,8,2026-08-12", "3,q,Niemi,Eero,9,2026-08-12"])
        #expect(reading.enrolments.isEmpty)
        #expect(
            reading.rejected.map(\.reason) == [
                "what column \"person\" holds stands in several rows of people that differ",
                "what column \"person\" holds stands in no row of schools",
                "what column \"person\" holds stands in no row of people, of which 2 were not understood, the first on line 5",
            ])
        #expect(reading.rejected.map(\.key) == ["1", "2", "3"])
    }

    @Test func `without a row may leave a field empty`() throws {
        let connector = try DeclaredConnector(
            Tables.tables + """
                streams:
                  enrolment:
                    file: enrolments.csv
                    fields: {key: id, pupil: id, family-name: family, given-names: family, grade: {constant: 7}, from: {constant: 2026-08-12},
                      school-name: {constant: Koulu}, group: {column: person, lookup: people, take: school, default: ""}}
                """)
        connector.write("people.csv", "id,number,school", "x,1,7A")
        connector.write("schools.csv", "id,oid")
        connector.write("enrolments.csv", "id,person,family", "1,x,Laine", "2,q,Niemi")
        #expect(try connector.read().enrolments.map(\.enrolment.group) == ["7A", nil])
    }

    @Test func `without a row give the default`() throws {
        let reading = try enrolments(
            ["x,100001,,"], ["1,x,Laine,Aino,7,2026-08-12", "2,q,Niemi,Eero,9,2026-08-12"],
            pupil: "lookup: people, take: number, default: nobody")
        #expect(reading.enrolments.map(\.pupil) == ["100001"])
        #expect(reading.rejected.map(\.key) == ["2"])
    }

    @Test func `in which a row was not understood say nothing of what is missing`() throws {
        let connector = try DeclaredConnector(
            """
            tables: {sec: {file: sec.csv, key: id, columns: [since, class]}}
            streams:
              enrolment:
                file: pupils.csv
                skip: [{column: id, not-in: sec}]
                fields: {key: id, pupil: id, family-name: name, given-names: name, grade: {constant: 7}, from: {constant: 2026-08-12},
                  school-name: {constant: Koulu}, non-disclosure-from: {column: id, lookup: sec, take: since, default: ""},
                  group: {column: id, lookup: sec, take: class, default: "", several: empty}}
            """)
        connector.write("pupils.csv", "id,name", "a,Laine", "b,Niemi")
        connector.write("sec.csv", "id,since,class", "a,2020-01-01,7A", "a,2020-01-01,7B")
        let whole = try connector.read()
        #expect(whole.enrolments.map(\.pupil) == ["a"] && whole.rejected.isEmpty)
        #expect(whole.enrolments[0].enrolment.nonDisclosure?.from == LocalDate("2020-01-01") && whole.enrolments[0].enrolment.group == nil)
        connector.write("sec.csv", "id,since,class", "a,2020-01-01,7A,one too many", "b,,7B")
        let broken = try connector.read()
        #expect(broken.enrolments.map(\.pupil) == ["b"])
        #expect(
            broken.rejected.map(\.reason) == [
                "what column \"id\" holds may stand in a row of sec that was not understood; the first of those is line 2"
            ])
        #expect(broken.rejected.map(\.key) == ["a"], "its record is protected")
    }

    @Test func `among many rows are as a plain dictionary has them`() {
        for seed in 1...20 as ClosedRange<UInt64> {
            var random = SeededRandom(seed: seed)
            var table = LookupTable(name: "t", columns: ["a", "b"])
            var plain: [String: Set<[String]>] = [:]
            for _ in 0..<3000 {
                let (key, a, b) = (
                    Int.random(in: 0..<2000, using: &random), Int.random(in: 0...1, using: &random), Int.random(in: 0...1, using: &random)
                )
                table.take("k\(key)", [a == 0 ? nil : "a", "b\(b)"])
                plain["k\(key)", default: []].insert([a == 0 ? "" : "a", "b\(b)"])
            }
            for key in 0..<2100 {
                for column in 0...1 {
                    let told = plain["k\(key)"].map { Set($0.map { $0[column] }) }
                    switch (table.find("k\(key)", at: column), told) {
                    case (.none, nil): break
                    case (.ambiguous, let values?): #expect(values.count > 1, "seed \(seed)")
                    case (.row(let row), let values?): #expect(values == [table.value(of: row, at: column) ?? ""], "seed \(seed)")
                    default: Issue.record("seed \(seed): k\(key)")
                    }
                }
            }
        }
    }

    @Test func `that are too large to keep fail the poll`() throws {
        let mapping = try #require(
            try Manifest(
                YAMLDocument.parse(
                    """
                    name: tables
                    version: "1"
                    reads: a table
                    configuration: {type: object, properties: {location: {type: string}}}
                    read: {location: {setting: location}, format: csv, csv: {separator: ",", quoting: none}, encoding: utf-8}
                    \(Tables.tables)
                    streams: {absence: \(absences(""))}
                    """, file: "connector.yaml")
            ).tables.first)
        var table = LookupTable(name: "people", columns: mapping.columns, byteLimit: 1 << 20)
        let layout = try TableLayout(
            mapping, header: Header(stream: "people.csv", columns: mapping.columnNames), encoding: .utf8, dates: .iso8601, clock: .standard)
        let failure = try #require(throws: ReadFailure.self) {
            for number in 1...100_000 {
                try CSVRow.withFields(["\(number)", "n\(number)", "s"], line: number) { try layout.lay(.row($0), into: &table) }
            }
        }
        #expect(failure.sentence == "the table people is larger than 1 MiB; name fewer columns, or rows to skip")
    }
}

@Suite struct `Several streams of one kind` {
    @Test func `make one set of records, in which a key is of one`() throws {
        let connector = try DeclaredConnector(
            "streams:\n  absence:\n    - \(absences(""))\n    - \(absences("minutes: {constant: 300}", file: "days.csv", more: ", name: daily"))"
        )
        connector.write("marks.csv", "id,pupil,date,minutes,class", "1,p,2026-08-12,45,A", "2,p,2026-08-12,45,A", "3,p,2026-08-12,300,A")
        connector.write("days.csv", "id,pupil,date,class", "4,p,2026-08-13,A", "2,p,2026-08-13,A", "3,p,2026-08-12,A", "5,p,x,A")
        let reading = try connector.read()
        #expect(reading.absences.map(\.mark.key) == ["1", "3", "4"])
        #expect(reading.absences.map(\.file) == [0, 0, 1] && reading.files[.absence] == ["marks.csv", "days.csv"])
        #expect(reading.rejected.map { "\($0.file):\($0.line) \($0.key ?? "")" } == ["marks.csv:3 2", "days.csv:3 2", "days.csv:5 5"])
        #expect(
            reading.rejected[0].reason.contains("on line 3 of days.csv") && reading.rejected[1].reason.contains("on line 3 of marks.csv"))
    }

    @Test func `are read where the source wants them`() throws {
        let condition = ", when: {setting: begins, is: [days, both]}"
        let rest = "streams:\n  absence:\n    - \(absences(""))\n    - \(absences("", file: "days.csv", more: condition))"
        let connector = try DeclaredConnector(rest)
        connector.write("marks.csv", "id,pupil,date,minutes,class", "1,p,2026-08-12,45,A")
        connector.write("days.csv", "id,pupil,date,minutes,class", "2,p,2026-08-12,300,A")
        #expect(try connector.read("begins: both").absences.map(\.mark.key) == ["1", "2"])
        #expect(try connector.read("begins: marks").absences.map(\.mark.key) == ["1"])
        #expect(try connector.read().absences.map(\.mark.key) == ["1"])
    }

    @Test func `are renamed by their own names, and one that is not there is left out`() throws {
        let rest =
            "streams:\n  absence:\n    - \(absences(""))\n    - \(absences("", file: "days.csv"))\n    - \(absences("", file: "no.csv", more: ", name: none"))"
        let connector = try DeclaredConnector(rest)
        connector.write("marks.csv", "nr,pupil,date,minutes,class", "1,p,2026-08-12,45,A")
        connector.write("other.csv", "id,pupil,date,minutes,class", "2,p,2026-08-12,45,A")
        let reading = try connector.read("files: {absence-2: other.csv, none: \"\"}\ncolumns: {absence: {key: nr}}")
        #expect(reading.absences.map(\.mark.key) == ["1", "2"])
    }
}

@Suite struct `Records of one row` {
    private static let lessons = """
        streams:
          absence:
            file: lessons.csv
            fields: {pupil: pupil, date: date, class: {column: class, values: {A: unexplained}}}
            skip: [{column: class, is: [P]}]
            records:
              - {name: morning, skip: [{column: am, is: ["0", ""]}], fields: {key: {column: id, suffix: /am}, minutes: am}}
              - {skip: [{column: pm, is: ["0", ""]}], fields: {key: {column: id, suffix: /pm}, minutes: pm, class: {constant: late}}}
        """

    @Test func `have what stands beside them, and their own`() throws {
        let connector = try DeclaredConnector(Self.lessons)
        connector.write(
            "lessons.csv", "id,pupil,date,am,pm,class", "1,p,2026-08-12,45,90,A", "2,p,2026-08-13,45,0,A", "3,p,2026-08-13,5,5,P")
        let reading = try connector.read()
        #expect(reading.absences.map(\.mark.key) == ["1/am", "2/am", "1/pm"])
        #expect(reading.absences.map(\.mark.minutes) == [45, 45, 90])
        #expect(reading.absences.map(\.mark.markClass) == [.unexplained, .unexplained, .late])
        connector.write("lessons.csv", "id,pupil,date,am,ip,class", "1,p,2026-08-12,45,90,A", "2,p,2026-08-13,45,0,A")
        #expect(try connector.read("columns: {absence-2: {minutes: ip}}").absences.map(\.mark.key) == ["1/am", "2/am", "1/pm"])
    }

    @Test(arguments: [
        ("{name: morning,", "{name: morning, file: other.csv,", "there is no such key"),
        ("records:", "recrods:", "did you mean \"records\"?"),
        ("minutes: pm, class", "class", "the key \"minutes\" is missing"),
    ])
    func `are refused with the place of what is wrong`(text: String, other: String, sentence: String) throws {
        let problems = try DeclaredConnector(Self.lessons.replacing(text, with: other)).problems
        #expect(problems.contains { $0.contains(sentence) }, "\(problems)")
    }
}

@Suite struct `Rows that a rule skips` {
    private func keys(_ rule: String, _ config: String = "", dates: [String]) throws -> [String] {
        let connector = try DeclaredConnector(
            """
            tables: {staff: {file: staff.csv, key: id, columns: [id], skip: [{column: since, after: 2026-08-31}]}}
            streams: {absence: \(absences("date: {constant: 2026-08-12}", more: ", skip: [\(rule)]"))}
            """)
        connector.write("staff.csv", "id,since", "p1,2026-08-12", "p2,2026-09-01")
        let rows = dates.enumerated().map { "\($0.offset),p\($0.offset),\($0.element),45,A" }
        connector.write("marks.csv", (["id,pupil,day,minutes,class"] + rows).joined(separator: "\n"))
        return try connector.read(config).absences.map(\.mark.key.rawValue)
    }

    @Test func `are those of earlier and of later days`() throws {
        let days = ["2026-08-11", "2026-08-12", "", "soon", "2026-08-13"]
        #expect(try keys("{column: day, before: 2026-08-12}", dates: days) == ["1", "2", "3", "4"])
        #expect(try keys("{column: day, after: 2026-08-12}", dates: days) == ["0", "1", "2", "3"])
        #expect(try keys("{column: day, before: {setting: begins}}", "begins: 2026-08-13", dates: days) == ["2", "3", "4"])
        #expect(try keys("{column: day, before: {setting: begins}}", dates: days).count == 5, "no day is configured")
        #expect(try keys("{column: day, date: d.M.yyyy, before: 2026-08-12}", dates: ["11.8.2026", "12.8.2026"]) == ["1"])
        let today = ProgramHost.systemDate()
        let around = [-1, 0, 1].map { today.adding(days: $0).description }
        #expect(try keys("{column: day, before: today}", dates: around) == ["1", "2"])
        #expect(try keys("{column: day, after: today+1d}", dates: around) == ["0", "1", "2"])
    }

    @Test func `are those that stand in a table, or in none`() throws {
        let none = ["", "", ""]
        #expect(try keys("{column: pupil, in: staff}", dates: none) == ["0", "2"])
        #expect(try keys("{column: pupil, not-in: staff}", dates: none) == ["1"])
        #expect(try keys("{column: day, not-in: staff}", dates: none) == ["0", "1", "2"], "what is empty is nowhere")
    }

    @Test(arguments: [
        ("{column: day, before: soon}", "a day: 2026-08-12, today, or today-30d"), ("{column: day, in: stuff}", "did you mean \"staff\"?"),
        ("{column: day, is: x, before: today}", "this needs one of is, is-not, is-empty, before, after, in, not-in beside the column"),
        ("{column: day, is: x, date: d.M.yyyy}", "this goes with before and after"),
    ])
    func `are named by rules that are understood`(rule: String, sentence: String) throws {
        let error = #expect(throws: ConfigurationError.self) { try keys(rule, dates: []) }
        #expect("\(error.map { "\($0)" } ?? "")".contains(sentence))
    }

    @Test func `make another reading tomorrow, where they are of days that move`() throws {
        func cursor(_ rule: String, on day: String) throws -> String? {
            let connector = try DeclaredConnector("streams: {absence: \(absences("", more: ", skip: [\(rule)]"))}")
            connector.write("marks.csv", "id,pupil,date,minutes,class", "1,p,2026-08-12,45,A")
            return try connector.read(host: ProgramHost(today: { LocalDate(day) ?? LocalDate(dayNumber: 0) })).cursor
        }
        let meaning = { (cursor: String?) in cursor.map { $0.split(separator: " ").prefix(3) } }
        let rule = "{column: date, before: today-30d}"
        #expect(try meaning(cursor(rule, on: "2026-10-05")) != meaning(cursor(rule, on: "2026-10-06")))
    }
}

@Suite struct `Parts of a text` {
    @Test func `are read of one column`() throws {
        let connector = try DeclaredConnector(
            """
            streams:
              absence:
                file: marks.csv
                fields: {key: {columns: [id, pupil], separator: "/", suffix: /x}, pupil: pupil, date: {column: at, split: " ", part: 1, date: d.M.yyyy},
                  start: {column: at, split: " ", part: 2, time: "H.mm"}, minutes: length, class: {constant: health}}
            """)
        connector.write("marks.csv", "id,pupil,at,length", "1,p,14.9.2026  8.15,45.0", "2,p,14.9.2026,45.5", "3,p,,45")
        let reading = try connector.read()
        #expect(
            reading.absences.map { "\($0.mark.key) \($0.mark.date) \($0.mark.start.map { "\($0)" } ?? "-") \($0.mark.minutes)" } == [
                "1/p/x 2026-09-14 08:15 45"
            ])
        #expect(reading.rejected.map(\.key) == ["2/p/x", "3/p/x"])
    }

    @Test(arguments: [
        ("{column: a, split: \", \"}", "which part is meant must stand beside it"),
        ("{column: a, part: 1}", "what stands between the parts"),
        ("{constant: x, split: a, part: 1}", "this goes with a column"),
        ("{column: a, lookup: t, take: b, several: empty}", "must be known"),
    ])
    func `are refused where they mean nothing`(pupil: String, sentence: String) throws {
        let problems = try DeclaredConnector(
            "tables: {t: {file: t.csv, key: k, columns: [b]}}\nstreams: {absence: \(absences("pupil: \(pupil)"))}"
        ).problems
        #expect(problems.contains { $0.contains(sentence) }, "\(problems)")
    }
}

@Suite struct `Tables that nobody looks in` {
    @Test func `are not read`() throws {
        let connector = try DeclaredConnector(
            "tables: {people: {file: people.csv, key: id, columns: [number]}}\nstreams: {absence: \(absences(""))}")
        connector.write("marks.csv", "id,pupil,date,minutes,class", "1,p,2026-08-12,45,A")
        #expect(try connector.read().absences.map(\.mark.key) == ["1"])
    }
}

@Suite struct `Declared coverage` {
    @Test func `is what a manifest says that its files cover`() throws {
        let connector = try DeclaredConnector("coverage: {from: 2026-08-12, through: 2026-09-14}\nstreams:\n  absence: \(absences(""))")
        connector.write("marks.csv", "id,pupil,date,minutes,class")
        let roster = try DeclaredConnector(
            "coverage: whole\nstreams: {offered: {file: hours.csv, fields: {key: id, pupil: pupil, from: day, through: day, minutes: minutes}}}"
        )
        roster.write("hours.csv", "id,pupil,day,minutes", "1,p,2026-08-12,300")
        let hours = try roster.read()
        #expect(hours.coverage.isEmpty && hours.coverageOfOffered?.count == 1, "of a source without marks no day is covered by marks")
        #expect(
            try connector.read().coverage.map(\.canonicalLine) == [#"{"record":"coverage","from":"2026-08-12","through":"2026-09-14"}"#])
    }
}
