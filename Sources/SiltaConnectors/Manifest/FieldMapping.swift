internal import SiltaConfiguration

/// Where one field of a canonical record comes from, as a manifest says it.
public struct FieldMapping: Sendable {
    public enum Origin: Hashable, Sendable {
        /// The column of this name; of the empty name, none: the export does not have it.
        case column(String)
        case constant(String)
        /// A key put together of other fields of the record.
        case fields([String])
    }

    public enum Values: Sendable {
        /// What the register's words mean.
        case listed([String: String])
        /// The configuration says what they mean, in the property of this name.
        case setting(String)
    }

    public internal(set) var origin: Origin
    public let values: Values?
    /// Where it is not the one of the whole manifest.
    public let dates: DateFormat?
    /// A row in which it is empty is not understood.
    public let isRequired: Bool

    init(_ setting: Setting, of field: CanonicalField, schema: ConfigurationSchema) throws(ConfigurationError) {
        switch setting.content {
        case .scalar:
            self.init(column: try setting.string(), of: field)
        case .list where field.name == "key":
            self.init(column: "", of: field)
            origin = .fields(try setting.list(atLeast: 2) { (part) throws(ConfigurationError) in try part.string() })
        case .list:
            throw setting.error("only a key is put together of several fields; name one column")
        case .mapping:
            self = try setting.read(allowing: ["column", "constant", "values", "values-from", "date", "required"]) {
                (fields) throws(ConfigurationError) in
                try FieldMapping(fields, of: field, schema: schema)
            }
        }
    }

    /// A column by its name alone.
    init(column: String, of field: CanonicalField) {
        origin = .column(column)
        (values, dates, isRequired) = (nil, nil, field.isNeeded)
    }

    private init(_ fields: Fields, of field: CanonicalField, schema: ConfigurationSchema) throws(ConfigurationError) {
        switch (fields.optional("column"), fields.optional("constant")) {
        case (let column?, nil): origin = .column(try column.string())
        case (nil, let constant?): origin = .constant(try FieldMapping.word(constant, field))
        default: throw fields.setting.error("this needs either a column or a constant")
        }
        values = try FieldMapping.values(fields, of: field, schema: schema)
        if let date = fields.optional("date") {
            guard field.content == .date else { throw date.error("\(field.name) is no date") }
            dates = try date.choice(of: DateFormat.self)
        } else {
            dates = nil
        }
        let required = try fields.optional("required")?.boolean() ?? false
        isRequired = field.isNeeded || required
    }

    private static func values(_ fields: Fields, of field: CanonicalField, schema: ConfigurationSchema) throws(ConfigurationError)
        -> Values?
    {
        switch (fields.optional("values"), fields.optional("values-from")) {
        case (nil, nil): return nil
        case (_?, let from?): throw from.error("there are values beside it; keep one of them")
        case (nil, let from?): return .setting(try schema.name(at: from))
        case (let listed?, nil): return .listed(try meanings(listed, field))
        }
    }

    /// The register's words and what they mean.
    static func meanings(_ setting: Setting, _ field: CanonicalField) throws(ConfigurationError) -> [String: String] {
        var meanings: [String: String] = [:]
        var problems: [ConfigurationProblem] = []
        for entry in try setting.entries() {
            do throws(ConfigurationError) { meanings[entry.key] = try word(entry.value, field) } catch { problems += error.problems }
        }
        if !problems.isEmpty { throw ConfigurationError(problems) }
        return meanings
    }

    /// A text that the field may hold.
    static func word(_ setting: Setting, _ field: CanonicalField) throws(ConfigurationError) -> String {
        let text = try setting.string()
        if case .word(let words) = field.content, !words.contains(text) {
            throw setting.refusal(of: text, expected: "one of \(words.joined(separator: ", "))", nearestOf: words)
        }
        return text
    }
}
