internal import SiltaConfiguration
public import SiltaCore

/// How the rows of one file become canonical records of one kind.
public struct StreamMapping: Sendable {
    public let kind: RecordKind
    /// The file's name in the folder that the connector reads.
    public internal(set) var file: String
    /// By the name of the canonical field.
    public internal(set) var fields: [String: FieldMapping]
    /// Columns that are neither decoded nor kept, whatever stands in them: free text, teachers.
    public let dropped: [String]

    init(_ entry: Setting.Entry, schema: ConfigurationSchema) throws(ConfigurationError) {
        let kinds = RecordKind.allCases.map(\.rawValue)
        guard let kind = RecordKind(rawValue: entry.key) else {
            throw entry.value.refusal(
                of: entry.key, expected: "a kind of record; there are \(kinds.joined(separator: ", "))", nearestOf: kinds)
        }
        self = try entry.value.read(allowing: ["file", "fields", "drop"]) { (fields) throws(ConfigurationError) in
            try StreamMapping(fields, kind: kind, schema: schema)
        }
    }

    private init(_ fields: Fields, kind: RecordKind, schema: ConfigurationSchema) throws(ConfigurationError) {
        self.kind = kind
        (file, self.fields, dropped) = try gather(
            fields.required("file", StreamMapping.fileName),
            fields.required("fields") { (setting) throws(ConfigurationError) in
                try StreamMapping.fields(setting, kind: kind, schema: schema)
            },
            fields.optional("drop", default: []) { (setting) throws(ConfigurationError) in
                try setting.list { (column) throws(ConfigurationError) in try column.string() }
            })
        for (name, field) in self.fields {
            if case .column(let column) = field.origin { try refuseDropped(column, at: fields.setting, field: name) }
        }
    }

    /// A name and no path: what is read lies in the configured folder and nowhere else.
    static func fileName(_ setting: Setting) throws(ConfigurationError) -> String {
        let text = try setting.string()
        guard !text.utf8.contains(where: { $0 == UInt8(ascii: "/") || $0 == 0 }), text != ".", text != ".." else {
            throw setting.error("this must be the name of a file in the folder, without a path")
        }
        return text
    }

    func refuseDropped(_ column: String, at setting: Setting, field: String) throws(ConfigurationError) {
        guard !dropped.contains(column) else {
            throw setting.error("\(field) may not be read from the column \"\(column)\", which this connector drops unread")
        }
    }

    private static func fields(
        _ setting: Setting, kind: RecordKind, schema: ConfigurationSchema
    ) throws(ConfigurationError) -> [String: FieldMapping] {
        let names = kind.fields.map(\.name)
        return try setting.read(allowing: names) { (fields) throws(ConfigurationError) in
            var mappings: [String: FieldMapping] = [:]
            var problems: [ConfigurationProblem] = []
            for field in kind.fields {
                do throws(ConfigurationError) {
                    if field.isNeeded { _ = try fields.required(field.name) }
                    guard let value = fields.optional(field.name) else { continue }
                    let mapping = try FieldMapping(value, of: field, schema: schema)
                    if case .fields(let parts) = mapping.origin { try check(parts, of: kind, at: value) }
                    mappings[field.name] = mapping
                } catch { problems += error.problems }
            }
            if !problems.isEmpty { throw ConfigurationError(problems) }
            return mappings
        }
    }

    /// A key is put together of fields that every record has.
    private static func check(_ parts: [String], of kind: RecordKind, at setting: Setting) throws(ConfigurationError) {
        let names = kind.fields.filter { $0.isNeeded && $0.name != "key" }.map(\.name)
        for part in parts where !names.contains(part) {
            throw setting.refusal(
                of: part, expected: "a field that a key can be made of; there are \(names.joined(separator: ", "))", nearestOf: names)
        }
    }
}
