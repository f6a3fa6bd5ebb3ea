internal import SiltaConfiguration
internal import SiltaFormats

/// What is asked of a server for one stream, as the manifest says it.
public struct RequestPlan: Sendable {
    enum Method: String, CaseIterable, Sendable {
        case get = "GET"
        case post = "POST"
    }

    /// Behind the location, with a `/` first.
    let path: String
    let method: Method
    let query: [NamedParameter]
    /// A mapping; where it is there, paging and what is new since go into it and not into the query.
    let body: Setting?
    /// Where the list stands in an answer.
    let items: ItemPath
    /// A list within each item.
    let each: String?
    /// Nil: as all requests of the connector.
    let paging: PagingPlan?
    let incremental: IncrementalPlan?
    let deletes: DeletesPlan?
    /// Statuses that mean that there is nothing.
    let emptyStatuses: Set<Int>

    /// The keys of a stream that go with `request`.
    static let keys = ["request", "paging", "items", "each", "incremental", "deletes", "statuses"]
    /// Of these, the ones that go with nothing else.
    static let ownKeys = ["request", "paging", "incremental", "deletes", "statuses"]

    private struct Asking {
        let path: String
        let method: Method
        let query: [NamedParameter]
        let body: Setting?
    }

    /// - Parameter fields: of the stream.
    init(_ fields: Fields, schema: ConfigurationSchema) throws(ConfigurationError) {
        let asking: Asking
        (asking, items, each, paging, incremental, emptyStatuses) = try gather(
            fields.required("request") { (setting) throws(ConfigurationError) in try RequestPlan.asking(setting, schema: schema) },
            fields.required("items", RequestPlan.itemPath),
            fields.optional("each") { (setting) throws(ConfigurationError) in try setting.string() },
            fields.optional("paging") { (setting) throws(ConfigurationError) in try PagingPlan(setting) },
            fields.optional("incremental") { (setting) throws(ConfigurationError) in try IncrementalPlan(setting) },
            fields.optional("statuses", default: [], RequestPlan.statuses))
        (path, method, query, body) = (asking.path, asking.method, asking.query, asking.body)
        if let deletes = fields.optional("deletes") {
            guard let incremental else {
                throw deletes.error("this goes with incremental; where everything is read, what is missing is deleted")
            }
            self.deletes = try DeletesPlan(deletes, of: incremental, schema: schema)
        } else {
            deletes = nil
        }
    }

    /// - Parameter fields: of a feed of deletes.
    init(deletes fields: Fields, schema: ConfigurationSchema) throws(ConfigurationError) {
        let asking: Asking
        (asking, items, paging, emptyStatuses) = try gather(
            fields.required("request") { (setting) throws(ConfigurationError) in try RequestPlan.asking(setting, schema: schema) },
            fields.required("items", RequestPlan.itemPath),
            fields.optional("paging") { (setting) throws(ConfigurationError) in try PagingPlan(setting) },
            fields.optional("statuses", default: [], RequestPlan.statuses))
        (path, method, query, body) = (asking.path, asking.method, asking.query, asking.body)
        (each, incremental, deletes) = (nil, nil, nil)
    }

    private static func asking(_ setting: Setting, schema: ConfigurationSchema) throws(ConfigurationError) -> Asking {
        try setting.read(allowing: ["path", "query", "method", "body"]) { (fields) throws(ConfigurationError) in
            let method = try fields.optional("method")?.choice(of: Method.self) ?? .get
            let body = fields.optional("body")
            if let body {
                guard method == .post else { throw body.error("a body goes with method: POST") }
                _ = try body.entries()
                try RequestPlan.check(body, schema)
            }
            return Asking(
                path: try path(fields.required("path")), method: method,
                query: try fields.optional("query").map { (query) throws(ConfigurationError) in
                    try NamedParameter.all(query, schema: schema)
                } ?? [],
                body: body)
        }
    }

    /// Behind the location: it cannot lead to another server.
    static func path(_ setting: Setting) throws(ConfigurationError) -> String {
        let text = try setting.string()
        let isPlain = text.utf8.allSatisfy { (0x21...0x7E).contains($0) && !"?#\\\"<>".utf8.contains($0) }
        guard text.hasPrefix("/"), !text.hasPrefix("//"), isPlain, !text.split(separator: "/").contains("..") else {
            throw setting.refusal(of: text, expected: "a path below the location, such as /attendances; what follows a ? goes under query")
        }
        return text
    }

    private static func itemPath(_ setting: Setting) throws(ConfigurationError) -> ItemPath {
        let text = try setting.string(allowingEmpty: true)
        guard let path = ItemPath(text) else {
            throw setting.refusal(of: text, expected: "a JSON Pointer to the list, such as /data; \"\" is the whole answer")
        }
        return path
    }

    private enum Meaning: String, CaseIterable {
        case empty
    }

    private static func statuses(_ setting: Setting) throws(ConfigurationError) -> Set<Int> {
        var statuses: Set<Int> = []
        for entry in try setting.entries() {
            _ = try entry.value.choice(of: Meaning.self)
            guard let status = Int(entry.key), (400...599).contains(status) else {
                throw entry.value.refusal(of: entry.key, expected: "a status of HTTP from 400 to 599")
            }
            statuses.insert(status)
        }
        return statuses
    }

    /// A connector reads files, or asks a server, and not both: what it was is known by one or the other.
    static func check(_ streams: [StreamMapping], _ read: ReadPlan?, _ fields: Fields) throws(ConfigurationError) {
        let asking = streams.filter { $0.request != nil }
        guard !asking.isEmpty else {
            guard read?.http == nil else { throw fields.setting["read"]["http"].error("this goes with streams that are requests") }
            return
        }
        guard asking.count == streams.count else {
            throw fields.setting["streams"].error("some streams are files and others requests; these are two connectors")
        }
        guard case .json? = read?.format else {
            throw fields.setting["read"]["format"].error("what a server answers to a request is read as json")
        }
    }

    /// Every `{setting: NAME}` names a property.
    private static func check(_ body: Setting, _ schema: ConfigurationSchema) throws(ConfigurationError) {
        switch body.content {
        case .scalar: return
        case .list(let elements):
            for element in elements { try check(element, schema) }
        case .mapping(let entries):
            if entries.count == 1, entries[0].key == "setting" { return _ = try schema.name(at: entries[0].value) }
            for entry in entries { try check(entry.value, schema) }
        }
    }
}

extension JSON {
    /// A part of a body: what is written without quotation marks and looks like a number or a truth value is one.
    init(_ setting: Setting, _ properties: [String: Setting]) {
        switch setting.content {
        case .scalar(let scalar):
            if scalar.isNull {
                self = .null
            } else if !scalar.isQuoted, let number = Int64(scalar.text), String(number) == scalar.text {
                self = .integer(number)
            } else if !scalar.isQuoted, let flag = Bool(scalar.text) {
                self = .bool(flag)
            } else {
                self = .string(scalar.text)
            }
        case .list(let elements): self = .array(elements.map { JSON($0, properties) })
        case .mapping(let entries):
            if entries.count == 1, entries[0].key == "setting", case .scalar(let name) = entries[0].value.content {
                self = properties[name.text].map { JSON($0, [:]) } ?? .null
            } else {
                self = .object(entries.map { JSON.Member($0.key, JSON($0.value, properties)) })
            }
        }
    }
}
