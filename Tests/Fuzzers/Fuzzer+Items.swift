import SiltaCore
import SiltaFormats

extension Fuzzer {
    /// The first byte says where the items stand, the second where the bytes are divided.
    static let items = Fuzzer(name: "items") { bytes in
        guard bytes.count > 2 else { return }
        let path = ["", "/data", "/a/*/b", "/0/x"][Int(bytes[0] & 3)]
        let each = bytes[0] & 4 == 0 ? nil : "m.n"
        let (content, cut) = divided(bytes)
        let whole = items(path, each, [content])
        let divided = items(path, each, [content.prefix(cut), content.dropFirst(cut)].map { UnsafeRawBufferPointer(rebasing: $0) })
        precondition(whole == divided, "a document means the same in however many pieces it comes")
    }

    private static func items(_ path: String, _ each: String?, _ pieces: [UnsafeRawBufferPointer]) -> [String] {
        guard let path = ItemPath(path) else { preconditionFailure("the paths of this fuzzer are right") }
        var items = JSONItems(path, each: each, itemLimit: 256)
        var columns = RecordColumns(["id", "m.n", "m.n.x", "a.0"], isClosed: false)
        var seen: [String] = []
        func note(_ item: JSONItem) {
            switch item {
            case .item(let number, let bytes): seen.append("\(number) \(Array(bytes))")
            case .unreadable(let number, let fault, let digest): seen.append("\(number) \(fault) \(digest)")
            case .broken(let fault): seen.append("\(fault)")
            }
            if let line = columns.line(of: item) { seen.append(text(of: line)) }
        }
        for piece in pieces { items.feed(piece) { note($0) } }
        items.finish { note($0) }
        return seen
    }

    /// As ``items``. Where a document breaks, expat may have seen less of it in one piece than in the other.
    static let xml = Fuzzer(name: "xml") { bytes in
        guard bytes.count > 2 else { return }
        let path = ["/l/p", "/l"][Int(bytes[0] & 1)]
        let each = bytes[0] & 4 == 0 ? nil : "e"
        let (content, cut) = divided(bytes)
        let whole = elements(path, each, [content])
        let divided = elements(path, each, [content.prefix(cut), content.dropFirst(cut)].map { UnsafeRawBufferPointer(rebasing: $0) })
        precondition(whole == divided, "a document means the same in however many pieces it comes")
        _ = XMLTree.read(content)
    }

    private static func elements(_ path: String, _ each: String?, _ pieces: [UnsafeRawBufferPointer]) -> [String] {
        guard let path = ElementPath(path) else { preconditionFailure("the paths of this fuzzer are right") }
        var items = XMLItems(path, each: each, columns: ["@id", ".", "a", "e.x", "e.@y", "a.b"])
        var seen: [String] = []
        func note(_ item: XMLItems.Item) {
            switch item {
            case .line(let line): seen.append(text(of: line))
            case .broken: seen.append("broken")
            }
        }
        for piece in pieces { items.feed(piece) { note($0) } }
        items.finish { note($0) }
        return seen
    }

    private static func text(of line: CSVLine) -> String {
        switch line {
        case .row(let row): "\(row.line) " + (0..<row.count).map { "\(Array(row[$0]))" }.joined(separator: "|")
        case .flawed(let row, let problem):
            "\(row.line) \(problem) " + (0..<row.count).map { "\(Array(row[$0]))" }.joined(separator: "|")
        case .unreadable(let number, let fault, let digest): "\(number) \(fault) \(digest)"
        }
    }

    private static func divided(_ bytes: UnsafeBufferPointer<UInt8>) -> (content: UnsafeRawBufferPointer, cut: Int) {
        let content = UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes.dropFirst(2)))
        return (content, Int(bytes[1]) * content.count / 255)
    }
}
