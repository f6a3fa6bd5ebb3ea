internal import SiltaConfiguration
public import SiltaFormats

/// Where a declarative connector reads and how: the part of a manifest that all its streams share.
public struct ReadPlan: Sendable {
    public enum Format: Sendable {
        case csv(CSVDialect)
        case json
    }

    /// The folder that holds the files.
    public let location: Parameter
    public let format: Format
    /// Nil where it is UTF-8.
    public let encoding: Parameter?
    public let dates: DateFormat
    /// How servers are asked; nil where it is as usual.
    public let http: HTTPPlan?

    init(_ setting: Setting, schema: ConfigurationSchema) throws(ConfigurationError) {
        self = try setting.read(allowing: ["location", "format", "csv", "encoding", "dates", "http"]) { (fields) throws(ConfigurationError) in
            try ReadPlan(fields, schema: schema)
        }
    }

    private init(_ fields: Fields, schema: ConfigurationSchema) throws(ConfigurationError) {
        let parameter = { (setting: Setting) throws(ConfigurationError) in try Parameter(setting, schema: schema) }
        let (location, format, dialect, encoding, dates, http) = try gather(
            fields.required("location", parameter),
            fields.required("format") { (setting) throws(ConfigurationError) in try setting.choice(of: FormatName.self) },
            fields.optional("csv", default: CSVDialect(), ReadPlan.dialect),
            fields.optional("encoding", parameter),
            fields.optional("dates", default: .iso8601) { (setting) throws(ConfigurationError) in try setting.choice(of: DateFormat.self) },
            fields.optional("http") { (setting) throws(ConfigurationError) in try HTTPPlan(setting, schema: schema) })
        switch format {
        case .csv: self.format = .csv(dialect)
        case .json: self.format = .json
        }
        self.location = location
        self.encoding = encoding
        self.dates = dates
        self.http = http
    }

    private enum FormatName: String, CaseIterable {
        case csv, json
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
