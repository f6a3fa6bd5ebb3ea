public import SiltaConfiguration

/// A value that a manifest gives, or leaves to the configuration of each source: `utf-8` or `{setting: encoding}`.
public enum Parameter: Sendable {
    case value(Setting)
    /// The name of a property of the configuration.
    case setting(String)

    init(_ setting: Setting, schema: ConfigurationSchema) throws(ConfigurationError) {
        guard case .mapping = setting.content else {
            self = .value(setting)
            return
        }
        let name = try setting.fields(allowing: ["setting"]).required("setting")
        self = .setting(try schema.name(at: name))
    }

    /// Of a setting that was read with its schema before.
    init(checked setting: Setting) throws(ConfigurationError) {
        guard let name = setting.nameLeftToSource else {
            self = .value(setting)
            return
        }
        self = .setting(try name.string())
    }
}

extension Setting {
    /// The NAME of `{setting: NAME}`, by which a manifest leaves something to the configuration of each source; else nil.
    var nameLeftToSource: Setting? {
        guard case .mapping(let entries) = content, entries.count == 1, entries[0].key == "setting" else { return nil }
        return entries[0].value
    }

    var isLeftToSource: Bool { nameLeftToSource != nil }
}

extension ConfigurationSchema {
    /// The setting with the values of properties in place of `{setting: NAME}`.
    ///
    /// - Parameter values: What a source configures; without it, the defaults, which there must be.
    func filled(_ setting: Setting, with values: [String: Setting]?) throws(ConfigurationError) -> Setting {
        try setting.substituting { (part) throws(ConfigurationError) -> Setting? in
            guard let left = part.nameLeftToSource else { return nil }
            let name = try name(at: left)
            guard let value = values?[name] ?? property(name)?.schema.defaultValue else {
                throw part.error("the property \"\(name)\" needs a default, since it says how files are written")
            }
            return value
        }
    }

    /// The name of a property that the setting names.
    func name(at setting: Setting) throws(ConfigurationError) -> String {
        let text = try setting.string()
        guard property(text) != nil else {
            throw setting.refusal(of: text, expected: "a property of the configuration", nearestOf: propertyNames)
        }
        return text
    }
}

extension Fields {
    /// What a manifest says, or leaves to the configuration of a source; to be handed to `gather`.
    ///
    /// - Parameters:
    ///   - configured: The source's configuration, by property; nil where only the manifest is read.
    ///   - other: Where nothing is said, or it is not known yet.
    func configured<Value>(
        _ key: String, in configured: [String: Setting]?, _ schema: ConfigurationSchema, default other: Value,
        _ read: (Setting) throws -> Value
    ) -> Result<Value, ConfigurationError> {
        Result { () throws(ConfigurationError) in
            guard let setting = optional(key) else { return other }
            guard let left = setting.nameLeftToSource else { return try required(key, read).get() }
            guard let value = configured?[try schema.name(at: left)] else { return other }
            do { return try read(value) } catch { throw error as? ConfigurationError ?? value.error("\(error)") }
        }
    }
}
