/// A host and perhaps a port, as an address writes them (RFC 3986, section 3.2, without user information).
struct Authority {
    /// An IPv6 address without its brackets.
    var host: String
    /// 0…65535.
    var port: Int?

    init?(_ text: Substring) {
        let bytes = text.utf8
        var rest = bytes[...]
        if bytes.first == UInt8(ascii: "[") {
            guard let end = bytes.firstIndex(of: UInt8(ascii: "]")) else { return nil }
            let inside = bytes[bytes.index(after: bytes.startIndex)..<end]
            let isSound = inside.allSatisfy { $0.isDigit || "abcdefABCDEF:.".utf8.contains($0) }
            guard isSound, inside.contains(UInt8(ascii: ":")) else { return nil }
            host = String(Substring(inside))
            rest = bytes[bytes.index(after: end)...]
        } else {
            let end = bytes.firstIndex(of: UInt8(ascii: ":")) ?? bytes.endIndex
            let name = bytes[..<end]
            let labels = name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            let isSound = labels.allSatisfy { label in
                !label.isEmpty && label.count <= 63 && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
                    && label.allSatisfy { $0.isLetterOrDigit || $0 == UInt8(ascii: "-") }
            }
            guard isSound, name.count <= 253 else { return nil }
            host = String(Substring(name))
            rest = bytes[end...]
        }
        guard !rest.isEmpty else { return }
        let digits = rest.dropFirst()
        guard rest.first == UInt8(ascii: ":"), (1...5).contains(digits.count), digits.allSatisfy(\.isDigit),
            let number = Int(String(Substring(digits))), number <= 65_535
        else { return nil }
        port = number
    }
}
