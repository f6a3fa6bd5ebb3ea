internal import SiltaConfiguration
internal import SiltaCore

/// A rule by which a row is none of our business: `{column: status, is: [tobedeleted]}`, `{column: kind, is-not: [absence]}`,
/// `{column: end, is-empty: true}`, `{column: date, before: {setting: from}}`, `{column: person, in: staff}`. Words are compared as they
/// are written.
public struct SkipRule: Sendable {
    public enum Condition: Hashable, Sendable {
        case `is`(Set<String>)
        /// Holds for an empty one, too.
        case isNot(Set<String>)
        case isEmpty(Bool)
        /// A day, and an earlier one.
        case before(Day)
        /// A day, and a later one.
        case after(Day)
        /// It is the key of a row of the table.
        case isIn(String)
        /// It is not empty, and the key of no row of the table.
        case isNotIn(String)
    }

    /// A day that a column is compared with.
    public enum Day: Hashable, Sendable {
        case declared(DeclaredCoverage.Day)
        /// The property of the configuration that says it.
        case setting(String)
    }

    public private(set) var column: String
    public internal(set) var condition: Condition
    /// How the column's days are written, where it is otherwise than in the rest of the rows.
    let dates: DateFormat?

    private static let conditions = ["is", "is-not", "is-empty", "before", "after", "in", "not-in"]

    /// - Parameter tables: those that it may look in.
    init(_ setting: Setting, schema: ConfigurationSchema, tables: [TableMapping]) throws(ConfigurationError) {
        let fields = try setting.fields(allowing: ["column", "date"] + SkipRule.conditions)
        column = try fields.required("column").string()
        let there = SkipRule.conditions.filter { fields.optional($0) != nil }
        guard there.count == 1, let value = fields.optional(there[0]) else {
            throw setting.error("this needs one of \(SkipRule.conditions.joined(separator: ", ")) beside the column")
        }
        condition =
            switch there[0] {
            case "is": .is(try SkipRule.words(value))
            case "is-not": .isNot(try SkipRule.words(value))
            case "is-empty": .isEmpty(try value.boolean())
            case "before": .before(try SkipRule.day(value, schema))
            case "after": .after(try SkipRule.day(value, schema))
            case "in": .isIn(try SkipRule.table(value, tables))
            default: .isNotIn(try SkipRule.table(value, tables))
            }
        dates = try fields.optional("date").map { (date) throws(ConfigurationError) in
            guard ["before", "after"].contains(there[0]) else { throw date.error("this goes with before and after") }
            return try DateFormat(date)
        }
    }

    /// One or a list of them; the empty one stands for what is empty.
    private static func words(_ setting: Setting) throws(ConfigurationError) -> Set<String> {
        if case .scalar = setting.content { return [try setting.string(allowingEmpty: true)] }
        return Set(try setting.list(atLeast: 1) { (word) throws(ConfigurationError) in try word.string(allowingEmpty: true) })
    }

    private static func day(_ setting: Setting, _ schema: ConfigurationSchema) throws(ConfigurationError) -> Day {
        switch try Parameter(setting, schema: schema) {
        case .value(let value): .declared(try DeclaredCoverage.Day(value, isAhead: true))
        case .setting(let name): .setting(name)
        }
    }

    private static func table(_ setting: Setting, _ tables: [TableMapping]) throws(ConfigurationError) -> String {
        let name = try setting.string()
        let names = tables.map(\.name)
        guard names.contains(name) else {
            guard !names.isEmpty else { throw setting.error("there is no table \"\(name)\" that could be looked in") }
            throw setting.refusal(of: name, expected: "a table; there are \(names.joined(separator: ", "))", nearestOf: names)
        }
        return name
    }
}

extension SkipRule {
    /// The table that it looks in.
    var table: String? {
        switch condition {
        case .isIn(let table), .isNotIn(let table): table
        default: nil
        }
    }

    var day: Day? {
        switch condition {
        case .before(let day), .after(let day): day
        default: nil
        }
    }

    /// Whether it skips others tomorrow.
    var moves: Bool { if case .declared(let day)? = day { day.moves } else { false } }

    /// The rule with what a source configures; nil where it leaves its day to a source that names none.
    func configured(_ properties: [String: Setting]) throws(ConfigurationError) -> SkipRule? {
        guard case .setting(let name)? = day else { return self }
        guard let value = properties[name] else { return nil }
        return with(.declared(try DeclaredCoverage.Day(value, isAhead: true)))
    }

    /// The rule as it is on a day.
    func on(_ today: LocalDate) -> SkipRule {
        guard case .declared(let day)? = day else { return self }
        return with(.declared(.date(day.date(on: today))))
    }

    /// The rule with another column, where it is this one.
    func renamed(_ column: String, to other: String) -> SkipRule {
        var rule = self
        if self.column == column, !other.isEmpty { rule.column = other }
        return rule
    }

    private func with(_ day: Day) -> SkipRule {
        var rule = self
        switch condition {
        case .before: rule.condition = .before(day)
        case .after: rule.condition = .after(day)
        default: break
        }
        return rule
    }
}

extension StreamMapping {
    /// The stream with what its rules say of days as it is on this one.
    func on(_ today: LocalDate) -> StreamMapping {
        var stream = self
        stream.skips = skips.map { $0.on(today) }
        return stream
    }
}

extension TableMapping {
    /// The table with what its rules say of days as it is on this one.
    func on(_ today: LocalDate) -> TableMapping {
        var table = self
        table.skips = skips.map { $0.on(today) }
        return table
    }

    /// The table with what a source configures.
    func configured(_ properties: [String: Setting]) throws(ConfigurationError) -> TableMapping {
        var table = self
        table.skips = try skips.configured(properties)
        return table
    }
}

extension [SkipRule] {
    /// The rules with what a source configures.
    func configured(_ properties: [String: Setting]) throws(ConfigurationError) -> [SkipRule] {
        var rules: [SkipRule] = []
        for rule in self {
            if let rule = try rule.configured(properties) { rules.append(rule) }
        }
        return rules
    }

    /// `skip` of a stream or a table.
    init(_ fields: Fields, schema: ConfigurationSchema, tables: [TableMapping] = []) throws(ConfigurationError) {
        self =
            try fields.optional("skip")?.list { (rule) throws(ConfigurationError) in
                try SkipRule(rule, schema: schema, tables: tables)
            } ?? []
    }
}
