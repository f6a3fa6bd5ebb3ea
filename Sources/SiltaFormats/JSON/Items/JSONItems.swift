internal import SiltaCore

/// Finds the items in a JSON document (RFC 8259) whose bytes come in pieces, without making values of it.
///
/// What is kept between two pieces is at most one item of `itemLimit` bytes. A list that is not there breaks the document, and so does a
/// document that ends too early or goes on behind its end; below a `*` a list may be missing or null, and is then empty. Of what lies
/// beside the path, and of the items themselves, brackets and strings must match; whoever reads an item sees to the rest. A byte order
/// mark at the start is passed over.
///
///     var items = JSONItems(path)
///     items.feed(piece) { item in … }
///     items.finish { item in … }
public struct JSONItems: ~Copyable {
    /// The longest item, in bytes: 1 MiB.
    public static let itemLimit = 1 << 20
    private static let nameLimit = 1 << 12

    private enum Place {
        /// A value must follow; after an opening bracket also a closing one.
        case value, firstValue
        case name, firstName, inName
        case colon
        case behindValue
        case inValue
        case behindDocument
        case broken
    }

    /// A container that lies on the path.
    private struct Frame {
        let isObject: Bool
        /// How many elements or members began.
        var count = 0
        /// The member that leads on was there.
        var isFollowed = false
    }

    private let path: [ItemPath.Step]
    private let names: [[UInt8]]
    private let pathText: String
    /// Those before the first `*` must be there.
    private let needed: Int
    private let limit: Int
    private var expansion: ItemExpansion?

    private var place = Place.value
    private var frames: [Frame] = []
    private var reached = -1
    private var run = ValueRun()
    /// Whether the value that is gone through is an item.
    private var isItem = false
    /// Of the name that is being read, with its escapes.
    private var name: [UInt8] = []
    private var isEscaped = false
    private var nameIsEscaped = false
    /// The beginning of an item that has not ended yet.
    private var buffer = CSVBuffer(capacity: 1 << 12)
    /// What an item that is already too long came to so far.
    private var overlong: RowHash?
    private var offset = 0
    private var lines = 0
    /// How many rows there were: items, or elements of their lists.
    public private(set) var count = 0
    /// How many items there were, whatever became of them, and how many of them have the list of `each`.
    public private(set) var items = 0
    public private(set) var lists = 0
    /// How many elements there were where the path first goes over all of them.
    private var branches = 0

    /// - Parameter each: the dotted path of a list within an item: each of its elements is yielded as an item of its own, namely the
    ///   item with the element in place of the list. An item without that list, or with null or an empty one, yields nothing.
    public init(_ path: ItemPath, each: String? = nil, itemLimit: Int = JSONItems.itemLimit) {
        self.path = path.steps
        pathText = path.description
        names = path.steps.map { step in
            if case .name(let name) = step { Array(name.utf8) } else { [] }
        }
        needed = path.steps.firstIndex(of: .every) ?? path.steps.count
        limit = itemLimit
        expansion = each.map { ItemExpansion($0) }
    }

