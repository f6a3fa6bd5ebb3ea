public import SiltaConfiguration

/// A connector as its `connector.yaml` declares it.
public struct Manifest: Sendable {
    public static let fileName = "connector.yaml"

    public let name: String
    public let version: String
    /// What it reads, in a sentence.
    public let reads: String
    /// What each source that uses it configures, beside `files` and `columns`.
    public let configuration: ConfigurationSchema
    public let read: ReadPlan
    public let streams: [StreamMapping]

    /// Every source may rename files and columns; a manifest does not declare these.
    static let overrides = ["files", "columns"]

    public init(_ setting: Setting) throws(ConfigurationError) {
        self = try setting.read(allowing: ["name", "version", "reads", "configuration", "read", "streams"]) {
            (fields) throws(ConfigurationError) in try Manifest(fields)
        }
    }

    private init(_ fields: Fields) throws(ConfigurationError) {
        (name, version, reads) = try gather(
            fields.required("name", Manifest.text), fields.required("version", Manifest.text), fields.required("reads", Manifest.text))
        let schemaSetting = try fields.required("configuration")
        let schema = try ConfigurationSchema(schemaSetting)
        guard case .object(let properties) = schema.form else { throw schemaSetting.error("this must be an object with properties") }
        if let taken = properties.first(where: { Manifest.overrides.contains($0.name) }) {
            throw schemaSetting.error("the property \"\(taken.name)\" is there in every connector and cannot be declared")
        }
        configuration = schema
        (read, streams) = try gather(
            fields.required("read") { (setting) throws(ConfigurationError) in try ReadPlan(setting, schema: schema) },
            fields.required("streams") { (setting) throws(ConfigurationError) in
                try setting.entries { (entry) throws(ConfigurationError) in try StreamMapping(entry, schema: schema) }
            })
    }

    private static func text(_ setting: Setting) throws(ConfigurationError) -> String { try setting.string() }
}
