internal import SiltaCore

/// Makes items of the elements of a list within an item: each is the item with the element in place of the list.
struct ItemExpansion: ~Copyable {
    /// What the items of one item's elements may have together beside the elements, in bytes: 256 MiB.
    private static let total = 1 << 28

    private let path: [[UInt8]]
    private var joined = CSVBuffer(capacity: 1 << 10)

    /// - Parameter path: names with dots between them.
    init(_ path: String) {
        self.path = path.split(separator: ".", omittingEmptySubsequences: false).map { Array($0.utf8) }
    }

    /// - Returns: whether the item has the list, or null in its place.
    mutating func expand<E: Error>(
        _ item: UnsafeBufferPointer<UInt8>, count: inout Int, _ body: (JSONItem) throws(E) -> Void
    ) throws(E) -> Bool {
        func refuse(_ fault: ItemFault) throws(E) {
            var hash = RowHash()
            hash.absorb(item)
            count += 1
            try body(.unreadable(number: count, fault: fault, digest: hash.finish()))
        }
        var scanner = MessageScanner(item)
        switch list(&scanner) {
        case nil: return false
        case .nothing?: return true
        case .fault(let fault)?: try refuse(fault)
        case .list(let range)?:
            guard let elements = ItemExpansion.elements(item, range) else {
                try refuse(.malformed)
                return true
            }
            guard elements.count <= ItemExpansion.total / max(1, item.count - range.count) else {
                try refuse(.overfull)
                return true
            }
            for element in elements {
                joined.removeAll()
                for part in [0..<range.lowerBound, element, range.upperBound..<item.count] {
                    joined.append(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: item[part])))
                }
                count += 1
                try body(.item(number: count, joined.bytes(0..<joined.count)))
            }
        }
        return true
    }

    private enum Place {
        case list(Range<Int>)
        /// It is null.
        case nothing
        case fault(ItemFault)
    }

    /// Where the list stands; nil where it is missing. The whole item is gone through: only one that is well formed is taken apart.
    private func list(_ scanner: inout MessageScanner) -> Place? {
        guard scanner.next == UInt8(ascii: "{") else { return .fault(.malformed) }
        var found: Place?
        guard search(&scanner, path[...], &found), scanner.next == nil else { return .fault(.malformed) }
        return found
    }

    /// - Returns: false where it is not well formed, or a name of the path stands twice.
    private func search(_ scanner: inout MessageScanner, _ rest: ArraySlice<[UInt8]>, _ found: inout Place?) -> Bool {
        guard let wanted = rest.first, scanner.take(UInt8(ascii: "{")) else { return false }
        if scanner.take(UInt8(ascii: "}")) { return true }
        var isSeen = false
        repeat {
            guard let name = scanner.text(), scanner.take(UInt8(ascii: ":")) else { return false }
            guard scanner.decoded(name).map({ $0 == wanted }) == true else {
                guard scanner.value() != nil else { return false }
                continue
            }
            if isSeen { return false }
            isSeen = true
            let first = scanner.next
            if rest.count > 1, first == UInt8(ascii: "{") {
                guard search(&scanner, rest.dropFirst(), &found) else { return false }
                continue
            }
            guard let range = scanner.value() else { return false }
            switch first {
            case UInt8(ascii: "[") where rest.count == 1: found = .list(range)
            case UInt8(ascii: "n"): found = .nothing
            default: found = .fault(.noList)
            }
        } while scanner.take(UInt8(ascii: ","))
        return scanner.take(UInt8(ascii: "}"))
    }

    private static func elements(_ item: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> [Range<Int>]? {
        var scanner = MessageScanner(UnsafeBufferPointer(rebasing: item[range]))
        var elements: [Range<Int>] = []
        guard scanner.take(UInt8(ascii: "[")) else { return nil }
        if scanner.take(UInt8(ascii: "]")) { return elements }
        repeat {
            guard let element = scanner.value() else { return nil }
            elements.append((range.lowerBound + element.lowerBound)..<(range.lowerBound + element.upperBound))
        } while scanner.take(UInt8(ascii: ","))
        return scanner.take(UInt8(ascii: "]")) ? elements : nil
    }
}
