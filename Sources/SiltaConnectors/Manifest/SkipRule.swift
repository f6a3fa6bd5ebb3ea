internal import SiltaConfiguration

/// A rule by which a row is none of our business: `{column: status, is: [tobedeleted]}`, `{column: kind, is-not: [absence]}`,
/// `{column: end, is-empty: true}`. Words are compared as they are written.
public struct SkipRule: Sendable {
    public enum Condition: Hashable, Sendable {
        case `is`(Set<String>)
        /// Holds for an empty one, too.
        case isNot(Set<String>)
        case isEmpty(Bool)
    }

    public let column: String
    public let condition: Condition

    init(_ setting: Setting) throws(ConfigurationError) {
        let fields = try setting.fields(allowing: ["column", "is", "is-not", "is-empty"])
        column = try fields.required("column").string()
        let there = ["is", "is-not", "is-empty"].filter { fields.optional($0) != nil }
        guard there.count == 1 else { throw setting.error("this needs one of is, is-not and is-empty beside the column") }
        switch there[0] {
        case "is": condition = .is(try SkipRule.words(fields.required("is")))
        case "is-not": condition = .isNot(try SkipRule.words(fields.required("is-not")))
        default: condition = .isEmpty(try fields.required("is-empty").boolean())
        }
    }

    /// One or a list of them; the empty one stands for what is empty.
    private static func words(_ setting: Setting) throws(ConfigurationError) -> Set<String> {
        if case .scalar = setting.content { return [try setting.string(allowingEmpty: true)] }
        return Set(try setting.list(atLeast: 1) { (word) throws(ConfigurationError) in try word.string(allowingEmpty: true) })
    }
}
