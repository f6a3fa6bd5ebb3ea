/// Looks over a text before it is parsed, for what would make parsing dear or its errors unclear.
///
/// It does not know YAML's grammar: it refuses only what no sensible file holds even in its comments and quoted texts. What it lets
/// pass is bounded by libyaml, which stops at 1000 lists and mappings in each other.
enum YAMLScreening {
    /// More brackets than this are never open at once, not even if some stand in quoted texts.
    private static let maximumOpenBrackets = 64

    /// The first reason not to parse the text, and its line.
    static func firstObjection(to text: String) -> (line: Int, sentence: String)? {
        let byteCount = text.utf8.count
        guard byteCount <= YAMLDocument.maximumByteCount else {
            return (1, "this file has \(byteCount) bytes; \(YAMLDocument.maximumByteCount) is the most")
        }
        var line = 1
        var openBrackets = 0
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n":
                line += 1
            case "\t", "\r":
                break
            case "[", "{":
                openBrackets += 1
                guard openBrackets <= maximumOpenBrackets else {
                    return (line, "more than \(maximumOpenBrackets) brackets are open here; was one not closed?")
                }
            case "]", "}":
                openBrackets = max(0, openBrackets - 1)
            case "\0"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FEFF}", "\u{FFFE}", "\u{FFFF}":
                return (line, "there is a control character here (\(codePoint(scalar))); remove it")
            default:
                break
            }
        }
        return firstAlias(in: text).map { ($0, "aliases (*name) are not used here; write the value out where it belongs") }
    }

    /// `U+001B`.
    private static func codePoint(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
    }

    /// The line of what may be an alias of what may be an anchor. Aliases of aliases grow without bound while they are parsed.
    private static func firstAlias(in text: String) -> Int? {
        let bytes = Array(text.utf8)
        let anchors = names(after: UInt8(ascii: "&"), in: bytes)
        guard !anchors.isEmpty else { return nil }
        let known = Set(anchors.map(\.name))
        guard let alias = names(after: UInt8(ascii: "*"), in: bytes).first(where: { known.contains($0.name) }) else { return nil }
        return 1 + bytes[..<alias.offset].count { $0 == UInt8(ascii: "\n") }
    }

    private static func names(after sign: UInt8, in bytes: [UInt8]) -> [(name: ArraySlice<UInt8>, offset: Int)] {
        bytes.indices.filter { bytes[$0] == sign }.compactMap { offset in
            let name = bytes[(offset + 1)...].prefix { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
            return name.isEmpty ? nil : (name, offset)
        }
    }

    /// - Parameter line: From 1.
    static func isIndentedWithTab(line: Int, of text: String) -> Bool {
        let lines = text.utf8.split(separator: UInt8(ascii: "\n"), maxSplits: line, omittingEmptySubsequences: false)
        guard line <= lines.count else { return false }
        return lines[line - 1].prefix { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }.contains(UInt8(ascii: "\t"))
    }
}
