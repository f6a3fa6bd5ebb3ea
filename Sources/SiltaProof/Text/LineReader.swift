/// Takes lines off the front of text that must end each of them with a newline (U+000A).
///
/// It works on bytes: to a Swift `String`, a newline beside a carriage return, or a space beside a combining mark, is
/// one character, and a format that is signed as bytes must be read as bytes.
struct LineReader {
    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) {
        rest = bytes
    }

    /// The next line without its newline, or nil if no newline is left. What follows the last newline stays in `rest`.
    mutating func next() -> ArraySlice<UInt8>? {
        guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        defer { rest = rest[(end + 1)...] }
        return rest[..<end]
    }
}

extension ArraySlice<UInt8> {
    /// What follows `prefix` at the front of these bytes, or nil if they do not begin with it.
    func dropping(prefix: String) -> ArraySlice<UInt8>? {
        starts(with: prefix.utf8) ? dropFirst(prefix.utf8.count) : nil
    }
}

extension UInt64 {
    /// A number from ASCII decimal digits in their only spelling: no sign, no leading zeros, no overflow.
    init?(exactDecimal digits: some Collection<UInt8>) {
        guard let first = digits.first, digits.count == 1 || first != UInt8(ascii: "0") else { return nil }
        var value: UInt64 = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            let (tens, tensOverflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, sumOverflow) = tens.addingReportingOverflow(UInt64(digit - UInt8(ascii: "0")))
            guard !tensOverflow, !sumOverflow else { return nil }
            value = sum
        }
        self = value
    }
}

/// Whether two texts are the same bytes. `==` of `String` is not that: it takes é and e with a combining accent for equal.
func areSameBytes(_ one: String, _ other: String) -> Bool {
    one.utf8.elementsEqual(other.utf8)
}
