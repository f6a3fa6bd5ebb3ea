internal import SiltaConfiguration

/// What a source must configure for a stream to be read: `when: {setting: events, is: [school, both]}`.
public struct StreamCondition: Hashable, Sendable {
    /// A property of the configuration.
    let property: String
    let words: Set<String>

    init(_ setting: Setting, schema: ConfigurationSchema) throws(ConfigurationError) {
        let fields = try setting.fields(allowing: ["setting", "is"])
        property = try schema.name(at: fields.required("setting"))
        let list = try fields.required("is")
        if case .scalar = list.content {
            words = [try list.string()]
        } else {
            words = Set(try list.list(atLeast: 1) { (word) throws(ConfigurationError) in try word.string() })
        }
        guard case .string(let choices)? = schema.property(property)?.schema.form, !choices.isEmpty else { return }
        for word in words.sorted() where !choices.contains(word) {
            throw list.refusal(of: word, expected: "one of \(choices.joined(separator: ", "))", nearestOf: choices)
        }
    }

    /// - Parameter properties: what is configured, or else the default.
    func holds(_ properties: [String: Setting]) -> Bool {
        guard case .scalar(let scalar)? = properties[property]?.content else { return false }
        return words.contains(scalar.text)
    }
}
