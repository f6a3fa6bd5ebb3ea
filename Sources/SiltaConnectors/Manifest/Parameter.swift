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

extension Setting {
    /// Whether the manifest leaves this to the configuration of each source: `{setting: NAME}`.
    var isLeftToSource: Bool {
        guard case .mapping(let entries) = content else { return false }
        return entries.count == 1 && entries[0].key == "setting"
    }
}

extension ConfigurationSchema {
    /// The name of a property that the setting names.
    func name(at setting: Setting) throws(ConfigurationError) -> String {
        let text = try setting.string()
        guard property(text) != nil else {
            throw setting.refusal(of: text, expected: "a property of the configuration", nearestOf: propertyNames)
        }
        return text
    }
}
