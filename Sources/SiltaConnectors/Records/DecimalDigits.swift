enum DecimalDigits {
    /// One or more ASCII digits, without a sign, at most so many; nil for anything else.
    static func number(_ bytes: UnsafeBufferPointer<UInt8>, upTo maximumCount: Int = 9) -> Int? {
        guard !bytes.isEmpty, bytes.count <= maximumCount else { return nil }
        var number = 0
        for byte in bytes {
            guard let digit = digit(byte) else { return nil }
            number = number * 10 + digit
        }
        return number
    }

    /// Without the zeros behind a point, as serializers of decimals write whole numbers: `45.0`.
    static func whole(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        guard let point = bytes.firstIndex(of: UInt8(ascii: ".")), point > 0, point + 1 < bytes.count,
            bytes[(point + 1)...].allSatisfy({ $0 == UInt8(ascii: "0") })
        else { return bytes }
        return UnsafeBufferPointer(rebasing: bytes[..<point])
    }

    static func digit(_ byte: UInt8) -> Int? {
        let digit = byte &- UInt8(ascii: "0")
        return digit < 10 ? Int(digit) : nil
    }
}
