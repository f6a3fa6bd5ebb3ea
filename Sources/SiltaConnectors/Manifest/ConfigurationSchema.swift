public import SiltaConfiguration

/// What the configuration of a source may hold: a small part of JSON Schema.
///
/// `type` is `string`, `integer`, `boolean`, `array` or `object`; `description` and `default` go with each. Strings know `enum`, `secret`
/// (the value is `credential:NAME`, the name of a secret and never the secret itself) and `path` (below the folder of the file that it
/// stands in); arrays know `items`, the schema of their elements; objects know either `properties` with `required`, or
/// `additionalProperties`, the schema of the values of free keys, or `true` where anything may stand below them. Keys that a schema does
/// not name are errors.
public struct ConfigurationSchema: Sendable {
    public indirect enum Form: Sendable {
        /// Any text where there are no choices.
        case string(choices: [String])
        case integer
        case boolean
        case array(of: ConfigurationSchema)
        case object(properties: [Property])
        case map(of: ConfigurationSchema)
        /// An object of anything, for a program or another part of the manifest to make sense of.
        case free
    }

    public struct Property: Sendable {
        public let name: String
        public let isRequired: Bool
        public let schema: ConfigurationSchema
    }

    public let form: Form
    public let description: String?
    public let isSecret: Bool
    public let isPath: Bool
    /// What stands where nothing is configured.
    public let defaultValue: Setting?

    public init(_ setting: Setting) throws(ConfigurationError) {
        self = try setting.read(allowing: [
            "type", "description", "default", "enum", "secret", "path", "items", "properties", "required", "additionalProperties",
        ]) { (fields) throws(ConfigurationError) in
            try ConfigurationSchema(fields)
        }
    }

    private init(_ fields: Fields) throws(ConfigurationError) {
        let type = try fields.required("type").choice(of: TypeName.self)
        for (key, owner) in ConfigurationSchema.owners where owner != type {
            if let stray = fields.optional(key) {
                throw stray.error("this goes with the type \(owner.rawValue), and the type is \(type.rawValue)")
            }
        }
        description = try fields.optional("description")?.string()
        isSecret = try fields.optional("secret")?.boolean() ?? false
        isPath = try fields.optional("path")?.boolean() ?? false
        switch type {
        case .string:
            form = .string(choices: try fields.optional("enum")?.list { (choice) throws(ConfigurationError) in try choice.string() } ?? [])
        case .integer: form = .integer
        case .boolean: form = .boolean
        case .array: form = .array(of: try ConfigurationSchema(fields.required("items")))
        case .object: form = try ConfigurationSchema.object(fields)
        }
        defaultValue = fields.optional("default")
        if let defaultValue { try validate(defaultValue) }
    }

    private enum TypeName: String, CaseIterable {
        case string, integer, boolean, array, object
    }

    private static let owners: [(String, TypeName)] = [
        ("enum", .string), ("secret", .string), ("path", .string), ("items", .array), ("properties", .object), ("required", .object),
        ("additionalProperties", .object),
    ]

    private static func object(_ fields: Fields) throws(ConfigurationError) -> Form {
        if let additional = fields.optional("additionalProperties") {
            if let stray = fields.optional("properties") ?? fields.optional("required") {
                throw stray.error("an object has either named properties or additionalProperties, not both")
            }
            if case .scalar(let scalar) = additional.content, scalar.text == "true" { return .free }
            return .map(of: try ConfigurationSchema(additional))
        }
        let entries = try fields.required("properties").entries()
        var required: Set<String> = []
        for name in try fields.optional("required")?.list() ?? [] {
            let text = try name.string()
            guard entries.contains(where: { $0.key == text }) else {
                throw name.refusal(of: text, expected: "one of the properties", nearestOf: entries.map(\.key))
            }
            required.insert(text)
        }
        return .object(
            properties: try fields.required("properties").entries { (entry) throws(ConfigurationError) in
                Property(name: entry.key, isRequired: required.contains(entry.key), schema: try ConfigurationSchema(entry.value))
            })
    }
}

extension ConfigurationSchema {
    /// - Throws: Everything in the setting that is not as the schema has it, each with its line and key path.
    public func validate(_ setting: Setting) throws(ConfigurationError) {
        switch form {
        case .string where isSecret: _ = try setting.secretReference()
        case .string(let choices):
            let text = try setting.string()
            guard choices.isEmpty || choices.contains(text) else {
                throw setting.refusal(of: text, expected: "one of \(choices.joined(separator: ", "))", nearestOf: choices)
            }
        case .integer: _ = try setting.integer(in: Int.min...)
        case .boolean: _ = try setting.boolean()
        case .array(let schema): try schema.validate(all: setting.list())
        case .map(let schema): try schema.validate(all: setting.entries().map(\.value))
        case .free: _ = try setting.entries()
        case .object(let properties):
            _ = try values(of: setting.fields(allowing: properties.map(\.name)))
        }
    }

    private func validate(all settings: [Setting]) throws(ConfigurationError) {
        var problems: [ConfigurationProblem] = []
        for setting in settings {
            do throws(ConfigurationError) { try validate(setting) } catch { problems += error.problems }
        }
        if !problems.isEmpty { throw ConfigurationError(problems) }
    }

    /// What is configured, or else the default, of every property of an object.
    ///
    /// - Throws: What is missing, and everything in the values that is not as the schema has it.
    func values(of fields: Fields) throws(ConfigurationError) -> [String: Setting] {
        guard case .object(let properties) = form else { return [:] }
        var values: [String: Setting] = [:]
        var problems: [ConfigurationProblem] = []
        for property in properties {
            do throws(ConfigurationError) {
                if property.isRequired { _ = try fields.required(property.name) }
                if let value = fields.optional(property.name) { try property.schema.validate(value) }
            } catch { problems += error.problems }
            values[property.name] = fields.optional(property.name) ?? property.schema.defaultValue
        }
        if !problems.isEmpty { throw ConfigurationError(problems) }
        return values
    }

    /// The property of an object, where it is one and has it.
    func property(_ name: String) -> Property? {
        guard case .object(let properties) = form else { return nil }
        return properties.first { $0.name == name }
    }

    /// Of an object with named properties.
    var propertyNames: [String] {
        guard case .object(let properties) = form else { return [] }
        return properties.map(\.name)
    }
}
