internal import SiltaCore

/// Items that stand one on a line (JSON Lines), in bytes that come in pieces: as of ``JSONItems``, but that a line which is no JSON
/// leaves the next alone.
public struct JSONLines: ~Copyable {
    private var lines = MessageLines()
    private let items: LineItems

    /// - Parameter each: as of ``JSONItems``.
    public init(each: String? = nil) {
        items = LineItems(each)
    }

    /// How many items there were, and how many of them have the list of `each`.
    public var counts: (items: Int, lists: Int) { items.counts }

    /// Takes the next piece, of any length, and yields the items that end in it.
    public mutating func feed<E: Error>(_ piece: UnsafeRawBufferPointer, _ body: (JSONItem) throws(E) -> Void) throws(E) {
        let items = items
        try lines.feed(piece) { (line) throws(E) in try items.take(line, body) }
    }

    /// Yields the last item, where no line end followed it.
    public mutating func finish<E: Error>(_ body: (JSONItem) throws(E) -> Void) throws(E) {
        let items = items
        try lines.finish { (line) throws(E) in try items.take(line, body) }
    }
}

/// Makes items of lines.
private final class LineItems {
    private var expansion: ItemExpansion?
    /// How many rows there were: items, or elements of their lists.
    private var count = 0
    private(set) var counts = (items: 0, lists: 0)
    private var isAtStart = true

    init(_ each: String?) { expansion = each.map { ItemExpansion($0) } }

    func take<E: Error>(_ line: MessageLine, _ body: (JSONItem) throws(E) -> Void) throws(E) {
        defer { isAtStart = false }
        counts.items += 1
        switch line {
        case .overlong(_, let digest):
            count += 1
            try body(.unreadable(number: count, fault: .overlong, digest: digest))
        case .message(_, var item):
            if isAtStart, item.starts(with: [0xEF, 0xBB, 0xBF]) { item = UnsafeBufferPointer(rebasing: item.dropFirst(3)) }
            guard expansion == nil else {
                var number = count
                defer { count = number }
                if try expansion?.expand(item, count: &number, body) == true { counts.lists += 1 }
                return
            }
            count += 1
            try body(.item(number: count, item))
        }
    }
}
