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
    /// What a program covers that cannot say it itself.
    public let coverage: DeclaredCoverage?
    /// The property of the configuration that the program is told; nil where it is told all of it.
    let told: String?

    static let keys = ["program", "config", "limits", "catalog", "tells", "dates", "coverage"]

    /// - Parameter configured: The configuration of a source, by property; nil where only the manifest is read, and what it leaves to the
    ///   sources is not known yet.
    init(_ fields: Fields, schema: ConfigurationSchema, configured: [String: Setting]? = nil) throws(ConfigurationError) {
        func found<Value>(
            _ key: String, default other: Value, _ read: (Setting) throws -> Value
        ) -> Result<Value, ConfigurationError> {
            Result { () throws(ConfigurationError) in
                guard let setting = fields.optional(key) else { return other }
                guard setting.isLeftToSource else { return try fields.required(key, read).get() }
                guard let value = configured?[try schema.name(at: setting["setting"])] else { return other }
                do { return try read(value) } catch { throw error as? ConfigurationError ?? value.error("\(error)") }
            }
        }
        (command, limits, catalog, telling, dates, coverage, told) = try gather(
            found("program", default: []) { try ProgramPlan.command($0) },
            found("limits", default: ProgramLimits()) { try ProgramLimits($0) },
            found("catalog", default: nil) {
                fields.optional("catalog")?.isLeftToSource == true ? try $0.absolutePath() : try StreamMapping.fileName($0)
            },
            found("tells", default: .everything) { try $0.choice(of: Telling.self) },
            found("dates", default: .iso8601) { try $0.choice(of: DateFormat.self) },
            found("coverage", default: nil) { try DeclaredCoverage($0, schema: schema) },
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
