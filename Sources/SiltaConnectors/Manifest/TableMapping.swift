internal import SiltaConfiguration

/// Rows that are only looked up in, of which the key and some columns are kept in memory.
public struct TableMapping: Sendable {
    /// As lookups call it.
    public let name: String
    /// The file's name in the folder that the connector reads.
    public internal(set) var file: String
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

    static func all(_ setting: Setting) throws(ConfigurationError) -> [TableMapping] {
        try setting.entries { (entry) throws(ConfigurationError) in
            try entry.value.read(allowing: ["file", "key", "columns", "skip"]) { (fields) throws(ConfigurationError) in
                try TableMapping(fields, name: entry.key)
            }
        }
    }

    private init(_ fields: Fields, name: String) throws(ConfigurationError) {
        self.name = name
        (file, key, columns, skips) = try gather(
            fields.required("file", StreamMapping.fileName),
            fields.required("key") { (setting) throws(ConfigurationError) in try setting.string() },
            fields.required("columns") { (setting) throws(ConfigurationError) in
                try setting.list(atLeast: 1) { (column) throws(ConfigurationError) in try column.string() }
            },
            fields.optional("skip", default: []) { (setting) throws(ConfigurationError) in
                try setting.list { (rule) throws(ConfigurationError) in try SkipRule(rule) }
            })
    }
}
