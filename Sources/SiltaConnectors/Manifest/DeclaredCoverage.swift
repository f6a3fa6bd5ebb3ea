internal import SiltaConfiguration
public import SiltaCore

/// What is covered by being read to the end, as a manifest declares it, where the register does not say it itself.
///
/// `{from: 2026-08-12, through: today}`, with a day as a date, `today`, `today-30d`, or `{setting: NAME}` for one of the source's
/// configuration; or the word `whole`: every day until today.
public struct DeclaredCoverage: Sendable {
    public enum Day: Sendable, Hashable {
        case date(LocalDate)
        /// So many days before the day of the poll; negative after it.
        case before(days: Int)

        /// Whether it is another one tomorrow.
        var moves: Bool { if case .before = self { true } else { false } }
    }

    /// Nil: from the first day that there is.
    let from: Parameter?
    /// Nil: today.
    let through: Parameter?

    init(_ setting: Setting, schema: ConfigurationSchema) throws(ConfigurationError) {
        if case .scalar = setting.content {
            let text = try setting.string()
            guard text == "whole" else { throw setting.refusal(of: text, expected: "\"whole\", or a mapping with from and through") }
            (from, through) = (nil, nil)
            return
        }
        let fields = try setting.fields(allowing: ["from", "through"])
        from = try DeclaredCoverage.day(fields.required("from"), schema)
        through = try fields.optional("through").map { (day) throws(ConfigurationError) in try DeclaredCoverage.day(day, schema) }
    }

    private static func day(_ setting: Setting, _ schema: ConfigurationSchema) throws(ConfigurationError) -> Parameter {
        let parameter = try Parameter(setting, schema: schema)
        if case .value(let value) = parameter { _ = try Day(value) }
        return parameter
    }
}

extension DeclaredCoverage.Day {
    /// - Parameter isAhead: whether it may lie after the day of the poll: what is asked may, what is covered may not.
    init(_ setting: Setting, isAhead: Bool = false) throws(ConfigurationError) {
        let text = try setting.string()
        if let date = LocalDate(text) {
            self = .date(date)
            return
        }
        if text == "today" {
            self = .before(days: 0)
            return
        }
        let days = text.dropFirst("today-".count).dropLast()
        let isAfter = isAhead && text.hasPrefix("today+")
        guard text.hasPrefix("today-") || isAfter, text.hasSuffix("d"),
            days.utf8.allSatisfy({ (48...57).contains($0) }), let days = Int(days),
            days <= 3660
        else { throw setting.refusal(of: text, expected: "a day: 2026-08-12, today, or today-30d") }
        self = .before(days: isAfter ? -days : days)
    }

    func date(on today: LocalDate) -> LocalDate {
        switch self {
        case .date(let date): date
        case .before(let days): today.adding(days: -days)
        }
    }
}
