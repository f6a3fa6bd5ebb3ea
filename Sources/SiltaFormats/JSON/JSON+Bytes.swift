import SiltaCore

extension JSON {
    /// Without white space, `/` and everything beyond ASCII as they are.
    public var bytes: [UInt8] {
        var out: [UInt8] = []
        write(into: &out)
        return out
    }

    public var text: String { String(decoding: bytes, as: UTF8.self) }

    public func write(into out: inout [UInt8]) {
        switch self {
        case .null: out.append(contentsOf: "null".utf8)
        case .bool(let flag): out.append(contentsOf: flag ? "true".utf8 : "false".utf8)
        case .integer(let number): out.appendJSON(number)
        case .number(let text): out.append(contentsOf: text.utf8)
        case .string(let text): out.appendJSON(text)
        case .array(let items):
            out.append(UInt8(ascii: "["))
            for (index, item) in items.enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                item.write(into: &out)
            }
            out.append(UInt8(ascii: "]"))
        case .object(let members):
            out.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                out.appendJSON(member.name)
                out.append(UInt8(ascii: ":"))
                member.value.write(into: &out)
            }
            out.append(UInt8(ascii: "}"))
        }
    }
}

/// JSON as it is written, piece by piece.
extension [UInt8] {
    /// What stands as it is in the program.
    mutating func append(literal text: StaticString) {
        append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// The name of a member that is not the first.
    mutating func appendMember(_ name: StaticString) {
        append(literal: ",\"")
        append(literal: name)
        append(literal: "\":")
    }

    mutating func appendJSON(_ text: String) {
        var text = text
        text.withUTF8 { appendJSON(utf8: $0) }
    }

    /// A string whose content is UTF-8.
    mutating func appendJSON(utf8 bytes: UnsafeBufferPointer<UInt8>) {
        append(UInt8(ascii: "\""))
        // Most strings hold nothing to escape and are copied whole.
        var isPlain = true
        for byte in bytes where byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { isPlain = false }
        if isPlain { append(contentsOf: bytes) } else { appendEscaped(bytes) }
        append(UInt8(ascii: "\""))
    }

    private mutating func appendEscaped(_ bytes: UnsafeBufferPointer<UInt8>) {
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                append(UInt8(ascii: "\\"))
                append(byte)
            case 0x0A: append(literal: "\\n")
            case 0x0D: append(literal: "\\r")
            case 0x09: append(literal: "\\t")
            case 0..<0x20:
                append(literal: "\\u00")
                appendHexadecimal(UInt128(byte), digits: 2)
            default: append(byte)
            }
        }
    }

    mutating func appendJSON(_ number: Int64) {
        guard number < 0 || number > 9 else { return append(UInt8(ascii: "0") + UInt8(number)) }
        if number < 0 { append(UInt8(ascii: "-")) }
        var digits: InlineArray<20, UInt8> = .init(repeating: 0)
        var rest = number.magnitude
        var first = 20
        while rest > 0 {
            first -= 1
            digits[first] = UInt8(ascii: "0") + UInt8(rest % 10)
            rest /= 10
        }
        for place in first..<20 { append(digits[place]) }
    }

    /// Decimal digits, with leading zeros up to a width; of a number that is not negative and fits.
    mutating func append(decimal number: Int, digits: Int) {
        var unit = 1
        for _ in 1..<digits { unit *= 10 }
        while unit > 0 {
            append(UInt8(ascii: "0") + UInt8(number / unit % 10))
            unit /= 10
        }
    }

    /// The lowest so many digits of base 16, in lower case.
    mutating func appendHexadecimal(_ bits: UInt128, digits: Int) {
        let halves = (high: UInt64(truncatingIfNeeded: bits >> 64), low: UInt64(truncatingIfNeeded: bits))
        for place in (0..<digits).reversed() {
            let half = place < 16 ? halves.low : halves.high
            let digit = UInt8(truncatingIfNeeded: half >> UInt64(4 * (place & 15))) & 15
            append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }

    /// `"2026-08-12"`.
    mutating func appendJSON(_ date: LocalDate) {
        append(UInt8(ascii: "\""))
        append(date)
        append(UInt8(ascii: "\""))
    }

    mutating func append(_ date: LocalDate) {
        let (year, month, day) = date.components
        append(decimal: year, digits: 4)
        append(UInt8(ascii: "-"))
        append(decimal: month, digits: 2)
        append(UInt8(ascii: "-"))
        append(decimal: day, digits: 2)
    }

    /// `"08:15"`, or null.
    mutating func appendJSON(_ time: LocalTime?) {
        guard let time else { return append(literal: "null") }
        append(UInt8(ascii: "\""))
        append(decimal: Int(time.minuteOfDay) / 60, digits: 2)
        append(UInt8(ascii: ":"))
        append(decimal: Int(time.minuteOfDay) % 60, digits: 2)
        append(UInt8(ascii: "\""))
    }
}
