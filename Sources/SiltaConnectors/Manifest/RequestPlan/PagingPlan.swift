internal import SiltaConfiguration
internal import SiltaFormats

/// How a server hands out a long list: page by page.
public struct PagingPlan: Sendable, Hashable {
    enum Way: Sendable, Hashable {
        /// All of it is one answer.
        case none
        case page(String, first: Int)
        case offset(String)
        /// - Parameters:
        ///   - from: where in the body the cursor of the next page stands.
        ///   - isAlone: with the cursor, nothing else is asked but the size.
        case cursor(String, from: JSONPlace, isAlone: Bool)
        /// The URL in the header `Link` (RFC 8288).
        case link(relation: String)
        case url(JSONPlace)
    }

    struct Size: Sendable, Hashable {
        let name: String
        let count: Int
    }

    let way: Way
    let size: Size?
    /// The header that says how long the whole list is.
    let total: String?

    static let none = PagingPlan(way: .none, size: nil)

    init(way: Way, size: Size?, total: String? = nil) {
        (self.way, self.size, self.total) = (way, size, total)
    }

    private static let ways = ["page", "offset", "cursor", "link", "url"]

    init(_ setting: Setting) throws(ConfigurationError) {
        if case .scalar = setting.content {
            let text = try setting.string()
            guard text == "none" else {
                throw setting.refusal(of: text, expected: "none, or a mapping such as {offset: offset, size: {limit: 500}}")
            }
            self = .none
            return
        }
        self = try setting.read(allowing: PagingPlan.ways + ["size", "first", "from", "alone", "total"]) {
            (fields) throws(ConfigurationError) in
            try PagingPlan(fields)
        }
    }

    private init(_ fields: Fields) throws(ConfigurationError) {
        let given = PagingPlan.ways.filter { fields.optional($0) != nil }
        guard given.count == 1, let setting = fields.optional(given[0]) else {
            throw fields.setting.error("this needs one of \(PagingPlan.ways.joined(separator: ", "))")
        }
        for (key, owner) in [("first", "page"), ("from", "cursor"), ("alone", "cursor")] where owner != given[0] {
            if let stray = fields.optional(key) { throw stray.error("this goes with \(owner)") }
        }
        switch given[0] {
        case "page":
            way = .page(try setting.string(), first: try fields.optional("first")?.integer(in: 0...1_000_000) ?? 1)
        case "offset": way = .offset(try setting.string())
        case "cursor":
            way = .cursor(
                try setting.string(), from: try JSONPlace(fields.required("from")),
                isAlone: try fields.optional("alone")?.boolean() ?? false)
        case "link": way = .link(relation: try setting.string())
        default: way = .url(try JSONPlace(setting))
        }
        total = try fields.optional("total").map { (total) throws(ConfigurationError) in
            try total.fields(allowing: ["header"]).required("header").string()
        }
        size = try fields.optional("size").map { (size) throws(ConfigurationError) in try PagingPlan.size(size) }
    }

    private static func size(_ setting: Setting) throws(ConfigurationError) -> Size {
        let entries = try setting.entries()
        guard entries.count == 1 else { throw setting.error("this must be one name and its number, such as {limit: 500}") }
        return Size(name: entries[0].key, count: try entries[0].value.integer(in: 1...1_000_000))
    }
}

extension JSONPlace {
    /// A JSON Pointer.
    init(_ setting: Setting) throws(ConfigurationError) {
        let text = try setting.string()
        guard let path = ItemPath(text), !path.steps.isEmpty, let place = JSONPlace(path) else {
            throw setting.refusal(of: text, expected: "a JSON Pointer (RFC 6901), such as /links/next")
        }
        self = place
    }
}
