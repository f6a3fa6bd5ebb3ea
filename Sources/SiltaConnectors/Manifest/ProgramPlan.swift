internal import SiltaConfiguration

/// How a connector that is a program is run, and what its silence means: the part of a manifest that is about the program.
public struct ProgramPlan: Sendable {
    /// What each run of the program tells.
    public enum Telling: String, CaseIterable, Sendable {
        /// All that there is: what is missing is gone, within what is covered.
        case everything
        /// What is new since the state that it is given; without one, everything.
        case changes
    }

    /// The program and its arguments, before those that every program gets. One with a `/` in it is below the connector's folder.
    public let command: [String]
    public let limits: ProgramLimits
    /// A Singer catalog, a file of the connector's folder.
    public let catalog: String?
    public let telling: Telling
    public let dates: DateFormat

    static let keys = ["program", "limits", "catalog", "tells", "dates"]

    init(_ fields: Fields, schema: ConfigurationSchema) throws(ConfigurationError) {
        (command, limits, catalog, telling, dates) = try gather(
            fields.required("program") { (setting) throws(ConfigurationError) in
                try setting.list(atLeast: 1) { (part) throws(ConfigurationError) in try part.string() }
            },
            fields.optional("limits", default: ProgramLimits()) { (setting) throws(ConfigurationError) in try ProgramLimits(setting) },
            fields.optional("catalog") { (setting) throws(ConfigurationError) in try StreamMapping.fileName(setting) },
            fields.optional("tells", default: .everything) { (setting) throws(ConfigurationError) in try setting.choice(of: Telling.self) },
            fields.optional("dates", default: .iso8601) { (setting) throws(ConfigurationError) in try DateFormat(setting) })
    }
}
