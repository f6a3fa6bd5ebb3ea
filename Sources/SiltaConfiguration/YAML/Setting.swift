/// A value in a configuration file, and where it stands.
public struct Setting: Sendable {
    public let file: String
    /// From 1.
    public let line: Int
    public let path: SettingPath
    public let content: Content

    public enum Content: Sendable {
        case scalar(Scalar)
        case list([Setting])
        /// In the order of the file; no key stands twice.
        case mapping([Entry])
    }

    /// The text of a value as it is written: 01 is "01", with quotation marks or without.
    public struct Scalar: Hashable, Sendable {
        public let text: String
        public let isQuoted: Bool

        /// Nothing, `~` or `null`, without quotation marks.
        public var isNull: Bool { !isQuoted && (text.isEmpty || text == "~" || text == "null") }
    }

    /// A key and its value.
    public struct Entry: Sendable {
        public let key: String
        public let keyLine: Int
        public let value: Setting

        public init(key: String, keyLine: Int, value: Setting) {
            (self.key, self.keyLine, self.value) = (key, keyLine, value)
        }
    }

    init(file: String, line: Int, path: SettingPath, content: Content) {
        self.file = file
        self.line = line
        self.path = path
        self.content = content
    }

    public var isNull: Bool {
        if case .scalar(let scalar) = content { scalar.isNull } else { false }
    }

    /// The value of a key, or this setting itself where the key is not there: where an error about that key belongs.
    public subscript(key: String) -> Setting {
        guard case .mapping(let entries) = content else { return self }
        return entries.first { $0.key == key }?.value ?? self
    }

    /// Something else in the same place.
    public func replaced(by content: Content) -> Setting {
        Setting(file: file, line: line, path: path, content: content)
    }

    /// The same with other settings in place of some of its own.
    ///
    /// - Parameter other: what stands in the place of a setting; nil leaves it, and goes on with what is in it.
    public func substituting(
        _ other: (Setting) throws(ConfigurationError) -> Setting?
    ) throws(ConfigurationError) -> Setting {
        if let other = try other(self) { return other }
        switch content {
        case .scalar: return self
        case .list(let elements):
            var replaced: [Setting] = []
            for element in elements { replaced.append(try element.substituting(other)) }
            return self.replaced(by: .list(replaced))
        case .mapping(let entries):
            var replaced: [Entry] = []
            for entry in entries {
                replaced.append(Entry(key: entry.key, keyLine: entry.keyLine, value: try entry.value.substituting(other)))
            }
            return self.replaced(by: .mapping(replaced))
        }
    }

    /// An error about this setting. The sentence stands behind the key path: no capital, no full stop, no secret.
    public func error(_ sentence: String) -> ConfigurationError {
        ConfigurationError(problem(sentence))
    }

    func problem(_ sentence: String) -> ConfigurationProblem {
        ConfigurationProblem(file: file, line: line, path: path.description, sentence: sentence)
    }

    /// What stands here, in words.
    var kind: String {
        switch content {
        case .scalar(let scalar) where scalar.isNull: "nothing"
        case .scalar: "text"
        case .list: "a list"
        case .mapping: "a mapping"
        }
    }
}

extension Setting {
    /// The elements of a list.
    public func list() throws(ConfigurationError) -> [Setting] {
        guard case .list(let elements) = content else { throw error("this must be a list, [a, b], not \(kind)") }
        return elements
    }

    /// The elements of a list, read one by one; the problems of all of them are told.
    ///
    /// - Parameter minimum: How many there must be.
    public func list<Value>(
        atLeast minimum: Int = 0, of read: (Setting) throws -> Value
    ) throws(ConfigurationError) -> [Value] {
        let elements = try list()
        guard elements.count >= minimum else {
            throw error("this list must have at least \(minimum == 1 ? "one element" : "\(minimum) elements")")
        }
        return try Setting.collect(elements.map { $0.reading(read) })
    }

    /// The keys and values of a mapping whose keys are free, in the order of the file.
    public func entries() throws(ConfigurationError) -> [Entry] {
        guard case .mapping(let entries) = content else { throw error("this must be a mapping, {key: value}, not \(kind)") }
        return entries
    }

    /// The keys and values of a mapping whose keys are free, read one by one; the problems of all of them are told.
    public func entries<Value>(of read: (Entry) throws -> Value) throws(ConfigurationError) -> [Value] {
        try Setting.collect(entries().map { entry in entry.value.reading { _ in try read(entry) } })
    }

    /// What a reading gives. An error that is not a `ConfigurationError` becomes a problem of this setting, its description the sentence.
    func reading<Value>(_ read: (Setting) throws -> Value) -> Result<Value, ConfigurationError> {
        Result { try read(self) }.mapError { $0 as? ConfigurationError ?? error("\($0)") }
    }

    private static func collect<Value>(_ readings: [Result<Value, ConfigurationError>]) throws(ConfigurationError) -> [Value] {
        var values: [Value] = []
        var errors: [ConfigurationError] = []
        for reading in readings {
            switch reading {
            case .success(let value): values.append(value)
            case .failure(let error): errors.append(error)
            }
        }
        guard errors.isEmpty else { throw ConfigurationError(merging: errors) }
        return values
    }
}
