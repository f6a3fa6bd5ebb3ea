internal import SiltaConfiguration

/// Rows that are only looked up in, of which the key and some columns are kept in memory.
public struct TableMapping: Sendable {
    /// As lookups call it.
    public let name: String
    /// What is read of files; nil where it is no table of files.
    public internal(set) var files: FilePlan?
    /// What is asked of a server; nil where it is files or a program's.
    public let request: ListPlan?
    /// What a program calls the stream of its rows; empty where it is no program's.
    public let stream: String
    /// The column by which a row is found.
    public let key: String
    /// The columns that may be taken.
    public let columns: [String]
    /// Rows that are not kept.
    public internal(set) var skips: [SkipRule]

    /// Every column that is read, each once.
    var columnNames: [String] {
        var names: [String] = []
        for name in [key] + columns + skips.map(\.column) where !names.contains(name) { names.append(name) }
        return names
    }

    private enum Origin {
        case files, request, program
    }

    /// Those of a manifest.
    ///
    /// - Parameter isOfProgram: their rows are what a program tells.
    static func all(
        _ setting: Setting, schema: ConfigurationSchema, isOfProgram: Bool = false
    ) throws(ConfigurationError) -> [TableMapping] {
        try setting.entries { (entry) throws(ConfigurationError) in
            let origin: Origin = isOfProgram ? .program : entry.value.hasKey("request") ? .request : .files
            let keys =
                switch origin {
                case .files: FilePlan.keys
                case .request: ListPlan.keys
                case .program: ["stream"]
                }
            return try entry.value.read(allowing: keys + ["key", "columns", "skip"]) { (fields) throws(ConfigurationError) in
                try TableMapping(fields, name: entry.key, origin, schema: schema)
            }
        }
    }

    private init(_ fields: Fields, name: String, _ origin: Origin, schema: ConfigurationSchema) throws(ConfigurationError) {
        self.name = name
        (files, request, stream, key, columns, skips) = try gather(
            Result { () throws(ConfigurationError) in try origin == .files ? FilePlan(fields, schema: schema) : nil },
            Result { () throws(ConfigurationError) in try origin == .request ? ListPlan(fields, schema: schema) : nil },
            origin == .program ? fields.required("stream", StreamMapping.fileName) : .success(""),
            fields.required("key") { (setting) throws(ConfigurationError) in try setting.string() },
            fields.required("columns") { (setting) throws(ConfigurationError) in
                try setting.list(atLeast: 1) { (column) throws(ConfigurationError) in try column.string() }
            },
            Result { () throws(ConfigurationError) in try [SkipRule](fields, schema: schema) })
    }
}
