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
}

extension ConfigurationSchema {
    /// The setting with the values of properties in place of `{setting: NAME}`.
    ///
    /// - Parameter values: What a source configures; without it, the defaults, which there must be.
    func filled(_ setting: Setting, with values: [String: Setting]?) throws(ConfigurationError) -> Setting {
        try setting.substituting { (part) throws(ConfigurationError) -> Setting? in
            guard case .mapping(let entries) = part.content, entries.count == 1, entries[0].key == "setting" else { return nil }
            let name = try name(at: entries[0].value)
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
