/// Why bytes are not JSON, and where.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    public var offset: Int
    public var reason: String

    public var description: String { "\(reason) at byte \(offset)" }
}

extension JSON {
    /// Parses one value and nothing after it but white space. Duplicate names are refused, nesting is bounded.
    public static func parse(_ bytes: some Collection<UInt8>) throws(JSONError) -> JSON {
        var parser = JSONParser(bytes: ContiguousArray(bytes))
        return try parser.document()
    }

    public static func parse(_ text: String) throws(JSONError) -> JSON {
        try parse(text.utf8)
    }
}

private struct JSONParser {
    static let maximumDepth = 64

    let bytes: ContiguousArray<UInt8>
    var at = 0

    mutating func document() throws(JSONError) -> JSON {
        let value = try value(depth: 0)
        skipSpace()
        guard at == bytes.count else { throw error("something follows the value") }
        return value
    }

    mutating func value(depth: Int) throws(JSONError) -> JSON {
        guard depth < JSONParser.maximumDepth else { throw error("nested deeper than \(JSONParser.maximumDepth)") }
        skipSpace()
        guard at < bytes.count else { throw error("the text ends where a value should stand") }
        switch bytes[at] {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        default: return try number()
        }
    }

    mutating func object(depth: Int) throws(JSONError) -> JSON {
        var members: [JSON.Member] = []
        var names: Set<[UInt8]> = []
        at += 1
        skipSpace()
        if take(UInt8(ascii: "}")) { return .object([]) }
        while true {
            skipSpace()
            guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else { throw error("a member's name should stand") }
            let name = try string()
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw error("\":\" should stand") }
            let isNew =
                members.count < 8 ? !members.contains { $0.name.utf8.elementsEqual(name.utf8) } : JSONParser.insert(name, members, &names)
            guard isNew else { throw error("a member's name stands twice") }
            members.append(.init(name, try value(depth: depth + 1)))
            skipSpace()
            if take(UInt8(ascii: "}")) { return .object(members) }
            guard take(UInt8(ascii: ",")) else { throw error("\",\" or \"}\" should stand") }
        }
    }

    /// Few names are compared one by one, many through a set: nothing quadratic on hostile input.
    static func insert(_ name: String, _ members: [JSON.Member], _ names: inout Set<[UInt8]>) -> Bool {
        if names.isEmpty { names.formUnion(members.map { Array($0.name.utf8) }) }
        return names.insert(Array(name.utf8)).inserted
    }

    mutating func array(depth: Int) throws(JSONError) -> JSON {
        var items: [JSON] = []
        at += 1
        skipSpace()
        if take(UInt8(ascii: "]")) { return .array([]) }
        while true {
            items.append(try value(depth: depth + 1))
            skipSpace()
            if take(UInt8(ascii: "]")) { return .array(items) }
            guard take(UInt8(ascii: ",")) else { throw error("\",\" or \"]\" should stand") }
        }
    }

    mutating func string() throws(JSONError) -> String {
        at += 1
        let start = at
        while at < bytes.count, bytes[at] != UInt8(ascii: "\""), bytes[at] != UInt8(ascii: "\\"), bytes[at] >= 0x20 { at += 1 }
        guard at < bytes.count else { throw error("a string does not end") }
        if bytes[at] == UInt8(ascii: "\"") {
            let text = try decoded(bytes[start..<at])
            at += 1
            return text
        }
        var content = ContiguousArray(bytes[start..<at])
        while true {
            guard at < bytes.count else { throw error("a string does not end") }
            let byte = bytes[at]
            at += 1
            switch byte {
            case UInt8(ascii: "\""): return try decoded(content[...])
            case UInt8(ascii: "\\"): try escape(into: &content)
            case 0..<0x20: throw error("a control character stands in a string")
            default: content.append(byte)
            }
        }
    }

    func decoded(_ content: ArraySlice<UInt8>) throws(JSONError) -> String {
        guard let text = String(validating: content, as: UTF8.self) else { throw error("a string is not UTF-8") }
        return text
    }

    mutating func escape(into content: inout ContiguousArray<UInt8>) throws(JSONError) {
        guard at < bytes.count else { throw error("a string does not end") }
        let byte = bytes[at]
        at += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(byte)
        case UInt8(ascii: "b"): content.append(0x08)
        case UInt8(ascii: "f"): content.append(0x0C)
        case UInt8(ascii: "n"): content.append(0x0A)
        case UInt8(ascii: "r"): content.append(0x0D)
        case UInt8(ascii: "t"): content.append(0x09)
        case UInt8(ascii: "u"):
            var unit = try hexadecimalUnit()
            if (0xD800..<0xDC00).contains(unit) {
                guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else { throw error("half of a surrogate pair stands alone") }
                let low = try hexadecimalUnit()
                guard (0xDC00..<0xE000).contains(low) else { throw error("half of a surrogate pair stands alone") }
                unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(unit) else { throw error("half of a surrogate pair stands alone") }
            content.append(contentsOf: UTF8.encode(scalar)!)
        default: throw error("an unknown escape stands in a string")
        }
    }

    mutating func hexadecimalUnit() throws(JSONError) -> UInt32 {
        guard at + 4 <= bytes.count else { throw error("a \\u escape does not end") }
        var unit: UInt32 = 0
        for _ in 0..<4 {
            let digit = bytes[at]
            at += 1
            switch digit {
            case 48...57: unit = unit << 4 | UInt32(digit - 48)
            case 65...70: unit = unit << 4 | UInt32(digit - 55)
            case 97...102: unit = unit << 4 | UInt32(digit - 87)
            default: throw error("a \\u escape has a character that is no hexadecimal digit")
            }
        }
        return unit
    }

    /// RFC 8259, 6: an optional minus, digits without leading zeros, then a fraction and an exponent.
    mutating func number() throws(JSONError) -> JSON {
        let start = at
        _ = take(UInt8(ascii: "-"))
        let whole = at
        skipDigits()
        guard at > whole, at == whole + 1 || bytes[whole] != UInt8(ascii: "0") else { throw error("no value stands") }
        var isInteger = true
        if take(UInt8(ascii: ".")) {
            isInteger = false
            let fraction = at
            skipDigits()
            guard at > fraction else { throw error("a number's fraction has no digits") }
        }
        if at < bytes.count, bytes[at] | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            at += 1
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            let exponent = at
            skipDigits()
            guard at > exponent else { throw error("a number's exponent has no digits") }
        }
        let text = String(decoding: bytes[start..<at], as: UTF8.self)
        if isInteger, let value = Int64(text) { return .integer(value) }
        return .number(text)
    }

    mutating func literal(_ word: String, _ value: JSON) throws(JSONError) -> JSON {
        let end = at + word.utf8.count
        guard end <= bytes.count, bytes[at..<end].elementsEqual(word.utf8) else { throw error("no value stands") }
        at = end
        return value
    }

    mutating func take(_ byte: UInt8) -> Bool {
        guard at < bytes.count, bytes[at] == byte else { return false }
        at += 1
        return true
    }

    mutating func skipSpace() {
        while at < bytes.count, bytes[at] == 0x20 || bytes[at] == 0x0A || bytes[at] == 0x0D || bytes[at] == 0x09 { at += 1 }
    }

    mutating func skipDigits() {
        while at < bytes.count, (48...57).contains(bytes[at]) { at += 1 }
    }

    func error(_ reason: String) -> JSONError {
        JSONError(offset: at, reason: reason)
    }
}
