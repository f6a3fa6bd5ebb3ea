internal import SiltaConfiguration
public import SiltaFormats

/// Where a declarative connector reads and how: the part of a manifest that all its streams share.
public struct ReadPlan: Sendable {
    static let keys = ["location", "format", "csv", "encoding", "dates", "complete-when", "http"]

    /// The folder that holds the files.
    public let location: Parameter
    /// Of the streams that do not say another.
    public let format: FileFormat.Name
    public let dialect: CSVDialect
    /// Of CSV files; nil where it is UTF-8.
    public let encoding: Parameter?
    public let dates: DateFormat
    /// Nil where a file that is there counts as complete.
    public let completion: FileCompletion?
    /// How servers are asked; nil where it is as usual.
    public let http: HTTPPlan?
    /// As it is written, to be read again with what a source configures.
    private let written: Setting
    private let schema: ConfigurationSchema

    /// - Parameter values: What the source configures; without it, the defaults.
    init(
        _ setting: Setting, schema: ConfigurationSchema, values: [String: Setting]? = nil
    ) throws(ConfigurationError) {
        self = try setting.read(allowing: ReadPlan.keys) { (fields) throws(ConfigurationError) in
            try ReadPlan(fields, schema: schema, values: values)
        }
    }

    /// The plan with what a source configures in place of the names of its settings.
    func configured(_ values: [String: Setting]) throws(ConfigurationError) -> ReadPlan {
        try ReadPlan(written, schema: schema, values: values)
    }

    private init(
        _ fields: Fields, schema: ConfigurationSchema, values: [String: Setting]?
    ) throws(ConfigurationError) {
        written = fields.setting
        self.schema = schema
        let filled = { (setting: Setting) throws(ConfigurationError) in try schema.filled(setting, with: values) }
        let parameter = { (setting: Setting) throws(ConfigurationError) in try Parameter(setting, schema: schema) }
        (location, format, dialect, encoding, dates, completion, http) = try gather(
            fields.required("location", parameter),
            fields.required("format") { (setting) throws(ConfigurationError) in try setting.choice(of: FileFormat.Name.self) },
            fields.optional("csv", default: CSVDialect()) { (setting) throws(ConfigurationError) in try CSVDialect(filled(setting)) },
            fields.optional("encoding", parameter),
            fields.optional("dates", default: .iso8601) { (setting) throws(ConfigurationError) in try DateFormat(filled(setting)) },
            fields.optional("complete-when") { (setting) throws(ConfigurationError) in try FileCompletion(setting) },
            fields.optional("http") { (setting) throws(ConfigurationError) in try HTTPPlan(setting, schema: schema, values: values) })
    }
}
