internal import CExpat
internal import SiltaCore

/// What expat calls while it goes through a document: it collects the values of one item, and then has the parser pause.
final class XMLHandler {
    static let maximumDepth = 64
    /// The most rows that one item may be, and what they may have together of what stands beside their elements, in bytes: 256 MiB.
    static let elementLimit = 100_000
    static let sharedLimit = 1 << 28

    enum Row {
        case values(number: Int, [[UInt8]], problem: String?)
        case refused(number: Int, ItemFault, digest: Digest)
    }

    /// The values of a part of an item, by column.
    private struct Values {
        var values: [Int: [UInt8]] = [:]
        /// The first column that stands twice.
        var doubled: Int?
    }

    var parser: XML_Parser?
    let pathText: String
    /// What is wrong with the document, beside what expat finds.
    private(set) var refusal: String?
    /// Whether the elements around the items were there: items themselves may be missing.
    private(set) var isFound = false

    private let path: [String]
    private let each: String?
    private let titles: [String]
    private let columns: [String: Int]
    private var depth = 0
    /// How many elements of the path are open; all of them within an item.
    private var matched = 0
    /// The names of the elements that are open within the item, with dots between them; one for each.
    private var inner: [String] = []
    /// Which column each of those is.
    private var innerColumns: [Int?] = []
    private var item = Values()
    private var elements: [Values] = []
    /// How deep in the item the element stands that is a row of its own.
    private var eachDepth: Int?
    private var length = 0
    /// The number of the last row.
    private var number = 0
    /// How many items there were, how many of them have the elements of `each`, and how many elements stand beside items.
    private(set) var items = 0
    private(set) var lists = 0
    private(set) var others = 0
    /// The columns that stood in an item.
    private(set) var seen: Set<Int> = []

    /// The columns that no item has had so far.
    var unseen: [String] { titles.indices.filter { !seen.contains($0) }.map { titles[$0] } }

    init(path: [String], each: String?, columns: [String]) {
        self.path = path
        pathText = "/" + path.joined(separator: "/")
        self.each = each
        titles = columns
        self.columns = Dictionary(columns.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    }

    func register() {
        XML_SetElementHandler(parser) { this, name, attributes in
            guard let this, let name else { return }
            XMLHandler.at(this).begin(XMLHandler.localName(name), attributes)
        } _: { this, _ in
            guard let this else { return }
            XMLHandler.at(this).end()
        }
        XML_SetCharacterDataHandler(parser) { this, text, count in
            guard let this, let text else { return }
            XMLHandler.at(this).take(UnsafeRawBufferPointer(start: text, count: Int(count)))
        }
        XML_SetEntityDeclHandler(parser) { this, _, _, _, _, _, _, _, _ in
            guard let this else { return }
            XMLHandler.at(this).refuse("the document declares entities of its own, which are not read; it must be written without them")
        }
        XML_SetSkippedEntityHandler(parser) { this, _, _ in
            guard let this else { return }
            XMLHandler.at(this).refuse("the document uses an entity that it does not hold; it must be written without entities")
        }
        XMLHandler.registerEncodings(parser)
    }

    /// Tells expat of the encodings that it does not know itself.
    static func registerEncodings(_ parser: XML_Parser?) {
        XML_SetUnknownEncodingHandler(
            parser,
            { _, name, info in
                guard let name, let info else { return 0 }
                return XMLHandler.fill(info, String(cString: name)) ? 1 : 0
            }, nil)
    }

    /// The rows of the item that has just ended.
    func takeItem() -> [Row] {
        defer { (item, elements, length) = (Values(), [], 0) }
        items += 1
        if !elements.isEmpty { lists += 1 }
        let shared = item.values.values.reduce(1) { $0 + $1.count }
        let isOverfull = elements.count > XMLHandler.elementLimit || elements.count > XMLHandler.sharedLimit / shared
        guard length <= XMLItems.itemLimit, !isOverfull else {
            number += 1
            var hash = RowHash()
            for index in titles.indices { (item.values[index] ?? []).withUnsafeBufferPointer { hash.absorb($0) } }
            return [.refused(number: number, isOverfull ? .overfull : .overlong, digest: hash.finish())]
        }
        return (each == nil ? [Values()] : elements).map { element in
            number += 1
            let values = titles.indices.map { XMLHandler.trimmed(element.values[$0] ?? item.values[$0] ?? []) }
            let doubled = (item.doubled ?? element.doubled).map { "column \"\(titles[$0])\" stands twice; it must stand once" }
            let isBroken = values.contains { $0.contains { $0 < 0x20 && $0 != 0x09 } }
            let lined = isBroken ? "a text of it holds a control character, such as a line end; it must be one line" : nil
            return .values(
                number: number, isBroken ? values.map { $0.contains { $0 < 0x20 && $0 != 0x09 } ? [] : $0 } : values,
                problem: doubled ?? lined)
        }
    }

    /// Without the white space around it, which is there to be looked at.
    static func trimmed(_ value: [UInt8]) -> [UInt8] {
        let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }
        guard let first = value.firstIndex(where: { !isSpace($0) }), let last = value.lastIndex(where: { !isSpace($0) }) else { return [] }
        return first == 0 && last == value.count - 1 ? value : Array(value[first...last])
    }