    /// Takes the next piece, of any length, and yields the items that end in it.
    public mutating func feed<E: Error>(_ piece: UnsafeRawBufferPointer, _ body: (JSONItem) throws(E) -> Void) throws(E) {
        guard place != .broken else { return }
        let bytes = piece.bindMemory(to: UInt8.self)
        var at = 0
        while at < bytes.count {
            if place == .inValue {
                try goThroughValue(bytes, &at, body)
                continue
            }
            if place == .inName {
                readName(bytes, &at)
                continue
            }
            let byte = bytes[at]
            if byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
                at += 1
                continue
            }
            // The three bytes of a mark, one by one: a piece may end between them.
            if offset + at < 3, place == .value, frames.isEmpty, byte == [0xEF, 0xBB, 0xBF][offset + at] {
                at += 1
                continue
            }
            if let reason = take(byte) { return try body(broken(reason, bytes, at)) }
            // A value that is gone through begins with this byte.
            if place != .inValue { at += 1 }
        }
        offset += bytes.count
        lines += LineFeeds.count(in: bytes)
    }

    /// Yields what is wrong where the document has not ended.
    public mutating func finish<E: Error>(_ body: (JSONItem) throws(E) -> Void) throws(E) {
        guard place != .broken else { return }
        let nothing = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
        // A number alone has no end of its own, and is no list.
        guard place == .behindDocument else {
            return try body(broken("the document ends too early: it must be written to its end before it is read", nothing, 0))
        }
        guard reached >= needed else {
            return try body(broken("there is no list at \(shownPath); items must say where the list of records stands", nothing, 0))
        }
        guard reached == path.count || branches == 0 else {
            return try body(
                broken("none of the \(branches) elements along \(shownPath) leads to a list; items must name what they have", nothing, 0))
        }
    }

    // MARK: - What lies on the path

    /// - Returns: what is wrong.
    private mutating func take(_ byte: UInt8) -> String? {
        switch place {
        case .value, .firstValue:
            if place == .firstValue, byte == UInt8(ascii: "]") { return close(byte) }
            return begin(byte)
        case .name, .firstName:
            if place == .firstName, byte == UInt8(ascii: "}") { return close(byte) }
            guard byte == UInt8(ascii: "\"") else { return "a member's name must stand here" }
            name.removeAll(keepingCapacity: true)
            (isEscaped, nameIsEscaped) = (false, false)
            place = .inName
        case .colon:
            guard byte == UInt8(ascii: ":") else { return "a colon must stand here" }
            place = .value
        case .behindValue:
            guard byte == UInt8(ascii: ",") else { return close(byte) }
            place = frames[frames.count - 1].isObject ? .name : .value
        case .behindDocument: return "something follows the document, which must end where its first value does"
        case .inName, .inValue, .broken: preconditionFailure("These take their bytes elsewhere.")
        }
        return nil
    }

    private mutating func close(_ byte: UInt8) -> String? {
        guard let frame = frames.popLast(), byte == UInt8(ascii: frame.isObject ? "}" : "]") else {
            return "a comma or the closing bracket must stand here"
        }
        place = frames.isEmpty ? .behindDocument : .behindValue
        return nil
    }

    /// The first byte of a value.
    private mutating func begin(_ byte: UInt8) -> String? {
        let depth = frames.count
        let isOnPath: Bool
        if depth == 0 {
            isOnPath = true
        } else if depth > path.count {
            isItem = true
            frames[depth - 1].count += 1
            return beginRun(byte)
        } else {
            isOnPath = leadsOn(path[depth - 1], names[depth - 1], in: frames[depth - 1])
            if isOnPath, path[depth - 1] != .every {
                guard !frames[depth - 1].isFollowed else { return "a member of \(shownPath) stands twice here; it must stand once" }
                frames[depth - 1].isFollowed = true
            }
            frames[depth - 1].count += 1
        }
        isItem = false
        if isOnPath, depth == needed + 1 { branches += 1 }
        guard isOnPath else { return beginRun(byte) }
        let mustBeList = depth == path.count || path[depth] == .every
        switch byte {
        case UInt8(ascii: "["): place = .firstValue
        case UInt8(ascii: "{") where !mustBeList: place = .firstName
        case UInt8(ascii: "n") where depth > needed:
            reached = max(reached, depth)
            return beginRun(byte)
        default:
            return mustBeList
                ? "a list must stand here, on the way along \(shownPath)" : "an object must stand here, on the way along \(shownPath)"
        }
        frames.append(Frame(isObject: byte == UInt8(ascii: "{")))
        if depth <= path.count { reached = max(reached, depth) }
        return nil
    }

    private func leadsOn(_ step: ItemPath.Step, _ wanted: [UInt8], in frame: Frame) -> Bool {
        switch step {
        case .every: true
        case .name(let index) where !frame.isObject: index == String(frame.count)
        case .name:
            if nameIsEscaped {
                (try? JSON.parse([UInt8(ascii: "\"")] + name + [UInt8(ascii: "\"")]).string).map { Array($0.utf8) == wanted } ?? false
            } else {
                name == wanted
            }
        }
    }

    private mutating func readName(_ bytes: UnsafeBufferPointer<UInt8>, _ at: inout Int) {
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\"") {
                place = .colon
                return
            } else if byte == UInt8(ascii: "\\") {
                (isEscaped, nameIsEscaped) = (true, true)
            }
            // One that is so long is none that a path names.
            if name.count < JSONItems.nameLimit { name.append(byte) }
        }
    }

    // MARK: - Whole values

    private mutating func beginRun(_ byte: UInt8) -> String? {
        guard ValueRun.begins(with: byte) else { return "a value must stand here" }
        run = ValueRun()
        place = .inValue
        return nil
    }

    private mutating func goThroughValue<E: Error>(
        _ bytes: UnsafeBufferPointer<UInt8>, _ at: inout Int, _ body: (JSONItem) throws(E) -> Void
    ) throws(E) {
        let start = at
        let progress = run.go(through: bytes, from: at)
        at = progress.end
        if let reason = progress.problem {
            try body(broken(reason, bytes, at))
            at = bytes.count
            return
        }
        if progress.isDone { place = .behindValue }
        guard isItem else { return }
        let part = UnsafeBufferPointer(rebasing: bytes[start..<at])
        guard progress.isDone else { return keep(part) }
        if overlong == nil, buffer.count == 0, part.count <= limit { return try yield(part, body) }
        keep(part)
        defer { buffer.removeAll() }
        if let hash = overlong {
            overlong = nil
            count += 1
            items += 1
            return try body(.unreadable(number: count, fault: .overlong, digest: hash.finish()))
        }
        try yield(buffer.bytes(0..<buffer.count), body)
    }

    private mutating func keep(_ part: UnsafeBufferPointer<UInt8>) {
        buffer.append(UnsafeRawBufferPointer(part))
        guard overlong != nil || buffer.count > limit else { return }
        var hash = overlong ?? RowHash()
        hash.absorb(buffer.bytes(0..<buffer.count))
        overlong = hash
        buffer.removeAll()
    }

    private mutating func yield<E: Error>(_ item: UnsafeBufferPointer<UInt8>, _ body: (JSONItem) throws(E) -> Void) throws(E) {
        items += 1
        guard expansion != nil else {
            count += 1
            return try body(.item(number: count, item))
        }
        var number = count
        defer { count = number }
        if try expansion?.expand(item, count: &number, body) == true { lists += 1 }
    }

    private mutating func broken(_ reason: String, _ bytes: UnsafeBufferPointer<UInt8>, _ at: Int) -> JSONItem {
        place = .broken
        let before = UnsafeBufferPointer(rebasing: bytes[..<at])
        return .broken(DocumentFault(offset: offset + at, line: lines + LineFeeds.count(in: before) + 1, reason: reason))
    }

    private var shownPath: String { pathText.isEmpty ? "the top of the document" : "\"\(pathText)\"" }
}
