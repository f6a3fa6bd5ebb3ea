internal import SiltaConfiguration
public import SiltaFormats

/// Where a declarative connector reads and how: the part of a manifest that all its streams share.
public struct ReadPlan: Sendable {
    public enum Format: Sendable {
        case csv(CSVDialect)
    }

    /// The folder that holds the files.
    public let location: Parameter
    public let format: Format
    public let encoding: Parameter
    public let dates: DateFormat
    /// As it is written, to be read again with what a source configures.
    private let written: Setting
    private let schema: ConfigurationSchema

    /// - Parameter values: What the source configures; without it, the defaults.
    init(
        _ setting: Setting, schema: ConfigurationSchema, values: [String: Setting]? = nil
    ) throws(ConfigurationError) {
        self = try setting.read(allowing: ["location", "format", "csv", "encoding", "dates"]) { (fields) throws(ConfigurationError) in
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
        let (location, format, dialect, encoding, dates) = try gather(
            fields.required("location", parameter),
            fields.required("format") { (setting) throws(ConfigurationError) in try setting.choice(of: FormatName.self) },
            fields.optional("csv", default: CSVDialect()) { (setting) throws(ConfigurationError) in try ReadPlan.dialect(filled(setting)) },
            fields.required("encoding", parameter),
            fields.optional("dates", default: .iso8601) { (setting) throws(ConfigurationError) in try DateFormat(filled(setting)) })
        switch format {
        case .csv: self.format = .csv(dialect)
        }
        self.location = location
        self.encoding = encoding
        self.dates = dates
    }

    private enum FormatName: String, CaseIterable {
        case csv
    }

    private static func dialect(_ setting: Setting) throws(ConfigurationError) -> CSVDialect {
        try setting.read(allowing: ["separator", "quoting"]) { (fields) throws(ConfigurationError) in
            let separator = try fields.required("separator")
            let text = try separator.string()
            guard text.utf8.count == 1, let byte = text.utf8.first, byte < 0x80, !"\"\r\n".utf8.contains(byte) else {
                throw separator.refusal(of: text, expected: "one ASCII character that may separate fields, such as \";\"")
            }
            return CSVDialect(separator: byte, quoting: try fields.required("quoting").choice(of: CSVDialect.Quoting.self))
        }
    }
}
