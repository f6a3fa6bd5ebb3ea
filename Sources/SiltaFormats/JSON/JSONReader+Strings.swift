extension JSONReader {
    /// A string.
    public mutating func string() throws(JSONError) -> String {
        let (plain, isASCII) = try plainString()
        if let plain {
            guard isASCII else { return try decoded(bytes[plain]) }
            return bytes.withUnsafeBufferPointer { String(decoding: UnsafeBufferPointer(rebasing: $0[plain]), as: UTF8.self) }
        }
        return try escapedString()
    }

    /// Calls a body with the bytes of a string without escapes; nil, and nothing is taken, where something else stands.
    ///
    /// Whether they are UTF-8 is for the body to see to.
    mutating func plainBytes<Value>(_ body: (UnsafeBufferPointer<UInt8>) -> Value?) -> Value? {
        let start = at
        if let plain = try? plainString().range,
            let value = bytes.withUnsafeBufferPointer({ body(UnsafeBufferPointer(rebasing: $0[plain])) })
        {
            return value
        }
        at = start
        return nil
    }

    /// Where the content of a string stands, and whether it is all ASCII. The range is nil where an escape is in it: then the reader
    /// stands where the content begins.
    private mutating func plainString() throws(JSONError) -> (range: Range<Int>?, isASCII: Bool) {
        skipSpace()
        guard take(UInt8(ascii: "\"")) else { throw error("a string should stand") }
        let start = at
        var end = at
        var union: UInt8 = 0
        while end < bytes.count {
            let byte = bytes[end]
            if byte == UInt8(ascii: "\"") {
                at = end + 1
                return (start..<end, union < 0x80)
            }
            if byte == UInt8(ascii: "\\") { return (nil, false) }
            guard byte >= 0x20 else {
                at = end + 1
                throw error("a control character stands in a string")
            }
            union |= byte
            end += 1
        }
        at = end
        throw error("a string does not end")
    }

    private mutating func escapedString() throws(JSONError) -> String {
        var content: [UInt8] = []
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

    private func decoded(_ content: ArraySlice<UInt8>) throws(JSONError) -> String {
        guard let text = String(validating: content, as: UTF8.self) else { throw error("a string is not UTF-8") }
        return text
    }

    private mutating func escape(into content: inout [UInt8]) throws(JSONError) {
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

    private mutating func hexadecimalUnit() throws(JSONError) -> UInt32 {
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
}
