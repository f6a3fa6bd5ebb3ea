import SiltaCore
import Testing

@testable import SiltaConnectors

@Suite struct `Fields` {
    private func marks(_ fields: String, _ lines: [String], config: String = "", clock: LocalClock = .standard) throws -> Reading {
        let connector = try DeclaredConnector("streams:\n  absence: \(absences(fields))")
        connector.write("marks.csv", lines.joined(separator: "\n"))
        return try connector.read(config, clock: clock)
    }

    @Test func `are put together of several columns, empty ones left out`() throws {
        let fields = "key: {columns: [id, part], separator: \"-\"}\npupil: {columns: [a, b, c], take: first}"
        let reading = try marks(fields, ["id,part,a,b,c,date,minutes,class", "1,x,,,p3,2026-09-14,45,A", "2,,p1,p2,,2026-09-14,45,A"])
        #expect(reading.absences.map(\.mark.key) == ["1-x", "2"])
        #expect(reading.absences.map(\.pupil) == ["p3", "p1"])
    }

    @Test func `of a mark make its key, with when it begins where that is told`() throws {
        let fields = "key: [pupil, date, start]\nstart: {column: at, time: H.mm}"
        let reading = try marks(
            fields, ["pupil,date,at,minutes,class", "p,2026-09-14,8.15,45,A", "p,2026-09-14,,45,A", "p/q,2026-09-14,10.00,45,A"])
        #expect(reading.absences.map(\.mark.key) == ["p/2026-09-14/08:15", "p/2026-09-14/", "p\\/q/2026-09-14/10:00"])
        let problems = try DeclaredConnector("streams:\n  absence: \(absences("key: [pupil, date, start]"))").problems
        #expect(problems.contains { $0.contains(#""start" is not a field that a key can be made of"#) }, "\(problems)")
    }

    @Test func `are constants, settings and defaults, as the record has them`() throws {
        let fields =
            "minutes: {setting: minutes}\ndate: {setting: begins}\nstart: {constant: \"8:15\"}\nclass: {column: class, default: health}"
        let reading = try marks(fields, ["id,pupil,class", "1,p,late", "2,p,", "3,p,Z"], config: "minutes: 300\nbegins: 2026-08-12")
        #expect(reading.absences.map(\.mark.markClass) == [.late, .health] && reading.absences.allSatisfy { $0.mark.minutes == 300 })
        #expect(reading.absences.allSatisfy { $0.mark.date.description == "2026-08-12" && $0.mark.start?.description == "08:15" })
        #expect(reading.rejected.map(\.key) == ["3"])
    }

    @Test func `have words that mean nothing, and one meaning for all others`() throws {
        let fields = "key: {column: id, suffix: /b}\nstart: {column: at, values: {none: \"\", noon: \"12:00\"}, otherwise: \"08:15\"}"
        let lines = ["id,pupil,date,minutes,class,at", "1,p,2026-08-12,45,A,none", "2,p,2026-08-12,45,A,noon", "3,p,2026-08-12,45,A,?"]
        let reading = try marks(fields, lines + ["4,p,2026-08-12,45,A,"])
        #expect(reading.absences.map { $0.mark.start?.description } == [nil, "12:00", "08:15", nil], "\(reading.rejected.map(\.reason))")
        #expect(reading.absences.map(\.mark.key) == ["1/b", "2/b", "3/b", "4/b"])
    }

    @Test(arguments: [
        ("class: {column: class, values: {A: late}, otherwise: ignore}", "quarantined and never guessed"),
        ("start: {column: at, otherwise: \"08:15\"}", "this goes with values or values-from"),
        ("pupil: {column: a, values: {x: \"\"}}", "there is no value here"),
        ("start: {column: at, default: \"\"}", "there is no value here"),
        ("pupil: {column: a, suffix: x}", "this goes with the column of a key"),
    ])
    func `are not guessed, nor empty where something must stand`(fields: String, sentence: String) throws {
        let problems = try DeclaredConnector("streams:\n  absence: \(absences(fields))").problems
        #expect(problems.contains { $0.contains(sentence) }, "\(problems)")
    }

    @Test func `that a setting must fill are missed in the configuration`() throws {
        let connector = try DeclaredConnector("streams:\n  absence: \(absences("minutes: {setting: minutes}"))")
        let error = #expect(throws: (any Error).self) { _ = try connector.read() }
        #expect("\(error.map { "\($0)" } ?? "")".contains("the key \"minutes\" is missing"))
    }

    @Test(arguments: [
        ("d.M.yyyy", "1.8.2026"), ("dd/MM/yy", "01/08/26"), ("yyyyMMdd", "20260801"), ("yyyy-MM-dd", "2026-08-01"),
        ("M/d/yyyy", "8/1/2026"), ("serial-1899-12-30", "46235"), ("serial-1899-12-31", "46234"), ("date-time", "2026-08-01 07:00"),
        ("date-time", "2026-07-31T21:30:00.1234567Z"), ("date-time", "2026-08-01T00:30:00+03:00"),
        ("date-time-without-zone", "2026-08-01T22:30:00Z"), ("date-time-without-zone", "2026-08-01T00:30:00"),
        ("date-time", "2026-07-31T17:30-0400"),
    ])
    func `read dates as registers write them`(format: String, text: String) throws {
        let reading = try marks("date: {column: date, date: \"\(format)\"}", ["id,pupil,date,minutes,class", "1,p,\(text),45,A"])
        #expect(reading.absences.map(\.mark.date.description) == ["2026-08-01"], "\(reading.rejected.map(\.reason))")
    }

