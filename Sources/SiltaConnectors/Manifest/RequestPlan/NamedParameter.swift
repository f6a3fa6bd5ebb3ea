internal import SiltaConfiguration
internal import SiltaCore

/// A header or a part of a query, with a value that the manifest gives or leaves to the configuration.
struct NamedParameter: Sendable {
    enum Value: Sendable {
        case text(Parameter)
        case day(RequestedDay)
    }

    let name: String
    let value: Value

    /// - Parameter areDays: whether `{day: …}` may stand there.
    static func all(
        _ setting: Setting, schema: ConfigurationSchema, areDays: Bool = false
    ) throws(ConfigurationError) -> [NamedParameter] {
        try setting.entries { (entry) throws(ConfigurationError) in
            if areDays, entry.value.hasKey("day") {
                return NamedParameter(name: entry.key, value: .day(try RequestedDay(entry.value, schema: schema)))
            }
            let value = try Parameter(entry.value, schema: schema)
            if case .setting(let name) = value, schema.property(name)?.schema.isSecret == true {
                throw entry.value.error(
                    "\"\(name)\" is a secret, and these have places of their own: token, password, api-key, client-secret")
            }
            return NamedParameter(name: entry.key, value: .text(value))
        }
    }
}

extension Parameter {
    /// What is configured; nil where it is left to the configuration, and nothing stands there.
    func text(in properties: [String: Setting]) throws(ConfigurationError) -> String? {
        switch self {
        case .value(let value): try value.string(allowingEmpty: true)
        case .setting(let name): try properties[name]?.string(allowingEmpty: true)
        }
    }

    /// The day that is configured; nil where it is left to the configuration, and nothing stands there.
    fileprivate func day(in properties: [String: Setting]) throws(ConfigurationError) -> DeclaredCoverage.Day? {
        switch self {
        case .value(let value): try DeclaredCoverage.Day(value, isAhead: true)
        case .setting(let name):
            try properties[name].map { (day) throws(ConfigurationError) in try DeclaredCoverage.Day(day, isAhead: true) }
        }
    }
}

/// A day in a query: `{day: today-30d}`, `{day: {setting: from}, format: date-time}`, `{day: today, not-before: {setting: from}}`.
struct RequestedDay: Sendable {
    enum Format: String, CaseIterable, Sendable {
        case date
        /// The moment when the day begins where the provider is, with its zone: `2026-08-12T00:00:00+03:00`.
        case dateTime = "date-time"
    }

    private let day: Parameter
    private let least: Parameter?
    private let format: Format

    /// - Parameter schema: nil where it was found fit before.
    init(_ setting: Setting, schema: ConfigurationSchema?) throws(ConfigurationError) {
        let fields = try setting.fields(allowing: ["day", "not-before", "format"])
        let parameter = { (day: Setting) throws(ConfigurationError) -> Parameter in
            guard let schema else { return try Parameter(checked: day) }
            return try Parameter(day, schema: schema)
        }
        day = try parameter(fields.required("day"))
        least = try fields.optional("not-before").map { (day) throws(ConfigurationError) in try parameter(day) }
        format = try fields.optional("format")?.choice(of: Format.self) ?? .date
        for parameter in [day, least] {
            if case .value? = parameter { _ = try parameter?.day(in: [:]) }
        }
    }

    /// - Parameter today: where the provider is.
    /// - Returns: nil where the day is left to the configuration, and nothing stands there.
    func text(
        in properties: [String: Setting], on today: LocalDate, _ clock: LocalClock
    ) throws(ConfigurationError) -> String? {
        guard var date = try day.day(in: properties)?.date(on: today) else { return nil }
        if let least = try least?.day(in: properties)?.date(on: today) { date = max(date, least) }
        return format == .date ? date.description : clock.beginning(of: date)
    }

    /// Whether it is another one tomorrow.
    func moves(in properties: [String: Setting]) throws(ConfigurationError) -> Bool {
        for parameter in [day, least] {
            if try parameter?.day(in: properties)?.moves == true { return true }
        }
        return false
    }
}
