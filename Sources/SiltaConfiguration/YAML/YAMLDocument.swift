import Yams

/// Reads the YAML that configuration is written in: one document of mappings, lists and text, without tags, anchors and aliases.
public enum YAMLDocument {
    /// The longest text, in bytes of UTF-8.
    public static let maximumByteCount = 1 << 20
    /// How deep lists and mappings may lie in each other.
    public static let maximumDepth = 32

    /// - Parameters:
    ///   - text: The whole file.
    ///   - file: Its name, for errors.
    /// - Throws: Where the text is not such a document, with the line. The error never holds a value of the text.
    public static func parse(_ text: String, file: String) throws(ConfigurationError) -> Setting {
        func refusal(_ line: Int, _ sentence: String) -> ConfigurationError {
            ConfigurationError(ConfigurationProblem(file: file, line: line, path: "", sentence: sentence))
        }
        let text = text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
        if let (line, sentence) = YAMLScreening.firstObjection(to: text) { throw refusal(line, sentence) }
        let parser: Parser
        let root: Node?
        do {
            // The plainest resolver: every scalar stays text, and no key is compared by what it might mean.
            parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
            root = try parser.singleRoot()
        } catch {
            let (line, sentence) = objection(error, text: text)
            throw refusal(line, sentence)
        }
        guard let root else { throw refusal(1, "there is nothing in this file") }
        // Nodes refer weakly to their anchors; the parser owns them.
        let reading = withExtendedLifetime(parser) {
            Result { () throws(ConfigurationError) in try setting(root, file: file, path: .root, depth: 0) }
        }
        return try reading.get()
    }

    private static func setting(_ node: Node, file: String, path: SettingPath, depth: Int) throws(ConfigurationError) -> Setting {
        let line = node.mark?.line ?? 1
        func setting(_ content: Setting.Content) -> Setting { Setting(file: file, line: line, path: path, content: content) }
        func refuse(_ sentence: String) -> ConfigurationError {
            ConfigurationError(ConfigurationProblem(file: file, line: line, path: path.description, sentence: sentence))
        }
        guard depth < maximumDepth else { throw refuse("this lies deeper than \(maximumDepth) lists and mappings in each other") }
        guard node.anchor == nil else { throw refuse("anchors (&name) are not used here; write the value out where it belongs") }
        switch node {
        case .scalar(let scalar):
            guard isPlain(scalar.tag) else { throw refuse("tags (!name) are not used here; every value is text") }
            let isQuoted = scalar.style != .plain && scalar.style != .any
            return setting(.scalar(Setting.Scalar(text: scalar.string, isQuoted: isQuoted)))
        case .sequence(let sequence):
            guard isPlain(sequence.tag) else { throw refuse("tags (!name) are not used here; write a plain list") }
            var elements: [Setting] = []
            for (index, element) in sequence.enumerated() {
                elements.append(try self.setting(element, file: file, path: .index(index, below: path), depth: depth + 1))
            }
            return setting(.list(elements))
        case .mapping(let mapping):
            guard isPlain(mapping.tag) else { throw refuse("tags (!name) are not used here; write a plain mapping") }
            var entries: [Setting.Entry] = []
            for (key, value) in mapping {
                guard case .scalar(let name) = key, key.anchor == nil, isPlain(name.tag) else { throw refuse("a key must be plain text") }
                let value = try self.setting(value, file: file, path: .key(name.string, below: path), depth: depth + 1)
                entries.append(Setting.Entry(key: name.string, keyLine: key.mark?.line ?? line, value: value))
            }
            return setting(.mapping(entries))
        case .alias:
            throw refuse("aliases (*name) are not used here; write the value out where it belongs")
        }
    }

    /// No tag is written, or one that says what is there anyway.
    private static func isPlain(_ tag: Tag) -> Bool {
        let harmless: [Tag.Name] = [.implicit, .nonSpecific, .str, .seq, .map]
        return harmless.contains { $0.rawValue == tag.rawValue }
    }
}

extension YAMLDocument {
    /// The line and a sentence for what the YAML parser threw. Its own texts quote the file, and are not used.
    private static func objection(_ error: any Error, text: String) -> (line: Int, sentence: String) {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _):
            if YAMLScreening.isIndentedWithTab(line: mark.line, of: text) {
                return (mark.line, "this line is indented with a tab; YAML is indented with spaces")
            }
            return (mark.line, "this is not YAML: \(problem) (column \(mark.column))")
        case .composer(.some, _, let mark, _):
            return (mark.line, "a second document begins here; one file holds one document")
        case .composer(nil, _, let mark, _):
            return (mark.line, "aliases (*name) are not used here; write the value out where it belongs")
        case .duplicatedKeysInMapping(let keys, let context):
            let names = keys.map { "\"\($0.shortened(to: 60))\"" }.joined(separator: ", ")
            return (context.mark.line, "\(names) stands twice in one mapping; keep one of them")
        case .memory:
            // What libyaml says where more than 1000 lists and mappings lie in each other.
            return (1, "lists and mappings lie too deep in each other; \(maximumDepth) is the most")
        default:
            return (1, "this is not text that YAML could be written in")
        }
    }
}
