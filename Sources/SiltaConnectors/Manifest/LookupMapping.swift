internal import SiltaConfiguration

/// A value that stands in the row of a table, found by what the row of the record holds: `lookup: people, take: school`, and where
/// that leads to another table, `then: {lookup: schools, take: oid}`.
public struct LookupMapping: Hashable, Sendable {
    public let table: String
    /// The column of the table whose value is taken.
    public let column: String

    static let keys = ["lookup", "take", "then"]

    /// Every step, the first first; none where nothing is looked up.
    static func chain(_ fields: Fields, _ tables: [TableMapping]) throws(ConfigurationError) -> [LookupMapping] {
        guard fields.optional("lookup") != nil else {
            if let then = fields.optional("then") { throw then.error("this goes with lookup") }
            return []
        }
        return try steps(fields, tables)
    }

    private static func steps(_ fields: Fields, _ tables: [TableMapping]) throws(ConfigurationError) -> [LookupMapping] {
        let setting = try fields.required("lookup")
        let (name, names) = (try setting.string(), tables.map(\.name))
        guard let table = tables.first(where: { $0.name == name }) else {
            guard !names.isEmpty else { throw setting.error("there is no table \"\(name)\", for the manifest has no tables") }
            throw setting.refusal(of: name, expected: "a table; there are \(names.joined(separator: ", "))", nearestOf: names)
        }
        let take = try fields.required("take")
        let column = try take.string()
        guard table.columns.contains(column) else {
            throw take.refusal(
                of: column, expected: "a column of the table \(name); it has \(table.columns.joined(separator: ", "))",
                nearestOf: table.columns)
        }
        let step = LookupMapping(table: name, column: column)
        guard let then = fields.optional("then") else { return [step] }
        return try [step] + steps(then.fields(allowing: keys), tables)
    }
}
