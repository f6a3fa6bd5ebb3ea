internal import SiltaConfiguration

/// What a field is read from, as a manifest says it.
public enum FieldOrigin: Hashable, Sendable {
    /// The column of this name; of the empty name, none: the export does not have it.
    case column(String)
    /// Those of several columns that are not empty, with the separator between them.
    case joined([String], separator: String)
    /// The first of several columns that is not empty.
    case first([String])
    /// The same in every row, as the canonical record has it.
    case constant(String)
    /// The same in every row: what the source configures in the property of this name.
    case setting(String)
    /// A key put together of other fields of the record.
    case fields([String])
    /// Minutes between the times in two columns.
    case span(from: String, through: String)

    /// The columns of the register's rows that it reads.
    var columns: [String] {
        switch self {
        case .column(let name): name.isEmpty ? [] : [name]
        case .joined(let names, _), .first(let names): names
        case .span(let from, let through): [from, through]
        case .constant, .setting, .fields: []
        }
    }

    static let keys = ["column", "columns", "separator", "take", "constant", "setting", "from", "through"]

    /// - Parameter isLookedUp: Whether `take` names a column of a table.
    init(_ fields: Fields, of field: CanonicalField, schema: ConfigurationSchema, isLookedUp: Bool) throws(ConfigurationError) {
        let there = ["column", "columns", "constant", "setting", "from"].filter { fields.optional($0) != nil }
        guard there.count == 1 else {
            let found = there.isEmpty ? "" : "; \(there.joined(separator: " and ")) stand here"
            throw fields.setting.error("this needs one of column, columns, constant, setting, and from with through\(found)")
        }
        switch there[0] {
        case "column": self = .column(try fields.required("column").string())
        case "columns": self = try FieldOrigin.several(fields, isLookedUp: isLookedUp)
        case "constant": self = .constant(try field.canonical(fields.required("constant")))
        case "setting": self = .setting(try schema.name(at: fields.required("setting")))
        default:
            guard field.content == .minutes else { throw try fields.required("from").error("only minutes lie between two times") }
            self = .span(from: try fields.required("from").string(), through: try fields.required("through").string())
        }
        try check(fields, isLookedUp: isLookedUp)
    }

    private static func several(_ fields: Fields, isLookedUp: Bool) throws(ConfigurationError) -> FieldOrigin {
        let names = try fields.required("columns").list(atLeast: 2) { (name) throws(ConfigurationError) in try name.string() }
        if let take = fields.optional("take"), !isLookedUp {
            let word = try take.string()
            guard word == "first" else { throw take.refusal(of: word, expected: "\"first\", without a lookup") }
            if let separator = fields.optional("separator") { throw separator.error("nothing is put together where one is taken") }
            return .first(names)
        }
        return .joined(names, separator: try fields.optional("separator")?.string(allowingEmpty: true) ?? " ")
    }

    /// What goes with one origin only.
    private func check(_ fields: Fields, isLookedUp: Bool) throws(ConfigurationError) {
        if let separator = fields.optional("separator") {
            guard case .joined = self else { throw separator.error("this goes with columns") }
        }
        if let take = fields.optional("take"), !isLookedUp {
            guard case .first = self else { throw take.error("this goes with columns, or with a lookup") }
        }
        if let through = fields.optional("through") {
            guard case .span = self else { throw through.error("this goes with from") }
        }
    }
}
