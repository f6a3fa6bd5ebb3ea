public import SiltaConfiguration
internal import SiltaCore
internal import SiltaFormats

/// A connector as its `connector.yaml` declares it.
public struct Manifest: Sendable {
    public static let fileName = "connector.yaml"

    public let name: String
    public let version: String
    /// What it reads, in a sentence.
    public let reads: String
    /// What each source that uses it configures, beside `files` and `columns`.
    public let configuration: ConfigurationSchema
    /// How it reads files; nil where it is a program.
    public let read: ReadPlan?
    /// How its program is run, as far as it does not leave that to the sources; nil where it reads files.
    public let program: ProgramPlan?
    /// Empty where it leaves them to the sources.
    public let streams: [StreamMapping]
    /// Rows that are only looked up in.
    public let tables: [TableMapping]
    /// What is covered, where the register cannot say it and the sources do not.
    public let coverage: DeclaredCoverage?
    /// The property of the configuration that holds a source's streams, where they are not the manifest's.
    let streamsProperty: String?
    /// Likewise the tables.
    let tablesProperty: String?
    /// Everything that it says.
    private let fields: Fields
    /// Its own, which its program runs in; empty where it is not known.
    public internal(set) var folder = ""
    /// Changes with anything that it says.
    let digest: Digest

    /// Every source may rename files and columns; a manifest does not declare these.
    static let overrides = ["files", "columns"]

    public init(_ setting: Setting) throws(ConfigurationError) {
        let keys = ["name", "version", "reads", "configuration", "read", "tables", "streams", "coverage"] + ProgramPlan.keys
        self = try setting.read(allowing: keys) { (fields) throws(ConfigurationError) in try Manifest(fields) }
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
        coverage = try Manifest.coverage(fields, schema, configured: nil)
        if fields.optional("program") != nil {
            if let stray = fields.optional("read") {
                throw stray.error("a connector either reads files or runs a program; keep one of read and program")
            }
            (read, program) = (nil, try ProgramPlan(fields, schema: schema))
            let streams = fields.optional("streams")
            if streams == nil, let stray = fields.optional("tables") {
                throw stray.error("this goes with streams; records that are told as they are here look nothing up")
            }
            (tables, tablesProperty) = try Manifest.tablesOfProgram(fields, schema, areStreamsLeft: streams?.isLeftToSource == true)
            if let left = streams?.nameLeftToSource {
                (streamsProperty, self.streams) = (try schema.name(at: left), [])
            } else {
                streamsProperty = nil
                let tables = tables
                self.streams =
                    try streams.map { (setting) throws(ConfigurationError) in
                        try StreamMapping.ofProgram(setting, schema: schema, tables: tables)
                    } ?? StreamMapping.canonical
            }
        } else {
            for key in ProgramPlan.keys {
                if let stray = fields.optional(key) { throw stray.error("this goes with program, and there is none") }
            }
            let tables =
                try fields.optional("tables").map { (setting) throws(ConfigurationError) in
                    try TableMapping.all(setting, schema: schema)
                } ?? []
            self.tables = tables
            (read, streams) = try gather(
                fields.required("read") { (setting) throws(ConfigurationError) in try ReadPlan(setting, schema: schema) },
                fields.required("streams") { (setting) throws(ConfigurationError) in
                    try StreamMapping.all(setting, schema: schema, tables: tables)
                })
            (program, streamsProperty, tablesProperty) = (nil, nil, nil)
            try RequestPlan.check(streams, tables, read, fields)
            if let read {
                let areTables = (streams.compactMap(\.files) + tables.compactMap(\.files)).contains { $0.isTable(in: read) }
                if !areTables, read.encoding != nil {
                    throw fields.setting["read"]["encoding"].error(
                        "this goes with csv; json is utf-8, and a document of xml says itself how it is written")
                }
                for plan in streams.compactMap(\.files) + tables.compactMap(\.files) { _ = try plan.format(in: read, values: nil) }
            }
        }
        self.fields = fields
        digest = Digest(of: fields.setting)
    }

    private static func tablesOfProgram(
        _ fields: Fields, _ schema: ConfigurationSchema, areStreamsLeft: Bool
    ) throws(ConfigurationError) -> ([TableMapping], property: String?) {
        guard let tables = fields.optional("tables") else { return ([], nil) }
        guard let left = tables.nameLeftToSource else { return (try TableMapping.all(tables, schema: schema, isOfProgram: true), nil) }
        guard areStreamsLeft else { throw tables.error("these may be left to the sources where streams are, too") }
        return ([], try schema.name(at: left))
    }

    private static func text(_ setting: Setting) throws(ConfigurationError) -> String { try setting.string() }

    private static func coverage(
        _ fields: Fields, _ schema: ConfigurationSchema, configured: [String: Setting]?
    ) throws(ConfigurationError) -> DeclaredCoverage? {
        try fields.configured("coverage", in: configured, schema, default: nil) { try DeclaredCoverage($0, schema: schema) }.get()
    }

    /// What is covered where a source says it, or else the manifest.
    func coverage(for properties: [String: Setting]) throws(ConfigurationError) -> DeclaredCoverage? {
        try Manifest.coverage(fields, configuration, configured: properties)
    }

    /// Whether a source with this configuration reads marks, as far as its streams say so.
    public func readsAbsences(_ config: Setting) -> Bool {
        guard let streamsProperty else { return streams.contains { $0.kind == .absence } }
        return config[streamsProperty].hasKey(RecordKind.absence.rawValue)
    }

    /// How the program is run for a source; nil where there is none.
    ///
    /// - Parameter properties: The source's configuration, validated.
    func program(for properties: [String: Setting]) throws(ConfigurationError) -> ProgramPlan? {
        program == nil ? nil : try ProgramPlan(fields, schema: configuration, configured: properties)
    }
}

extension Digest {
    /// Of what a setting says, wherever it stands.
    init(of setting: Setting) {
        var digest = FileDigest()
        digest.absorb(setting)
        digest.endPart()
        self = digest.finish()
    }
}

extension FileDigest {
    fileprivate mutating func absorb(_ setting: Setting) {
        switch setting.content {
        case .scalar(let scalar): absorb("\(scalar.isQuoted ? "quoted" : "plain") \(scalar.text.utf8.count) \(scalar.text)\n")
        case .list(let elements):
            absorb("list \(elements.count)\n")
            for element in elements { absorb(element) }
        case .mapping(let entries):
            absorb("mapping \(entries.count)\n")
            for entry in entries {
                absorb("\(entry.key.utf8.count) \(entry.key)\n")
                absorb(entry.value)
            }
        }
    }
}
