internal import SiltaCore

/// Items that stand one on a line (JSON Lines), in bytes that come in pieces: as of ``JSONItems``, but that a line which is no JSON
/// leaves the next alone.
public struct JSONLines: ~Copyable {
    private var lines = MessageLines()
    private var expansion: ItemExpansion?
    /// How many rows there were: items, or elements of their lists.
    public private(set) var count = 0
    private var isAtStart = true

    /// - Parameter each: as of ``JSONItems``.
    public init(each: String? = nil) {
        expansion = each.map { ItemExpansion($0) }
    }

    /// Takes the next piece, of any length, and yields the items that end in it.
    public mutating func feed<E: Error>(_ piece: UnsafeRawBufferPointer, _ body: (JSONItem) throws(E) -> Void) throws(E) {
        try lines.feed(piece) { (line) throws(E) in try take(line, body) }
    }

    /// Yields the last item, where no line end followed it.
    public mutating func finish<E: Error>(_ body: (JSONItem) throws(E) -> Void) throws(E) {
        try lines.finish { (line) throws(E) in try take(line, body) }
    }

    private mutating func take<E: Error>(_ line: MessageLine, _ body: (JSONItem) throws(E) -> Void) throws(E) {
        defer { isAtStart = false }
        switch line {
        case .overlong(_, let digest):
            count += 1
            try body(.unreadable(number: count, fault: .overlong, digest: digest))
        case .message(_, var item):
            if isAtStart, item.starts(with: [0xEF, 0xBB, 0xBF]) { item = UnsafeBufferPointer(rebasing: item.dropFirst(3)) }
            guard expansion == nil else {
                try expansion?.expand(item, count: &count, body)
                return
            }
            count += 1
            try body(.item(number: count, item))
        }
    }
}
