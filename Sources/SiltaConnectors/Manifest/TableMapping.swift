internal import SiltaConfiguration

/// Rows that are only looked up in, of which the key and some columns are kept in memory.
public struct TableMapping: Sendable {
    /// As lookups call it.
    public let name: String
    /// What is read of files; nil where a server is asked.
    public internal(set) var files: FilePlan?
    /// What is asked of a server; nil where it is files.
    public let request: ListPlan?
    /// The column by which a row is found.
    public let key: String
    /// The columns that may be taken.
    public let columns: [String]
    /// Rows that are not kept.
    public let skips: [SkipRule]

    /// Every column that is read, each once.
    var columnNames: [String] {
        var names: [String] = []
        for name in [key] + columns + skips.map(\.column) where !names.contains(name) { names.append(name) }
        return names
    }

    static func all(_ setting: Setting, schema: ConfigurationSchema) throws(ConfigurationError) -> [TableMapping] {
        try setting.entries { (entry) throws(ConfigurationError) in
            let isRequest = entry.value.hasKey("request")
            let keys = (isRequest ? ListPlan.keys : FilePlan.keys) + ["key", "columns", "skip"]
            return try entry.value.read(allowing: keys) { (fields) throws(ConfigurationError) in
                try TableMapping(fields, name: entry.key, isRequest: isRequest, schema: schema)
            }
        }
    }

    private init(_ fields: Fields, name: String, isRequest: Bool, schema: ConfigurationSchema) throws(ConfigurationError) {
        self.name = name
        (files, request, key, columns, skips) = try gather(
            Result { () throws(ConfigurationError) in try isRequest ? nil : FilePlan(fields, schema: schema) },
            Result { () throws(ConfigurationError) in try isRequest ? ListPlan(fields, schema: schema) : nil },
            fields.required("key") { (setting) throws(ConfigurationError) in try setting.string() },
            fields.required("columns") { (setting) throws(ConfigurationError) in
                try setting.list(atLeast: 1) { (column) throws(ConfigurationError) in try column.string() }
            },
            fields.optional("skip", default: []) { (setting) throws(ConfigurationError) in
                try setting.list { (rule) throws(ConfigurationError) in try SkipRule(rule) }
            })
    }
}
