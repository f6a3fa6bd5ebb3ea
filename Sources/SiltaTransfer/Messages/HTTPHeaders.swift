/// The header fields of a request or a response, in order, a name as often as it was given.
public struct HTTPHeaders: Sendable, Equatable {
    /// One field: a name, compared without regard to case, and its value.
    public struct Field: Sendable, Equatable {
        public let name: String
        public let value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Every field, in order.
    public private(set) var fields: [Field]

    public init(_ fields: [Field] = []) {
        self.fields = fields
    }

    /// The value of the first field of that name, in upper or lower case.
    public func first(_ name: String) -> String? {
        let wanted = name.lowercased()
        return fields.first { $0.name.lowercased() == wanted }?.value
    }

    /// Adds a field after the others, also where the name is there already.
    public mutating func append(_ name: String, _ value: String) {
        fields.append(Field(name, value))
    }

    /// Adds a further line to the last field, as obsolete line folding does (RFC 9112 section 5.2).
    mutating func unfold(_ continuation: String) {
        guard let last = fields.popLast() else { return }
        fields.append(Field(last.name, last.value + " " + continuation))
    }
}

extension HTTPHeaders: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, String)...) {
        self.init(elements.map { Field($0.0, $0.1) })
    }
}
