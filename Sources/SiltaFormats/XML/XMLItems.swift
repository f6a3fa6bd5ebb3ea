internal import CExpat
internal import SiltaCore

/// Finds the items in an XML document whose bytes come in pieces, and lays their values out as the fields of a row.
///
/// A column is a path within the item: the names of elements with dots between them (`student.id`), `@name` for an attribute
/// (`@id`, `student.@id`), `.` for the item's own text. Prefixes of namespaces are not part of a name. A value that is not there is an
/// empty field. Nothing is kept but the values of the columns of one item, at most ``itemLimit`` bytes of them.
///
/// Entities that a document declares itself are refused, and nothing outside it is ever read. The encoding is the one that the document
/// says: UTF-8, UTF-16, or one of ``TextEncoding``.
public struct XMLItems: ~Copyable {
    /// The most that the values of one item may have together, in bytes: 1 MiB.
    public static let itemLimit = 1 << 20
    /// The longest tag, comment or the like, in bytes: 4 MiB. It is kept, and gone through anew with each piece, until its end is there.
    static let tagLimit = 4 << 20

    /// Of fewer elements that are called otherwise, it may be that there are no items.
    private static let leastOthers = 20

    /// How many items there were, and how many of them have the elements of `each`.
    public var counts: (items: Int, lists: Int) { (handler.items, handler.lists) }
    /// The columns that no item has had so far.
    public var unseen: [String] { handler.unseen }

    /// What is yielded, in the order of the document.
    public enum Item {
        case line(CSVLine)
        /// The document is not what it should be; nothing is yielded after this.
        case broken(DocumentFault)
    }

    private let parser: XML_Parser
    private let handler: XMLHandler
    private var isBroken = false
    private var taken = 0
    private var ends: [Int] = []
    private var fields: [UInt8] = []

    /// - Parameters:
    ///   - path: the names of the elements that lead to an item, its own last.
    ///   - each: the path of an element within an item: each of those is a row, and an item without one is none.
    ///   - columns: what is read of an item.
    public init(_ path: ElementPath, each: String? = nil, columns: [String]) {
        handler = XMLHandler(path: path.names, each: each, columns: columns)
        parser = XML_ParserCreate(nil)
        handler.parser = parser
        // Unretained: it calls back only while it is fed, and this lives as long.
        XML_SetUserData(parser, Unmanaged.passUnretained(handler).toOpaque())
        handler.register()
    }

    deinit {
        XML_ParserFree(parser)
    }

    /// Takes the next piece, of any length, and yields the items that end in it.
    public mutating func feed<E: Error>(_ piece: UnsafeRawBufferPointer, _ body: (Item) throws(E) -> Void) throws(E) {
        try parse(piece, isLast: false, body)
    }

    /// Yields what is wrong where the document has not ended.
    public mutating func finish<E: Error>(_ body: (Item) throws(E) -> Void) throws(E) {
        try parse(UnsafeRawBufferPointer(start: nil, count: 0), isLast: true, body)
        guard !isBroken else { return }
        guard handler.items > 0 || handler.others < XMLItems.leastOthers else {
            return try body(
                .broken(
                    fault(
                        "\(handler.others) elements stand where \(handler.pathText) should, and none of them is called so; items must name them"
                    )))
        }
        guard !handler.isFound else { return }
        try body(
            .broken(
                fault(
                    "there is no element at \(handler.pathText); items must say where the records stand, and what lies around them must be there"
                )))
    }

    private mutating func parse<E: Error>(
        _ piece: UnsafeRawBufferPointer, isLast: Bool, _ body: (Item) throws(E) -> Void
    ) throws(E) {
        guard !isBroken else { return }
        var status = XML_Parse(
            parser, piece.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(piece.count), isLast ? 1 : 0)
        while status == XML_STATUS_SUSPENDED {
            try yieldItem(body)
            status = XML_ResumeParser(parser)
        }
        taken += piece.count
        guard status == XML_STATUS_ERROR else {
            guard taken - max(0, Int(XML_GetCurrentByteIndex(parser))) > XMLItems.tagLimit + piece.count else { return }
            isBroken = true
            return try body(.broken(fault("a tag or comment is longer than \(XMLItems.tagLimit) bytes, as none of a register is")))
        }
        isBroken = true
        try body(.broken(fault(handler.refusal ?? XMLItems.reason(XML_GetErrorCode(parser)))))
    }

    private func fault(_ reason: String) -> DocumentFault {
        DocumentFault(offset: Int(XML_GetCurrentByteIndex(parser)), line: Int(XML_GetCurrentLineNumber(parser)), reason: reason)
    }

    /// Expat's own words name no content.
    private static func reason(_ error: XML_Error) -> String {
        switch error {
        case XML_ERROR_NO_ELEMENTS, XML_ERROR_UNCLOSED_TOKEN, XML_ERROR_PARTIAL_CHAR, XML_ERROR_UNCLOSED_CDATA_SECTION:
            return "the document ends too early: it must be written to its end before it is read"
        case XML_ERROR_UNKNOWN_ENCODING: return "the document is in an encoding that is not known here; utf-8 would be right"
        default:
            let words = XML_ErrorString(error).map { String(cString: $0) } ?? "error \(error.rawValue)"
            return "this is no XML that can be read: \(words)"
        }
    }

    private mutating func yieldItem<E: Error>(_ body: (Item) throws(E) -> Void) throws(E) {
        for row in handler.takeItem() {
            switch row {
            case .values(let number, let values, let problem):
                fields.removeAll(keepingCapacity: true)
                ends.removeAll(keepingCapacity: true)
                for (index, value) in values.enumerated() {
                    if index > 0 { fields.append(0) }
                    fields.append(contentsOf: value)
                    ends.append(fields.count)
                }
                try fields.withUnsafeBufferPointer { (fields) throws(E) in
                    try ends.withUnsafeBufferPointer { (ends) throws(E) in
                        let row = CSVRow(line: number, isMarked: false, raw: fields, fields: fields, ends: ends)
                        try body(.line(problem.map { .flawed(row, problem: $0) } ?? .row(row)))
                    }
                }
            case .refused(let number, let fault, let digest):
                try body(.line(.unreadable(line: number, fault: .item(fault), digest: digest)))
            }
        }
    }
}

/// Which elements of an XML document are items: `/register/marks/mark`.
public struct ElementPath: Hashable, Sendable, LosslessStringConvertible {
    public static let maximumLength = 16

    public let description: String
    public let names: [String]

    /// - Returns: nil where it does not begin with `/` and a name, or has more than ``maximumLength`` names.
    public init?(_ description: String) {
        let parts = description.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count > 1, parts.count - 1 <= ElementPath.maximumLength, parts[0].isEmpty, !parts.dropFirst().contains("") else {
            return nil
        }
        self.description = description
        names = Array(parts.dropFirst())
    }
}
