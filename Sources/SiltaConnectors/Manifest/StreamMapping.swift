internal import SiltaConfiguration
public import SiltaCore

/// How the rows of one file become canonical records of one kind.
public struct StreamMapping: Sendable {
    public let kind: RecordKind
    /// What a source's `files` and `columns` call it: the kind, where nothing else is given.
    public internal(set) var name: String
    /// The files in the folder that the connector reads, in a word; of a program, the name of the stream.
    public internal(set) var file: String
    /// What is asked of a server; nil where it is a file or a program's.
    public let request: RequestPlan?
    /// What is read of files; nil where it is no stream of files.
    public internal(set) var files: FilePlan?
    /// By the name of the canonical field.
    public internal(set) var fields: [String: FieldMapping]
    /// Columns that are neither decoded nor kept, whatever stands in them: free text, teachers.
    public let dropped: [String]
    /// Whether the records are canonical ones, in which no other field may stand.
    let isCanonical: Bool
    /// Rows that are neither read nor kept.
    public internal(set) var skips: [SkipRule]
    /// What a source must configure for it to be read; nil where it always is.
    public let condition: StreamCondition?

    /// Those of a manifest: by kind, one or a list of several.
    static func all(
        _ setting: Setting, schema: ConfigurationSchema, tables: [TableMapping]
    ) throws(ConfigurationError) -> [StreamMapping] {
        try all(setting, origin: "file", schema: schema, tables: tables)
    }

    /// - Parameter origin: The key under which the file or the stream is named.
    private static func all(
        _ setting: Setting, origin: String, schema: ConfigurationSchema, tables: [TableMapping]
    ) throws(ConfigurationError) -> [StreamMapping] {
        let streams = try setting.entries { (entry) throws(ConfigurationError) in
            try StreamMapping.ofKind(entry, origin: origin, schema: schema, tables: tables)
        }.flatMap(\.self)
        var names: Set<String> = []
        for stream in streams where !names.insert(stream.name).inserted {
            throw setting.error("there are two streams \"\(stream.name)\"; give one of them another name")
        }
        return streams
    }

    private static func ofKind(
        _ entry: Setting.Entry, origin: String, schema: ConfigurationSchema, tables: [TableMapping]
    ) throws(ConfigurationError) -> [StreamMapping] {
        let kinds = RecordKind.allCases.map(\.rawValue)
        guard let kind = RecordKind(rawValue: entry.key) else {
            throw entry.value.refusal(
                of: entry.key, expected: "a kind of record; there are \(kinds.joined(separator: ", "))", nearestOf: kinds)
        }
        var settings = [entry.value]
        if case .list = entry.value.content { settings = try entry.value.list(atLeast: 1) { $0 } }
        settings = try settings.map { (setting) throws(ConfigurationError) in try setting.perRecord() }.flatMap(\.self)
        var streams: [StreamMapping] = []
        for (index, setting) in settings.enumerated() {
            let name = index == 0 ? kind.rawValue : "\(kind.rawValue)-\(index + 1)"
            streams.append(try StreamMapping(setting, origin: origin, kind: kind, name: name, schema: schema, tables: tables))
        }
        return streams
    }

    private init(
        _ setting: Setting, origin: String, kind: RecordKind, name: String, schema: ConfigurationSchema, tables: [TableMapping]
    ) throws(ConfigurationError) {
        let isRequest = origin == "file" && setting.hasKey("request")
        let origin = isRequest ? "request" : origin
        let keys = isRequest ? RequestPlan.keys : origin == "file" ? FilePlan.keys : [origin]
        self = try setting.read(allowing: keys + ["name", "fields", "drop", "skip", "when", "records"]) {
            (fields) throws(ConfigurationError) in
            try StreamMapping(fields, origin: origin, kind: kind, name: name, schema: schema, tables: tables)
        }
    }

    private init(
        _ fields: Fields, origin: String, kind: RecordKind, name: String, schema: ConfigurationSchema, tables: [TableMapping]
    ) throws(ConfigurationError) {
        self.kind = kind
        isCanonical = false
        (self.name, files, request, file, self.fields, dropped, skips, condition) = try gather(
            fields.optional("name", default: name) { (setting) throws(ConfigurationError) in try setting.string() },
            Result { () throws(ConfigurationError) in try origin == "file" ? FilePlan(fields, schema: schema) : nil },
            Result { () throws(ConfigurationError) in try origin == "request" ? RequestPlan(fields, schema: schema) : nil },
            origin == "stream" ? fields.required(origin, StreamMapping.fileName) : .success(""),
            fields.required("fields") { (setting) throws(ConfigurationError) in
                try StreamMapping.fields(setting, kind: kind, schema: schema, tables: tables)
            },
            fields.optional("drop", default: []) { (setting) throws(ConfigurationError) in
                try setting.list { (column) throws(ConfigurationError) in try column.string() }
            },
            Result { () throws(ConfigurationError) in try [SkipRule](fields, schema: schema, tables: tables) },
            fields.optional("when") { (setting) throws(ConfigurationError) in try StreamCondition(setting, schema: schema) })
        if let request { file = request.list.path }
        if let files { file = files.text }
        for field in kind.fields {
            let setting = fields.setting["fields"][field.name]
            for column in self.fields[field.name]?.origin.columns ?? [] { try refuseDropped(column, at: setting, field: field.name) }
        }
        for rule in skips { try refuseDropped(rule.column, at: fields.setting["skip"], field: "skip") }
    }

