/// Goes through one JSON value whose bytes come in pieces, to its end. Brackets and strings must match; numbers and words are not
/// looked at.
struct ValueRun {
    static let maximumDepth = MessageScanner.maximumDepth

    struct Progress {
        /// Behind the last byte that was taken.
        var end: Int
        var isDone: Bool
        /// What is wrong with the byte at the end.
        var problem: String?
    }

    private enum Place {
        case structure, string, escape, word
    }

    /// A bit for each bracket that is open: 1 for an object.
    private var open: UInt64 = 0
    private var depth = 0
    private var place = Place.structure

    static func begins(with byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "\""), UInt8(ascii: "-"), 48...57: true
        case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"): true
        default: false
        }
    }

    /// Takes what belongs to the value.
    mutating func go(through bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Progress {
        var at = start
        while at < bytes.count {
            let byte = bytes[at]
            switch place {
            case .string:
                var end = at
                while end < bytes.count, bytes[end] != UInt8(ascii: "\""), bytes[end] != UInt8(ascii: "\\") { end += 1 }
                at = end
                guard end < bytes.count else { continue }
                at += 1
                if bytes[end] == UInt8(ascii: "\\") {
                    place = .escape
                } else {
                    place = .structure
                    if depth == 0 { return Progress(end: at, isDone: true) }
                }
                continue
            case .escape: place = .string
            case .word:
                if ValueRun.endsWord(byte) { return Progress(end: at, isDone: true) }
            case .structure:
                switch byte {
                case UInt8(ascii: "\""): place = .string
                case UInt8(ascii: "{"), UInt8(ascii: "["):
                    guard depth < ValueRun.maximumDepth else {
                        return Progress(end: at, isDone: false, problem: "this is nested deeper than \(ValueRun.maximumDepth)")
                    }
                    open = open << 1 | (byte == UInt8(ascii: "{") ? 1 : 0)
                    depth += 1
                case UInt8(ascii: "}"), UInt8(ascii: "]"):
                    guard depth > 0, open & 1 == (byte == UInt8(ascii: "}") ? 1 : 0) else {
                        return Progress(end: at, isDone: false, problem: "another closing bracket must stand here")
                    }
                    open >>= 1
                    depth -= 1
                    if depth == 0 { return Progress(end: at + 1, isDone: true) }
                default:
                    if depth == 0 { place = .word }
                }
            }
            at += 1
        }
        return Progress(end: at, isDone: false)
    }

    private static func endsWord(_ byte: UInt8) -> Bool {
        byte <= 0x20 || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}")
    }
}
