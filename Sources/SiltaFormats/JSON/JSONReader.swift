/// Why bytes are not JSON, and where.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    public var offset: Int
    public var reason: String

    public var description: String { "\(reason) at byte \(offset)" }
}

extension JSON {
    /// Parses one value and nothing after it but white space. Duplicate names are refused, nesting is bounded.
    public static func parse(_ bytes: some Collection<UInt8>) throws(JSONError) -> JSON {
        var reader = JSONReader(Array(bytes))
        let value = try reader.value()
        try reader.end()
        return value
    }

    public static func parse(_ text: String) throws(JSONError) -> JSON {
        try parse(Array(text.utf8))
    }
}

/// Reads JSON (RFC 8259) piece by piece: a whole value as a ``JSON``, or an array and its items one after the other, so that what
/// occurs by the million becomes what it means without values in between.
///
///     var isMore = try reader.opens("[")
///     while isMore {
///         items.append(try Item(reading: &reader))
///         isMore = try reader.goesOn(before: "]")
///     }
public struct JSONReader {
    static let maximumDepth = 64

    let bytes: [UInt8]
    var at: Int
    private var depth: Int
    /// Whether no column of the row that is being read was read yet.
    var isFirstColumn = true

    public init(_ bytes: [UInt8]) {
        self.init(bytes, from: 0, depth: 0)
    }

    /// In the middle of a text, in so many arrays and objects.
    init(_ bytes: [UInt8], from start: Int, depth: Int) {
        self.bytes = bytes
        at = start
        self.depth = depth
    }

    /// Any value.
    public mutating func value() throws(JSONError) -> JSON {
        guard depth < JSONReader.maximumDepth else { throw error("nested deeper than \(JSONReader.maximumDepth)") }
        skipSpace()
        guard at < bytes.count else { throw error("the text ends where a value should stand") }
        switch bytes[at] {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        default: return try number()
        }
    }

    /// Nothing but white space.
    public mutating func end() throws(JSONError) {
        skipSpace()
        guard at == bytes.count else { throw error("something follows the value") }
    }

    // MARK: - Arrays and objects

    /// Goes into an array (`[`) or an object (`{`).
    ///
    /// - Returns: whether something is in it.
    public mutating func opens(_ bracket: Unicode.Scalar) throws(JSONError) -> Bool {
        skipSpace()
        guard take(UInt8(ascii: bracket)) else { throw error("\"\(bracket)\" should stand") }
        skipSpace()
        // The closing bracket follows two places behind the opening one in ASCII.
        if take(UInt8(ascii: bracket) + 2) { return false }
        depth += 1
        return true
    }

    /// Goes on after an item or a member.
    ///
    /// - Returns: whether another follows; if none does, the array or object is at its end.
    public mutating func goesOn(before bracket: Unicode.Scalar) throws(JSONError) -> Bool {
        skipSpace()
        if take(UInt8(ascii: ",")) { return true }
        guard take(UInt8(ascii: bracket)) else { throw error("\",\" or \"\(bracket)\" should stand") }
        depth -= 1
        return false
    }

    /// The name of a member; its value comes next. That no name stands twice is for the caller to see to.
    public mutating func name() throws(JSONError) -> String {
        skipSpace()
        guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else { throw error("a member's name should stand") }
        let name = try string()
        skipSpace()
        guard take(UInt8(ascii: ":")) else { throw error("\":\" should stand") }
        return name
    }

    private mutating func array() throws(JSONError) -> JSON {
        var items: [JSON] = []
        var isMore = try opens("[")
        while isMore {
            items.append(try value())
            isMore = try goesOn(before: "]")
        }
        return .array(items)
    }

    private mutating func object() throws(JSONError) -> JSON {
        var members: [JSON.Member] = []
        var names: Set<[UInt8]> = []
        var isMore = try opens("{")
        while isMore {
            let name = try name()
            guard JSONReader.isNew(name, members, &names) else { throw error("a member's name stands twice") }
            members.append(.init(name, try value()))
            isMore = try goesOn(before: "}")
        }
        return .object(members)
    }

    /// Few names are compared one by one, many through a set: nothing quadratic on hostile input.
    private static func isNew(_ name: String, _ members: [JSON.Member], _ names: inout Set<[UInt8]>) -> Bool {
        // Equal strings need not be equal bytes, but equal bytes are equal strings, and those are quick to compare.
        guard members.count >= 8 else { return !members.contains { $0.name == name && $0.name.utf8.elementsEqual(name.utf8) } }
        if names.isEmpty { names.formUnion(members.map { Array($0.name.utf8) }) }
        return names.insert(Array(name.utf8)).inserted
    }

    // MARK: - Numbers and words

    /// A whole number.
    public mutating func wholeNumber() throws(JSONError) -> Int64 {
        skipSpace()
        let start = at
        guard case .integer(let number) = try number() else {
            at = start
            throw error("a whole number should stand")
        }
        return number
    }

    /// RFC 8259, 6: an optional minus, digits without leading zeros, then a fraction and an exponent.
    private mutating func number() throws(JSONError) -> JSON {
        let start = at
        let isNegative = take(UInt8(ascii: "-"))
        let whole = at
        let magnitude = takeDigits()
        guard at > whole, at == whole + 1 || bytes[whole] != UInt8(ascii: "0") else { throw error("no value stands") }
        guard at < bytes.count, bytes[at] == UInt8(ascii: ".") || bytes[at] | 0x20 == UInt8(ascii: "e") else {
            if at - whole <= 18 { return .integer(isNegative ? -magnitude : magnitude) }
            let text = String(decoding: bytes[start..<at], as: UTF8.self)
            return Int64(text).map { .integer($0) } ?? .number(text)
        }
        if take(UInt8(ascii: ".")) {
            let fraction = at
            _ = takeDigits()
            guard at > fraction else { throw error("a number's fraction has no digits") }
        }
        if at < bytes.count, bytes[at] | 0x20 == UInt8(ascii: "e") {
            at += 1
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            let exponent = at
            _ = takeDigits()
            guard at > exponent else { throw error("a number's exponent has no digits") }
        }
        return .number(String(decoding: bytes[start..<at], as: UTF8.self))
    }

    /// What the digits from here on say, as far as it fits.
    private mutating func takeDigits() -> Int64 {
        var value: Int64 = 0
        while at < bytes.count, (48...57).contains(bytes[at]) {
            value = value &* 10 &+ Int64(bytes[at] - 48)
            at += 1
        }
        return value
    }

    /// Whether null stands next; if it does, it is taken.
    public mutating func takesNull() -> Bool {
        skipSpace()
        return take("null")
    }

    private mutating func literal(_ word: StaticString, _ value: JSON) throws(JSONError) -> JSON {
        guard take(word) else { throw error("no value stands") }
        return value
    }

    mutating func take(_ word: StaticString) -> Bool {
        let end = at + word.utf8CodeUnitCount
        guard end <= bytes.count else { return false }
        for place in at..<end where bytes[place] != word.utf8Start[place - at] { return false }
        at = end
        return true
    }

    mutating func take(_ byte: UInt8) -> Bool {
        guard at < bytes.count, bytes[at] == byte else { return false }
        at += 1
        return true
    }

    mutating func skipSpace() {
        while at < bytes.count, bytes[at] <= 0x20, bytes[at] == 0x20 || bytes[at] == 0x0A || bytes[at] == 0x0D || bytes[at] == 0x09 {
            at += 1
        }
    }

    func error(_ reason: String) -> JSONError {
        JSONError(offset: at, reason: reason)
    }
}
