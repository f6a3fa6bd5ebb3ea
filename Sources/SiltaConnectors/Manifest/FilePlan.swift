internal import SiltaConfiguration
internal import SiltaFormats

/// Which files a stream is read from, and how they are written where that is otherwise than `read` says.
public struct FilePlan: Sendable {
    public enum Take: String, CaseIterable, Sendable {
        /// The rows of every file that is meant.
        case all
        /// Of the files that are complete, the one that was modified last.
        case newest
    }

    /// The keys of a stream that are about its files.
    static let keys = ["file"] + otherKeys
    private static let otherKeys = ["take", "member", "format", "csv", "encoding", "dates", "items", "each"]

    public internal(set) var patterns: [FilePattern]
    public let take: Take
    /// Which file of a zip; nil where it holds only one.
    public let member: FilePattern?
    let encoding: Parameter?
    private let name: FileFormat.Name?
    private let dialect: Setting?
    private let dates: Setting?
    private let encodingSetting: Setting?
    private let items: Setting?
    private let each: Setting?
    private let setting: Setting
    private let schema: ConfigurationSchema

    /// - Parameter fields: of a stream.
    init(_ fields: Fields, schema: ConfigurationSchema) throws(ConfigurationError) {
        (patterns, take, member, name, encoding) = try gather(
            fields.required("file") { (setting) throws(ConfigurationError) in try FilePattern.all(setting) },
            fields.optional("take", default: .all) { (setting) throws(ConfigurationError) in try setting.choice(of: Take.self) },
            fields.optional("member") { (setting) throws(ConfigurationError) in try FilePattern(setting, isMember: true) },
            fields.optional("format") { (setting) throws(ConfigurationError) in try setting.choice(of: FileFormat.Name.self) },
            fields.optional("encoding") { (setting) throws(ConfigurationError) in try Parameter(setting, schema: schema) })
        dialect = fields.optional("csv")
        dates = fields.optional("dates")
        encodingSetting = fields.optional("encoding")
        items = fields.optional("items")
        each = fields.optional("each")
        setting = fields.setting
        self.schema = schema
    }

    /// Whether it is csv.
    func isTable(in read: ReadPlan) -> Bool { (name ?? read.format) == .csv }

    /// What it is called in sentences.
    var text: String { patterns.map(\.description).joined(separator: ", ") }

    /// - Parameter values: What the source configures; without it, the defaults.
    func dates(in read: ReadPlan, values: [String: Setting]?) throws(ConfigurationError) -> DateFormat {
        guard let dates else { return read.dates }
        return try DateFormat(schema.filled(dates, with: values))
    }

    /// - Parameter values: What the source configures; without it, the defaults.
    /// - Throws: Where keys do not go with the format.
    func format(in read: ReadPlan, values: [String: Setting]?) throws(ConfigurationError) -> FileFormat {
        let name = name ?? read.format
        if name != .csv, let dialect { throw FilePlan.stray(dialect, "csv", name) }
        switch name {
        case .csv:
            if let stray = items ?? each { throw FilePlan.stray(stray, "json, json-lines or xml", name) }
            guard let dialect else { return .csv(read.dialect) }
            return .csv(try CSVDialect(schema.filled(dialect, with: values)))
        case .jsonLines:
            if let items { throw FilePlan.stray(items, "json or xml", name) }
            try refuseEncoding(name)
            return .jsonLines(each: try each?.string())
        case .json:
            try refuseEncoding(name)
            let (items, text) = try path("where the list of the items stands: \"\" for the whole document, else a path such as /data/rows")
            guard let path = ItemPath(text) else {
                throw items.error("this must be a JSON Pointer, such as /data/rows, of at most \(ItemPath.maximumLength) names")
            }
            return .json(path, each: try each?.string())
        case .xml:
            try refuseEncoding(name)
            let (items, text) = try path("which elements are the items, such as /register/marks/mark")
            guard let path = ElementPath(text) else {
                throw items.error("this must name the elements that lead to an item, such as /register/marks/mark")
            }
            return .xml(path, each: try each?.string())
        }
    }

    private func path(_ meaning: String) throws(ConfigurationError) -> (Setting, String) {
        guard let items else { throw setting.error("the key \"items\" is missing; it says \(meaning)") }
        return (items, try items.string(allowingEmpty: true))
    }

    private func refuseEncoding(_ name: FileFormat.Name) throws(ConfigurationError) {
        guard let encodingSetting else { return }
        throw encodingSetting.error(
            "this goes with csv; \(name == .xml ? "a document of xml says itself how it is written" : "json is utf-8")")
    }

    private static func stray(_ setting: Setting, _ owner: String, _ name: FileFormat.Name) -> ConfigurationError {
        setting.error("this goes with \(owner), and the format is \(name.rawValue)")
    }
}

/// When a file counts as written to its end.
public enum FileCompletion: Hashable, Sendable {
    /// A file of this name lies beside it; `{name}` in it is the file's own name.
    case marker(String)
    /// Nobody has written it for so long.
    case unchanged(Duration)

    init(_ setting: Setting) throws(ConfigurationError) {
        let fields = try setting.fields(allowing: ["marker", "unchanged-for"])
        switch (fields.optional("marker"), fields.optional("unchanged-for")) {
        case (let marker?, nil):
            let name = try StreamMapping.fileName(marker)
            guard !name.replacing("{name}", with: "").contains(where: { "{}".contains($0) }) else {
                throw marker.refusal(of: name, expected: "a file's name, in which {name} is that of the export, such as \"{name}.done\"")
            }
            self = .marker(name)
        case (nil, let time?): self = .unchanged(try time.duration(in: .seconds(1) ... .seconds(86_400)))
        default: throw setting.error("this needs either a marker or unchanged-for")
        }
    }

    /// - Parameter name: of the file, perhaps with a folder before it.
    static func marker(_ marker: String, of name: String) -> String {
        guard let slash = name.lastIndex(of: "/") else { return marker.replacing("{name}", with: name) }
        return name[...slash] + marker.replacing("{name}", with: name[name.index(after: slash)...])
    }
}
