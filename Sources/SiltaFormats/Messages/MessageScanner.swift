internal import Glibc

/// Goes through the JSON of one line where it stands, without making values of it.
struct MessageScanner {
    static let maximumDepth = 64

    let bytes: UnsafeBufferPointer<UInt8>
    private(set) var at = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    /// A string's content, between its quotation marks.
    struct Text {
        var range: Range<Int>
        var isEscaped: Bool
    }

    /// The next byte that is no white space; nil at the end.
    var next: UInt8? {
        @inline(__always) mutating get {
            if at < bytes.count, bytes[at] > 0x20 { return bytes[at] }
            return nextBehindSpace()
        }
    }

    private mutating func nextBehindSpace() -> UInt8? {
        while at < bytes.count, bytes[at] <= 0x20 {
            guard bytes[at] == 0x20 || bytes[at] == 0x09 || bytes[at] == 0x0D || bytes[at] == 0x0A else { return bytes[at] }
            at += 1
        }
        return at < bytes.count ? bytes[at] : nil
    }

    @inline(__always)
    mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        at += 1
        return true
    }

    /// A string; nil where none stands or where it does not end.
    mutating func text() -> Text? {
        guard take(UInt8(ascii: "\"")) else { return nil }
        let start = at
        var isEscaped = false
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            if byte == UInt8(ascii: "\"") { return Text(range: start..<(at - 1), isEscaped: isEscaped) }
            if byte == UInt8(ascii: "\\") {
                isEscaped = true
                at += 1
            } else if byte < 0x20 {
                return nil
            }
        }
        return nil
    }

    /// The bytes of a string as they are meant; nil where an escape is wrong.
    func decoded(_ text: Text) -> [UInt8]? {
        guard text.isEscaped else { return Array(bytes[text.range]) }
        let quoted = UnsafeBufferPointer(rebasing: bytes[(text.range.lowerBound - 1)..<(text.range.upperBound + 1)])
        var reader = JSONReader(Array(quoted))
        guard let meant = try? reader.string() else { return nil }
        return Array(meant.utf8)
    }

    /// A number, `true`, `false` or `null`, as it is written; nil where none stands.
    mutating func word() -> Range<Int>? {
        guard let first = next else { return nil }
        let start = at
        while at < bytes.count, MessageScanner.isOfWord(bytes[at]) { at += 1 }
        let word = UnsafeBufferPointer(rebasing: bytes[start..<at])
        let isNumber = first == UInt8(ascii: "-") || (48...57).contains(first)
        guard isNumber || ["true", "false", "null"].contains(where: { word.elementsEqual($0.utf8) }) else { return nil }
        return start..<at
    }

    private static func isOfWord(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "E"):
            true
        default: false
        }
    }

    /// Passes over a value of any kind.
    ///
    /// - Returns: where it stands; nil where it does not end, or its brackets do not match.
    mutating func value() -> Range<Int>? {
        guard let first = next else { return nil }
        let start = at
        guard first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else {
            return first == UInt8(ascii: "\"") ? text().map { _ in start..<at } : word()
        }
        // A bit for each bracket that is open: 1 for an object.
        var (open, depth): (UInt64, Int) = (0, 0)
        while at < bytes.count {
            switch bytes[at] {
            case UInt8(ascii: "\""):
                guard text() != nil else { return nil }
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                guard depth < MessageScanner.maximumDepth else { return nil }
                open = open << 1 | (bytes[at] == UInt8(ascii: "{") ? 1 : 0)
                depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                guard open & 1 == (bytes[at] == UInt8(ascii: "}") ? 1 : 0) else { return nil }
                open >>= 1
                depth -= 1
                if depth == 0 {
                    at += 1
                    return start..<at
                }
            default: break
            }
            at += 1
        }
        return nil
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// There are millions of names to compare.
    @inline(__always)
    func hasBytes(of other: UnsafeBufferPointer<UInt8>) -> Bool {
        guard count == other.count else { return false }
        guard let base = baseAddress, let otherBase = other.baseAddress else { return true }
        return memcmp(base, otherBase, count) == 0
    }

    @inline(__always)
    func hasBytes(of other: [UInt8]) -> Bool {
        count == other.count && other.withUnsafeBufferPointer { hasBytes(of: $0) }
    }

    @inline(__always)
    func hasBytes(of text: String) -> Bool {
        var text = text
        return count == text.utf8.count && text.withUTF8 { hasBytes(of: $0) }
    }
}
