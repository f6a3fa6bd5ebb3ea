internal import SiltaConfiguration
internal import SiltaCore
internal import SiltaFormats

/// What is asked of a server for one list, as the manifest says it.
public struct ListPlan: Sendable {
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
    /// What statuses mean that are no success.
    let statuses: [Int: Meaning]
    /// The same where the same is asked.
    let signature: [Digest]

    static let keys = ["request", "paging", "items", "each", "statuses"]

    private struct Asking {
        let path: String
        let method: Method
        let query: [NamedParameter]
        let body: Setting?
    }

    /// - Parameter fields: of the stream, or of what else is a list.
    init(_ fields: Fields, schema: ConfigurationSchema) throws(ConfigurationError) {
        let asking: Asking
        (asking, items, each, paging, statuses) = try gather(
            fields.required("request") { (setting) throws(ConfigurationError) in try ListPlan.asking(setting, schema: schema) },
            fields.required("items", ListPlan.itemPath),
            fields.optional("each") { (setting) throws(ConfigurationError) in try setting.string() },
            fields.optional("paging") { (setting) throws(ConfigurationError) in try PagingPlan(setting) },
            fields.optional("statuses", default: [:], ListPlan.statuses))
        (path, method, query, body) = (asking.path, asking.method, asking.query, asking.body)
        signature = ListPlan.keys.compactMap { fields.optional($0) }.map { Digest(of: $0) }
    }

    private static func asking(_ setting: Setting, schema: ConfigurationSchema) throws(ConfigurationError) -> Asking {
        try setting.read(allowing: ["path", "query", "method", "body"]) { (fields) throws(ConfigurationError) in
            let method = try fields.optional("method")?.choice(of: Method.self) ?? .get
            let body = fields.optional("body")
            if let body {
                guard method == .post else { throw body.error("a body goes with method: POST") }
                _ = try body.entries()
                try ListPlan.check(body, schema)
            }
            return Asking(
                path: try path(fields.required("path")), method: method,
                query: try fields.optional("query").map { (query) throws(ConfigurationError) in
                    try NamedParameter.all(query, schema: schema, areDays: true)
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

    enum Meaning: String, CaseIterable {
        /// There is nothing.
        case empty
        /// The page before was the last.
        case end
    }

    private static func statuses(_ setting: Setting) throws(ConfigurationError) -> [Int: Meaning] {
        var statuses: [Int: Meaning] = [:]
        for entry in try setting.entries() {
            let meaning = try entry.value.choice(of: Meaning.self)
            guard let status = Int(entry.key), (400...599).contains(status) else {
                throw entry.value.refusal(of: entry.key, expected: "a status of HTTP from 400 to 599")
            }
            statuses[status] = meaning
        }
        return statuses
    }

    /// Every `{setting: NAME}` names a property.
    private static func check(_ body: Setting, _ schema: ConfigurationSchema) throws(ConfigurationError) {
        switch body.content {
        case .scalar: return
        case .list(let elements):
            for element in elements { try check(element, schema) }
        case .mapping(let entries):
            if let left = body.nameLeftToSource {
                _ = try schema.name(at: left)
                return
            }
            if body.hasKey("day") {
                _ = try RequestedDay(body, schema: schema)
                return
            }
            for entry in entries { try check(entry.value, schema) }
        }
    }
}

extension JSON {
    /// A part of a body: what is written without quotation marks and looks like a number or a truth value is one.
    ///
    /// - Parameter day: what `{day: …}` comes to.
    init(_ setting: Setting, _ properties: [String: Setting], day: (Setting) -> String? = { _ in nil }) {
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
        case .list(let elements): self = .array(elements.map { JSON($0, properties, day: day) })
        case .mapping(let entries):
            if case .scalar(let name)? = setting.nameLeftToSource?.content {
                self = properties[name.text].map { JSON($0, [:]) } ?? .null
            } else if setting.hasKey("day") {
                self = day(setting).map { .string($0) } ?? .null
            } else {
                self = .object(entries.map { JSON.Member($0.key, JSON($0.value, properties, day: day)) })
            }
        }
    }
}