    // MARK: - Elements

    private func begin(_ name: String, _ attributes: UnsafeMutablePointer<UnsafePointer<XML_Char>?>?) {
        depth += 1
        guard depth <= XMLHandler.maximumDepth else { return refuse("this is nested deeper than \(XMLHandler.maximumDepth)") }
        let isInItem = matched == path.count
        if isInItem {
            let whole = inner.last.map { "\($0).\(name)" } ?? name
            inner.append(whole)
            if eachDepth == nil, whole == each {
                eachDepth = inner.count
                // One too many says that there are: the others are not kept.
                if elements.count <= XMLHandler.elementLimit { elements.append(Values()) }
            }
            innerColumns.append(columns[whole])
            if let column = columns[whole] { open(column) }
        } else {
            guard depth == matched + 1, name == path[matched] else {
                if depth == path.count, matched == path.count - 1 { others += 1 }
                return
            }
            matched += 1
            if matched == path.count - 1 || path.count == 1 { isFound = true }
            guard matched == path.count else { return }
            if let column = columns["."] { open(column) }
        }
        readAttributes(attributes)
    }

    private func readAttributes(_ attributes: UnsafeMutablePointer<UnsafePointer<XML_Char>?>?) {
        for (name, value) in XMLHandler.attributes(attributes) {
            guard let column = columns[inner.last.map { "\($0).@\(name)" } ?? "@\(name)"] else { continue }
            open(column)
            append(value, to: column)
        }
    }

    /// The attributes of an element as expat has them, without the prefixes of their namespaces.
    static func attributes(
        _ first: UnsafeMutablePointer<UnsafePointer<XML_Char>?>?
    ) -> [(name: String, value: UnsafeRawBufferPointer)] {
        guard var attribute = first else { return [] }
        var attributes: [(name: String, value: UnsafeRawBufferPointer)] = []
        while let name = attribute[0], let value = attribute[1] {
            attribute += 2
            attributes.append((localName(name), UnsafeRawBufferPointer(UnsafeBufferPointer(start: value, count: length(of: value)))))
        }
        return attributes
    }

    private func end() {
        if matched == path.count, depth > path.count {
            if eachDepth == inner.count { eachDepth = nil }
            inner.removeLast()
            innerColumns.removeLast()
        } else if matched == depth {
            matched -= 1
            // The whole of an item is there: whoever feeds takes it before the next begins.
            if matched == path.count - 1 { XML_StopParser(parser, 1) }
        }
        depth -= 1
    }

    private func take(_ text: UnsafeRawBufferPointer) {
        guard matched == path.count, let column = inner.isEmpty ? columns["."] : innerColumns[inner.count - 1] else { return }
        append(text, to: column)
    }

    // MARK: - Values

    /// A value begins that is a column's.
    private func open(_ column: Int) {
        seen.insert(column)
        change { values in
            if values.values.updateValue([], forKey: column) != nil { values.doubled = values.doubled ?? column }
        }
    }

    private func append(_ text: UnsafeRawBufferPointer, to column: Int) {
        length += text.count
        guard length <= XMLItems.itemLimit else { return }
        change { $0.values[column, default: []].append(contentsOf: text) }
    }

    private func change(_ body: (inout Values) -> Void) {
        if eachDepth != nil { body(&elements[elements.count - 1]) } else { body(&item) }
    }

    private func refuse(_ sentence: String) {
        refusal = refusal ?? sentence
        XML_StopParser(parser, 0)
    }

    // MARK: - C

    private static func at(_ pointer: UnsafeMutableRawPointer) -> XMLHandler {
        Unmanaged.fromOpaque(pointer).takeUnretainedValue()
    }

    private static func length(of text: UnsafePointer<XML_Char>) -> Int {
        var end = text
        while end.pointee != 0 { end += 1 }
        return end - text
    }

    /// Without the prefix of its namespace.
    static func localName(_ name: UnsafePointer<XML_Char>) -> String {
        let bytes = UnsafeRawBufferPointer(UnsafeBufferPointer(start: name, count: length(of: name)))
        guard let colon = bytes.lastIndex(of: UInt8(ascii: ":")) else { return String(decoding: bytes, as: UTF8.self) }
        return String(decoding: bytes[(colon + 1)...], as: UTF8.self)
    }

    /// Tells expat of an encoding with a byte for each character.
    private static func fill(_ info: UnsafeMutablePointer<XML_Encoding>, _ name: String) -> Bool {
        let encoding: TextEncoding
        switch name.lowercased() {
        case "windows-1252", "cp1252": encoding = .windows1252
        case "iso-8859-15": encoding = .latin9
        default: return false
        }
        withUnsafeMutableBytes(of: &info.pointee.map) { bytes in
            let map = bytes.bindMemory(to: Int32.self)
            for byte in 0..<256 {
                map[byte] = byte < 0x80 ? Int32(byte) : encoding.scalar(of: UInt8(byte)).map { Int32($0.value) } ?? -1
            }
        }
        (info.pointee.data, info.pointee.convert, info.pointee.release) = (nil, nil, nil)
        return true
    }
}
