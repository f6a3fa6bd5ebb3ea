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
    /// A Singer catalog, a file of the connector's folder, or an absolute path.
    public let catalog: String?
    public let telling: Telling
    public let dates: DateFormat
    /// The property of the configuration that the program is told; nil where it is told all of it.
    let told: String?

    static let keys = ["program", "config", "limits", "catalog", "tells", "dates"]

    /// - Parameter configured: The configuration of a source, by property; nil where only the manifest is read, and what it leaves to the
    ///   sources is not known yet.
    init(_ fields: Fields, schema: ConfigurationSchema, configured: [String: Setting]? = nil) throws(ConfigurationError) {
        (command, limits, catalog, telling, dates, told) = try gather(
            fields.configured("program", in: configured, schema, default: []) { try ProgramPlan.command($0) },
            fields.configured("limits", in: configured, schema, default: ProgramLimits()) { try ProgramLimits($0) },
            fields.configured("catalog", in: configured, schema, default: nil) {
                fields.optional("catalog")?.isLeftToSource == true ? try $0.absolutePath() : try StreamMapping.fileName($0)
            },
            fields.configured("tells", in: configured, schema, default: .everything) { try $0.choice(of: Telling.self) },
            fields.configured("dates", in: configured, schema, default: .iso8601) { try DateFormat($0) },
            fields.optional("config") { (setting) throws(ConfigurationError) in try ProgramPlan.property(setting, schema) })
    }

    private static func command(_ setting: Setting) throws(ConfigurationError) -> [String] {
        try setting.list(atLeast: 1) { (part) throws(ConfigurationError) in try part.string() }
    }

    private static func property(_ setting: Setting, _ schema: ConfigurationSchema) throws(ConfigurationError) -> String {
        guard case .setting(let name) = try Parameter(setting, schema: schema) else {
            throw setting.error("this must be {setting: NAME}, a property of the configuration")
        }
        return name
    }
}
