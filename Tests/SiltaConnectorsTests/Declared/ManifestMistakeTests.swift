import Testing

@testable import SiltaConnectors

@Suite struct `Mistakes in a mapping` {
    @Test(arguments: [
        (
            "minutes: {column: a, constant: 3}",
            "minutes: this needs one of column, columns, constant, setting, and from with through; column and constant stand here"
        ),
        ("minutes: {unit: hours, column: a}", "minutes.unit: a unit goes with number"),
        ("minutes: {column: a, number: \".\", unit: days}", "minutes.unit: how long a day is must stand beside it"),
        ("minutes: {column: a, number: \".\", unit: hours, minutes-a-day: 3}", "minutes-a-day: this goes with unit: days"),
        ("minutes: {column: a, number: \".\", unit: hors}", "did you mean \"hours\"?"),
        ("minutes: {from: a}", "minutes: the key \"through\" is missing"),
        ("start: {from: a, through: b}", "start.from: only minutes lie between two times"),
        ("date: {column: a, date: yyyy-mm-dd}", "date.date: \"yyyy-mm-dd\" is not a way to write dates"),
        ("date: {column: a, date: ddMyyyy}", "is not a way to write dates"),
        ("date: {column: a, date: serial-1899-13-30}", "is not a way to write dates"),
        ("date: {constant: 1.8.2026}", "date.constant: \"1.8.2026\" is not a date"),
        ("start: {column: a, time: hhmm}", "start.time: \"hhmm\" is not one of"),
        ("pupil: {column: a, time: HHmm}", "pupil.time: pupil is no time"),
        ("pupil: {column: a, number: \".\"}", "pupil.number: pupil is no number"),
        ("pupil: {columns: [a]}", "pupil.columns: this list must have at least 2 elements"),
        ("pupil: {columns: [a, b], take: last}", "pupil.take: \"last\" is not \"first\""),
        ("pupil: {column: a, take: b}", "pupil.take: this goes with columns, or with a lookup"),
        ("pupil: {column: a, separator: b}", "pupil.separator: this goes with columns"),
        (
            "pupil: {column: a, lookup: peple, take: b}",
            "pupil.lookup: \"peple\" is not a table; there are people; did you mean \"people\"?"
        ),
        (
            "pupil: {column: a, lookup: people, take: nam}",
            "pupil.take: \"nam\" is not a column of the table people; it has name; did you mean \"name\"?"
        ),
        ("pupil: {column: a, lookup: people, take: name, then: {lookup: x, take: y}}", "pupil.then.lookup: \"x\" is not a table"),
        ("pupil: {column: a, lookup: people}", "pupil: the key \"take\" is missing"),
        ("pupil: {constant: a, default: b}", "pupil.default: this goes with a column"),
        ("pupil: {column: a, default: b, required: true}", "pupil.default: what has a default is never empty"),
        ("class: {column: a, default: helth}", "class.default: \"helth\" is not one of"),
        ("pupil: {setting: nobody}", "pupil.setting: \"nobody\" is not a property of the configuration"),
        ("pupil: [a, b]", "for several columns write {columns: [a, b]}"),
        ("pupil: {columns: [a, secret]}", "pupil may not be read from the column \"secret\""),
    ])
    func `are told with line and key path`(field: String, sentence: String) throws {
        let tables = "tables: {people: {file: people.csv, key: id, columns: [name]}}\n"
        let connector = try DeclaredConnector(tables + "streams:\n  absence: \(absences(field, more: ", drop: [secret]"))")
        let problems = connector.problems
        #expect(
            problems.count == 1 && problems[0].hasPrefix("connector.yaml:8: streams.absence") && problems[0].contains(sentence),
            "\(problems)")
    }

    @Test(arguments: [
        ("{column: a}", "this needs one of is, is-not, is-empty"), ("{column: a, is: x, is-empty: true}", "this needs one of"),
        ("{column: a, isnt: x}", "did you mean"), ("{column: secret, is: x}", "which this connector drops unread"),
    ])
    func `in rules of rows to be skipped are told`(rule: String, sentence: String) throws {
        let problems = try DeclaredConnector("streams:\n  absence: \(absences("", more: ", drop: [secret], skip: [\(rule)]"))").problems
        #expect(!problems.isEmpty && problems[0].contains("streams.absence.skip") && problems[0].contains(sentence), "\(problems)")
    }

    @Test func `of streams and tables are told`() throws {
        let twice = try DeclaredConnector("streams:\n  absence: [\(absences("", more: ", name: a")), \(absences("", more: ", name: a"))]")
        #expect(twice.problems.first?.contains("there are two streams \"a\"") == true)
        let none = try DeclaredConnector("streams:\n  absence: \(absences("pupil: {column: a, lookup: people, take: b}"))")
        #expect(none.problems.first?.contains("there is no table \"people\", for the manifest has no tables") == true)
    }
}
