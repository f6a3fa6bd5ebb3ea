public import SiltaCore

extension SchoolYear {
    /// A school year and the holidays around it, with room to spare.
    static let maximumDayCount = 400

    /// - Parameter file: The file's name, for errors.
    public static func parse(_ text: String, file: String) throws(ConfigurationError) -> SchoolYear {
        try SchoolYear(YAMLDocument.parse(text, file: file))
    }

    public init(_ setting: Setting) throws(ConfigurationError) {
        self = try setting.read(allowing: ["start", "end", "terms", "holidays", "extra-school-days"]) { fields in
            let bounds = setting.reading { _ in try SchoolYear.bounds(fields) }
            let year = try? bounds.get()
            let ((start, end), terms, holidays, extraDays) = try gather(
                bounds,
                fields.optional("terms", default: []) { try $0.terms(in: year) },
                fields.optional("holidays", default: []) { holidays in try holidays.list { try $0.holiday() } },
                fields.optional("extra-school-days", default: []) { days in
                    try Set(days.list { try $0.date(in: year) }).sorted()
                })
            return SchoolYear(start: start, end: end, terms: terms, holidays: holidays, extraDays: extraDays)
        }
    }

    private static func bounds(_ fields: Fields) throws(ConfigurationError) -> (start: LocalDate, end: LocalDate) {
        let (start, end) = try gather(fields.required("start") { try $0.date() }, fields.required("end") { try $0.date() })
        guard start < end else {
            throw fields.setting["end"].error("the school year ends on \(end), and must begin before that, not on \(start)")
        }
        let days = Int(end.dayNumber - start.dayNumber) + 1
        guard days <= maximumDayCount else {
            throw fields.setting["end"].error("the school year has \(days) days from \(start); \(maximumDayCount) is the most")
        }
        return (start, end)
    }
}

/// A school year's first and last day; nil where they could not be read, so that nothing is judged by them.
private typealias Year = (start: LocalDate, end: LocalDate)

extension Setting {
    fileprivate func date(in year: Year?) throws(ConfigurationError) -> LocalDate {
        let day = try date()
        if let year, day < year.start || day > year.end {
            throw error("\(day) is outside the school year, \(year.start) to \(year.end)")
        }
        return day
    }

    fileprivate func holiday() throws(ConfigurationError) -> DateSpan {
        try read(allowing: ["from", "through"]) { fields in
            let (from, through) = try gather(fields.required("from") { try $0.date() }, fields.required("through") { try $0.date() })
            guard from <= through else { throw error("this holiday ends on \(through), before it begins on \(from)") }
            return DateSpan(from: from, through: through)
        }
    }

    fileprivate func terms(in year: Year?) throws(ConfigurationError) -> [SchoolYear.Term] {
        let terms = try list { try $0.term(in: year) }
        var problems: [ConfigurationProblem] = []
        for (index, element) in try list().enumerated() {
            let term = terms[index]
            guard let other = terms[..<index].first(where: { $0.from <= term.through && term.from <= $0.through || $0.name == term.name })
            else { continue }
            let sentence =
                other.name == term.name
                ? "there is a term \"\(term.name)\" already; give this one another name"
                : "this term overlaps the term \"\(other.name)\", \(other.from) to \(other.through)"
            problems.append(element.problem(sentence))
        }
        guard problems.isEmpty else { throw ConfigurationError(problems) }
        return terms
    }

    private func term(in year: Year?) throws(ConfigurationError) -> SchoolYear.Term {
        try read(allowing: ["name", "from", "through"]) { fields in
            let (name, from, through) = try gather(
                fields.required("name") { try $0.name() },
                fields.required("from") { try $0.date(in: year) },
                fields.required("through") { try $0.date(in: year) })
            guard from <= through else { throw error("this term ends on \(through), before it begins on \(from)") }
            return SchoolYear.Term(name: name, from: from, through: through)
        }
    }
}