    @Test func `turn an instant into what the clock shows, also where clocks are changed`() throws {
        let fields = "date: {column: at, date: date-time}\nstart: {column: at, time: date-time}"
        // In Finland clocks go from 3:00 to 4:00 on 29 March 2026, and from 4:00 to 3:00 on 25 October.
        let cases = [
            ("2026-03-29T00:59:00Z", "2026-03-29 02:59"), ("2026-03-29T01:00:00Z", "2026-03-29 04:00"),
            ("2026-10-25T00:30:00Z", "2026-10-25 03:30"), ("2026-10-25T01:30:00Z", "2026-10-25 03:30"),
            ("2026-03-29 03:30", "2026-03-29 03:30"), ("2026-12-31T22:30:00Z", "2027-01-01 00:30"),
        ]
        for (written, shown) in cases {
            let mark = try marks(fields, ["id,pupil,at,minutes,class", "1,p,\(written),45,A"]).absences.first?.mark
            #expect("\(mark?.date.description ?? "") \(mark?.start?.description ?? "")" == shown)
        }
        let sydney = try #require(LocalClock(timezone: "Australia/Sydney"))
        let mark = try marks(fields, ["id,pupil,at,minutes,class", "1,p,2026-08-11T22:15:00Z,45,A"], clock: sydney).absences.first?.mark
        #expect(mark?.date.description == "2026-08-12" && mark?.start?.description == "08:15")
    }

    @Test(arguments: [("HH:mm", "8:15"), ("H.mm", "8.15"), ("HHmm", "0815"), ("HHmm", "815"), ("HH:mm:ss", "08:15:59")])
    func `read times as registers write them`(format: String, text: String) throws {
        let reading = try marks(
            "start: {column: at, time: \"\(format)\"}", ["id,pupil,date,at,minutes,class", "1,p,2026-08-12,\(text),45,A"])
        #expect(reading.absences.map { $0.mark.start?.description } == ["08:15"], "\(reading.rejected.map(\.reason))")
    }

    @Test(arguments: [
        ("number: \",\", unit: hours", "\"1,5\"", 90), ("number: \".\", unit: lessons", "2.0", 90),
        ("number: \".\", unit: seconds", "100", 2),
        ("number: \".\", unit: days, minutes-a-day: 300", "0.25", 75),
        ("number: \".\", unit: days, minutes-a-day: {setting: day}", ".5", nil),
        ("number: \".\", unit: days, minutes-a-day: {setting: day}", "0.5", 200), ("number: \".\"", "45.00", 45),
        ("number: \".\"", "45.5", nil),
        ("number: \",\", unit: hours", "1.5", nil), ("number: \".\", unit: hours", "-1", nil),
        ("number: \".\", unit: hours", "0.333333333333", 20),
        ("number: \".\", unit: hours", "25", nil), ("number: \".\", unit: days, minutes-a-day: 1440", "999999.999999999", nil),
    ])
    func `make minutes of numbers with a unit`(format: String, text: String, minutes: Int?) throws {
        let lines = ["id,pupil,date,minutes,class", "1,p,2026-08-12,\(text),A"]
        let reading = try marks("minutes: {column: minutes, \(format)}", lines, config: "day: 400")
        #expect(reading.absences.first.map { Int($0.mark.minutes) } == minutes && reading.absences.count + reading.rejected.count == 1)
    }

    @Test func `are the minutes between two times`() throws {
        let lines = ["id,pupil,date,from,to,class", "1,p,2026-08-12,8:15,9:00,A", "2,p,2026-08-12,9:00,8:15,A", "3,p,2026-08-12,9:00,,A"]
        let reading = try marks("minutes: {from: from, through: to}", lines)
        #expect(reading.absences.map(\.mark.minutes) == [45])
        #expect(
            reading.rejected.map(\.reason) == ["column \"to\" must not be before column \"from\"", "column \"from, to\" must not be empty"])
        let night = [
            "id,pupil,date,from,to,class", "1,p,2026-03-29,2026-03-29T00:30:00Z,2026-03-29T01:30:00Z,A",
            "2,p,2026-03-29,2026-03-29 02:30,2026-03-29 04:30,A", "3,p,2026-03-29,2026-03-28 23:30,2026-03-29T01:30:00Z,A",
        ]
        #expect(try marks("minutes: {from: from, through: to, time: date-time}", night).absences.map(\.mark.minutes) == [60, 120, 300])
    }

    @Test func `of a rejected row are kept by the columns that they were read from`() throws {
        let fields = "key: {columns: [id, part]}\nminutes: {from: from, through: to}"
        let rest = "streams:\n  absence: \(absences(fields, more: ", skip: [{column: status, is: gone}]"))"
        let connector = try DeclaredConnector(rest)
        connector.write("marks.csv", "id,part,pupil,date,from,to,class,status,note", "1,a,p,2026-08-12,8:15,x,A,ok,KANARIA")
        let row = try #require(try connector.read().rejected.first)
        #expect(row.fields.map(\.name) == ["id", "part", "pupil", "date", "from", "to", "class", "status"] && row.key == "1 a")
    }
}

@Suite struct `Rows that are skipped` {
    @Test func `are counted, and neither read nor quarantined`() throws {
        let rules = ", skip: [{column: status, is: [gone, moved]}, {column: kind, is-not: mark}, {column: pupil, is-empty: true}]"
        let connector = try DeclaredConnector("streams:\n  absence: \(absences("", more: rules))")
        connector.write(
            "marks.csv", "id,pupil,date,minutes,class,status,kind", "1,p,2026-08-12,45,A,,mark", "2,p,bad,bad,bad,gone,mark",
            "3,p,bad,bad,bad,,", "4,,bad,bad,bad,,mark", "5,p,bad,45,A,,mark")
        let reading = try connector.read()
        #expect(reading.absences.map(\.mark.key) == ["1"] && reading.rejected.map(\.key) == ["5"] && reading.rows == 5)
    }
}
