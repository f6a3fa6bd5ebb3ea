/// The values of a mapping whose keys are known.
public struct Fields: Sendable {
    /// The mapping itself.
    public let setting: Setting
    private let allowed: [String]
    private let values: [String: Setting]
    /// Keys that there are not, with the nearest that there is.
    fileprivate let unknownKeys: [ConfigurationProblem]

    fileprivate init(_ setting: Setting, entries: [Setting.Entry], allowed: [String]) {
        var values: [String: Setting] = [:]
        var unknown: [ConfigurationProblem] = []
        let known = Set(allowed)
        for entry in entries where known.contains(entry.key) { values[entry.key] = entry.value }
        let missing = allowed.filter { values[$0] == nil }
        for entry in entries where !known.contains(entry.key) {
            // A key that is not there yet was meant sooner than one that is.
            let nearest = NearestWord.find(entry.key, in: missing) ?? NearestWord.find(entry.key, in: allowed)
            unknown.append(Fields.unknown(entry, nearest: nearest, allowed: allowed))
            // Read on as if it were written right, so that its value is looked at and it is not told as missing too.
            if let nearest, values[nearest] == nil { values[nearest] = entry.value }
        }
        self.setting = setting
        self.allowed = allowed
        self.values = values
        unknownKeys = unknown
    }

    private static func unknown(_ entry: Setting.Entry, nearest: String?, allowed: [String]) -> ConfigurationProblem {
        let hint = nearest.map { "did you mean \"\($0)\"?" } ?? "the keys here are \(allowed.joined(separator: ", "))"
        return ConfigurationProblem(
            file: entry.value.file, line: entry.keyLine, path: entry.value.path.description, sentence: "there is no such key; \(hint)")
    }

    /// The value of a key, or nil where the key is not there.
    public func optional(_ key: String) -> Setting? {
        precondition(allowed.contains(key), "a key that is read must be allowed")
        return values[key]
    }

    /// The value of a key that must be there.
    public func required(_ key: String) throws(ConfigurationError) -> Setting {
        try required(key) { $0 }.get()
    }

    /// The value of a key that must be there, read; to be handed to `gather`.
    public func required<Value>(
        _ key: String, _ read: (Setting) throws -> Value
    ) -> Result<Value, ConfigurationError> {
        guard let value = optional(key) else { return .failure(setting.error("the key \"\(key)\" is missing")) }
        return value.reading(read)
    }

    /// The value of a key, read, or nil where the key is not there; to be handed to `gather`.
    public func optional<Value>(
        _ key: String, _ read: (Setting) throws -> Value
    ) -> Result<Value?, ConfigurationError> {
        guard let value = optional(key) else { return .success(nil) }
        return value.reading(read).map(\.self)
    }

    /// The value of a key, read, or another where the key is not there; to be handed to `gather`.
    public func optional<Value>(
        _ key: String, default other: Value, _ read: (Setting) throws -> Value
    ) -> Result<Value, ConfigurationError> {
        optional(key, read).map { $0 ?? other }
    }
}

extension Setting {
    /// The values of a mapping with these keys.
    ///
    /// - Throws: Where this is not a mapping, or has other keys: all of them are told, each with the nearest right one.
    public func fields(allowing keys: [String]) throws(ConfigurationError) -> Fields {
        try read(allowing: keys) { $0 }
    }

    /// Reads a mapping with these keys, and tells its unknown keys together with whatever else the reading finds wrong.
    public func read<Value>(
        allowing keys: [String], _ body: (Fields) throws -> Value
    ) throws(ConfigurationError) -> Value {
        let fields = Fields(self, entries: try entries(), allowed: keys)
        let value = reading { _ in try body(fields) }
        guard !fields.unknownKeys.isEmpty else { return try value.get() }
        let unknown = ConfigurationError(fields.unknownKeys)
        guard case .failure(let other) = value else { throw unknown }
        throw ConfigurationError(merging: [unknown, other])
    }
}
