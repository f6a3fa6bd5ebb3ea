import SiltaConfiguration
import SiltaCore
import Testing

struct SchoolYearTests {
    @Test func `everything that may stand in a calendar is read`() throws {
        let year = try SchoolYear.parse(Samples.calendar, file: "calendar.yaml")
        func day(_ text: String) -> LocalDate { LocalDate(text)! }
        #expect(
            year
                == SchoolYear(
                    start: day("2026-08-12"), end: day("2027-06-05"),
                    terms: [
                        SchoolYear.Term(name: "autumn", from: day("2026-08-12"), through: day("2026-12-19")),
                        SchoolYear.Term(name: "spring", from: day("2027-01-07"), through: day("2027-06-05")),
                    ],
                    holidays: [DateSpan(from: day("2026-10-12"), through: day("2026-10-18"))], extraDays: [day("2027-01-16")]))
    }

    @Test(arguments: [
        Spoilt(
            "start: 2026-08-12", "start: 2027-06-05",
            "2: end: the school year ends on 2027-06-05, and must begin before that, not on 2027-06-05"),
        Spoilt("end: 2027-06-05", "end: 2027-09-16", "2: end: the school year has 401 days from 2026-08-12; 400 is the most"),
        Spoilt("end: 2027-06-05", "end: 5.6.2027", "2: end: \"5.6.2027\" is not a date, year-month-day, such as 2026-08-12"),
        Spoilt("start: 2026-08-12\n", "", "1: the key \"start\" is missing"),
        Spoilt("from: 2026-08-12", "from: 2026-08-11", "4: terms[0].from: 2026-08-11 is outside the school year, 2026-08-12 to 2027-06-05"),
        Spoilt(
            "through: 2026-12-19", "through: 2026-08-11",
            "4: terms[0].through: 2026-08-11 is outside the school year, 2026-08-12 to 2027-06-05"),
        Spoilt("from: 2027-01-07", "from: 2026-12-19", "5: terms[1]: this term overlaps the term \"autumn\", 2026-08-12 to 2026-12-19"),
        Spoilt("name: spring", "name: autumn", "5: terms[1]: there is a term \"autumn\" already; give this one another name"),
        Spoilt("through: 2027-06-05}", "through: 2027-01-06}", "5: terms[1]: this term ends on 2027-01-06, before it begins on 2027-01-07"),
        Spoilt(
            "through: 2026-10-18", "through: 2026-10-11", "7: holidays[0]: this holiday ends on 2026-10-11, before it begins on 2026-10-12"),
        Spoilt(", through: 2026-10-18", "", "7: holidays[0]: the key \"through\" is missing"),
        Spoilt("[2027-01-16]", "[2027-06-06]", "8: extra-school-days[0]: 2027-06-06 is outside the school year, 2026-08-12 to 2027-06-05"),
        Spoilt("[2027-01-16]", "2027-01-16", "8: extra-school-days: this must be a list, [a, b], not text"),
    ])
    func `what is wrong in a calendar is told`(spoilt: Spoilt) {
        #expect(
            problems { try SchoolYear.parse(spoilt.apply(to: Samples.calendar), file: "calendar.yaml") } == "calendar.yaml:" + spoilt.told)
    }

    @Test func `a calendar of comments, flow mappings and unquoted dates is read`() throws {
        let year = try SchoolYear.parse(
            """
            # the school year of the synthetic register
            start: 2026-08-12
            end: 2027-06-05
            terms:
              - {name: autumn, from: 2026-08-12, through: 2026-12-19}
              - {name: spring, from: 2027-01-07, through: 2027-06-05}
            holidays:
              - {from: 2026-10-12, through: 2026-10-18}
              - {from: 2026-12-20, through: 2027-01-06}
              - {from: 2027-02-15, through: 2027-02-21}
              - {from: 2027-03-26, through: 2027-03-29}
              - {from: 2027-05-06, through: 2027-05-06}

            """, file: "calendar.yaml")
        #expect(year.schoolDays.count == 187)
        #expect(year.terms.map(\.name) == ["autumn", "spring"])
    }

    @Test func `four hundred days are a school year`() throws {
        #expect(try SchoolYear.parse("start: 2026-08-12\nend: 2027-09-15", file: "f").end == LocalDate("2027-09-15"))
    }
}