    /// Those of a program whose records are canonical ones: each field under its own name.
    static let canonical: [StreamMapping] = [.enrolment, .absence, .offered, .consent].map { StreamMapping(canonical: $0) }

    private init(canonical kind: RecordKind) {
        (self.kind, name, file, files, request) = (kind, kind.rawValue, kind.streamName, nil, nil)
        (dropped, skips, condition, isCanonical) = ([], [], nil, true)
        fields = Dictionary(
            kind.fields.map { ($0.name, FieldMapping(column: $0.name, of: $0)) }, uniquingKeysWith: { first, _ in first })
    }

    /// Those of a program, as its manifest maps them.
    static func ofProgram(
        _ setting: Setting, schema: ConfigurationSchema, tables: [TableMapping]
    ) throws(ConfigurationError) -> [StreamMapping] {
        let streams = try all(setting, origin: "stream", schema: schema, tables: tables)
        var names: Set<String> = []
        for stream in streams where !names.insert(stream.file).inserted {
            throw setting[stream.kind.rawValue].error(
                "the stream \"\(stream.file)\" is mapped twice; each becomes records of one kind")
        }
        return streams
    }

    /// A name and no path: what is read lies in the configured folder and nowhere else.
    static func fileName(_ setting: Setting) throws(ConfigurationError) -> String {
        let text = try setting.string()
        guard !text.utf8.contains(where: { $0 == UInt8(ascii: "/") || $0 == 0 }), text != ".", text != ".." else {
            throw setting.error("this must be the name of a file in the folder, without a path")
        }
        return text
    }

    /// What is read of a row, each name once, in the order of the canonical fields.
    var columnNames: [String] {
        var names: [String] = []
        for column in kind.fields.flatMap({ fields[$0.name]?.origin.columns ?? [] }) + skips.map(\.column) where !names.contains(column) {
            names.append(column)
        }
        return names
    }

    /// The tables that it looks in, by name.
    var tables: [String] { fields.values.flatMap(\.lookups).map(\.table) + skips.compactMap(\.table) }

    func refuseDropped(_ column: String, at setting: Setting, field: String) throws(ConfigurationError) {
        guard !dropped.contains(column) else {
            throw setting.error("\(field) may not be read from the column \"\(column)\", which this connector drops unread")
        }
    }

    private static func fields(
        _ setting: Setting, kind: RecordKind, schema: ConfigurationSchema, tables: [TableMapping]
    ) throws(ConfigurationError) -> [String: FieldMapping] {
        let names = kind.fields.map(\.name)
        return try setting.read(allowing: names) { (fields) throws(ConfigurationError) in
            var mappings: [String: FieldMapping] = [:]
            var problems: [ConfigurationProblem] = []
            for field in kind.fields {
                do throws(ConfigurationError) {
                    if field.isNeeded { _ = try fields.required(field.name) }
                    guard let value = fields.optional(field.name) else { continue }
                    let mapping = try FieldMapping(value, of: field, schema: schema, tables: tables)
                    if case .fields(let parts) = mapping.origin { try check(parts, of: kind, mapped: fields, at: value) }
                    mappings[field.name] = mapping
                } catch { problems += error.problems }
            }
            if !problems.isEmpty { throw ConfigurationError(problems) }
            return mappings
        }
    }

    /// A key is put together of fields that every record has, and of when a mark begins where that is mapped; of offered minutes also of
    /// whose they are.
    private static func check(
        _ parts: [String], of kind: RecordKind, mapped: Fields, at setting: Setting
    ) throws(ConfigurationError) {
        let isTold = { (field: CanonicalField) in field.content == .time && mapped.optional(field.name) != nil }
        let names =
            (kind == .offered ? ["pupil", "group"] : [])
            + kind.fields.filter { ($0.isNeeded && $0.name != "key") || isTold($0) }.map(\.name)
        for part in parts where !names.contains(part) {
            throw setting.refusal(
                of: part, expected: "a field that a key can be made of; there are \(names.joined(separator: ", "))", nearestOf: names)
        }
    }
}

extension RecordKind {
    /// What a program calls the stream of its records of this kind.
    var streamName: String {
        switch self {
        case .enrolment: "enrolments"
        case .absence: "absences"
        case .offered: "offered"
        case .consent: "consents"
        case .coverage: "coverage"
        }
    }
}
