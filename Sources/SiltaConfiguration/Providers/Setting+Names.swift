extension Setting {
    /// A name that stands in commands, file names and the log: `[a-z0-9][a-z0-9-]{0,62}`.
    public func identifier() throws(ConfigurationError) -> String {
        let text = try string()
        let isSound = text.utf8.allSatisfy { ($0.isLetterOrDigit && !$0.isCapital) || $0 == UInt8(ascii: "-") }
        guard isSound, text.utf8.first != UInt8(ascii: "-"), text.utf8.count <= 63 else {
            throw refusal(of: text, expected: "an id: lower-case letters a to z, digits and hyphens, a letter or digit first, at most 63")
        }
        return text
    }

    /// What people read: one line of at most 200 characters.
    public func name() throws(ConfigurationError) -> String {
        let text = try string()
        guard text.unicodeScalars.count <= 200, text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
            throw error("this must be one line of at most 200 characters")
        }
        return text
    }

    /// A municipality's code. 091 is 091, with quotation marks or without.
    func municipality() throws(ConfigurationError) -> String {
        let text = try string()
        guard text.utf8.count == 3, text.utf8.allSatisfy(\.isDigit) else {
            throw refusal(of: text, expected: "a municipality's code, three digits, such as 186")
        }
        return text
    }

    func timezone() throws(ConfigurationError) -> String {
        let text = try string()
        let signs = Array("/_+-".utf8)
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard text.utf8.allSatisfy({ $0.isLetterOrDigit || signs.contains($0) }), !parts.contains(where: \.isEmpty) else {
            throw refusal(of: text, expected: "the name of a time zone, such as Europe/Helsinki")
        }
        return text
    }

    /// A checkpoint's origin is also the name of the key that signs it: one word without `+`.
    func origin() throws(ConfigurationError) -> String {
        let text = try string()
        guard text.unicodeScalars.allSatisfy({ !$0.properties.isWhitespace && $0 != "+" && $0.value > 0x20 }), text.utf8.count <= 200 else {
            throw error("this must be one word without +, at most 200 bytes, such as silta/jarvenpaa")
        }
        return text
    }
}

extension Setting {
    /// The elements of a list that have ids, no id twice.
    ///
    /// - Parameter noun: What they are, for the error: `source`.
    func list<Value, ID: Hashable & CustomStringConvertible>(
        atLeast minimum: Int = 0, uniqueBy id: (Value) -> ID, _ noun: String, of read: (Setting) throws -> Value
    ) throws(ConfigurationError) -> [Value] {
        let values = try list(atLeast: minimum, of: read)
        var lines: [ID: Int] = [:]
        var repeated: [ConfigurationProblem] = []
        for (element, value) in zip(try list(), values) {
            if let line = lines[id(value)] {
                repeated.append(element.problem("there is a \(noun) \"\(id(value))\" already, on line \(line); give this one another id"))
            } else {
                lines[id(value)] = element.line
            }
        }
        guard repeated.isEmpty else { throw ConfigurationError(repeated) }
        return values
    }
}

extension UInt8 {
    var isCapital: Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) }
    var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
    var isLetterOrDigit: Bool { isDigit || isCapital || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) }
}
