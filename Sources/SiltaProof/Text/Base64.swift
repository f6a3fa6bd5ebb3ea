/// Standard base64 (RFC 4648, section 4), read exactly: padded, in one spelling only, nothing in between.
///
/// A lenient reader would let one signature or hash be written in several ways, and what was signed could then be
/// changed without breaking its signature.
package enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    /// What each character is worth; 255 where it is none of the alphabet.
    private static let values = [UInt8](unsafeUninitializedCapacity: 256) { values, count in
        values.initialize(repeating: .max)
        for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
        count = 256
    }

    package static func encode(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        append(Array(bytes), to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends the text (ASCII) of some bytes.
    package static func append(_ bytes: [UInt8], to text: inout [UInt8]) {
        var next = text.count
        text.append(contentsOf: repeatElement(UInt8(ascii: "="), count: (bytes.count + 2) / 3 * 4))
        alphabet.withUnsafeBufferPointer { alphabet in
            text.withUnsafeMutableBufferPointer { text in
                bytes.withUnsafeBufferPointer { bytes in
                    func put(_ group: UInt32, _ count: Int) {
                        for place in 0..<count { text[next + place] = alphabet[Int(group >> UInt32(18 - 6 * place) & 63)] }
                        next += 4
                    }
                    let rest = bytes.count % 3
                    var at = 0
                    while at < bytes.count - rest {
                        put(UInt32(bytes[at]) << 16 | UInt32(bytes[at + 1]) << 8 | UInt32(bytes[at + 2]), 4)
                        at += 3
                    }
                    switch rest {
                    case 1: put(UInt32(bytes[at]) << 16, 2)
                    case 2: put(UInt32(bytes[at]) << 16 | UInt32(bytes[at + 1]) << 8, 3)
                    default: break
                    }
                }
            }
        }
    }

    /// The bytes that `text` (ASCII) spells, or nil if it is not the one spelling of any.
    package static func decode(_ text: some Sequence<UInt8>) -> [UInt8]? {
        Array(text).withUnsafeBufferPointer(decode)
    }

    package static func decode(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        guard let count = decodedCount(text) else { return nil }
        return [UInt8](unsafeUninitializedCapacity: count) { bytes, initialized in
            values.withUnsafeBufferPointer { values in
                func group(_ at: Int, _ count: Int) -> UInt32 {
                    var group: UInt32 = 0
                    for place in 0..<count { group |= UInt32(values[Int(text[at + place])]) << UInt32(18 - 6 * place) }
                    return group
                }
                var (at, next) = (0, 0)
                while next + 3 <= count {
                    let group = group(at, 4)
                    bytes[next] = UInt8(truncatingIfNeeded: group >> 16)
                    bytes[next + 1] = UInt8(truncatingIfNeeded: group >> 8)
                    bytes[next + 2] = UInt8(truncatingIfNeeded: group)
                    at += 4
                    next += 3
                }
                let rest = group(at, count == next ? 0 : count - next + 1)
                for place in 0..<(count - next) { bytes[next + place] = UInt8(truncatingIfNeeded: rest >> UInt32(16 - 8 * place)) }
            }
            initialized = count
        }
    }

    /// How many bytes `text` spells, or nil if it is not the one spelling of any.
    package static func decodedCount(_ text: UnsafeBufferPointer<UInt8>) -> Int? {
        guard text.count % 4 == 0 else { return nil }
        var digits = text.count
        while digits > 0, text.count - digits < 2, text[digits - 1] == UInt8(ascii: "=") { digits -= 1 }
        return values.withUnsafeBufferPointer { values in
            var worst: UInt8 = 0
            for at in 0..<digits { worst |= values[Int(text[at])] }
            guard worst < 64 else { return nil }
            // Bits that no byte takes up are zero.
            switch text.count - digits {
            case 1 where values[Int(text[digits - 1])] & 0b11 != 0: return nil
            case 2 where values[Int(text[digits - 1])] & 0b1111 != 0: return nil
            default: return digits * 6 / 8
            }
        }
    }
}
