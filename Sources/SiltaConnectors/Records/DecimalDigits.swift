enum DecimalDigits {
    /// One or more ASCII digits, without a sign, at most so many; nil for anything else.
    static func number(_ bytes: ArraySlice<UInt8>, upTo maximumCount: Int = 9) -> Int? {
        guard !bytes.isEmpty, bytes.count <= maximumCount else { return nil }
        var number = 0
        for byte in bytes {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            number = number * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return number
    }
}
