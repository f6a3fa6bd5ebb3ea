internal import SiltaFormats

/// A list of a register's file to guess from: how it is written, and its first rows.
public struct Sample: Sendable {
    enum Format: Hashable, Sendable {
        case csv(separator: String, quoting: CSVDialect.Quoting, encoding: TextEncoding, skippedLines: Int, hasHeader: Bool)
        /// - Parameters:
        ///   - items: the JSON Pointer of the list.
        ///   - each: the path of a list within each item.
        case json(items: String, each: String?)
        case jsonLines(each: String?)
        /// - Parameter items: the names of the elements that lead to an item.
        case xml(items: String, each: String?)
    }

    /// More rows say nothing new.
    static let rowLimit = 20_000
    /// More of a file is not looked at.
    public static let byteLimit = 64 << 20

    /// The file's name.
    public let name: String
    /// The file's own file, where it is a zip.
    let member: String?
    let format: Format
    /// Of a file without a header, the positions from 1.
    let columns: [String]
    /// Which of them are of a list within the items.
    let inner: Range<Int>
    let rows: [[String]]
    /// What could also be, in words.
    let doubts: [String]

    /// Every list of a file's documents, the longest first: a document may hold several, and a zip several documents.
    ///
    /// - Parameter bytes: at most ``byteLimit`` of the file's content.
    /// - Throws: ``SampleProblem`` where nothing can be made of it.
    public static func all(name: String, bytes: [UInt8]) throws(SampleProblem) -> [[Sample]] {
        var lists: [[Sample]] = []
        for document in try SampleDocument.all(name: name, bytes: bytes) { lists.append(try all(in: document)) }
        return lists
    }

    private static func all(in document: SampleDocument) throws(SampleProblem) -> [Sample] {
        let (title, bytes) = (document.title, document.bytes)
        guard !bytes.isEmpty else { throw SampleProblem("\(title): this file is empty; a file with some rows would be right") }
        let first = bytes.first { $0 > 0x20 && $0 != 0xEF && $0 != 0xBB && $0 != 0xBF }
        let isWide = bytes.starts(with: [0xFE, 0xFF]) || bytes.starts(with: [0xFF, 0xFE])
        let isMarkup = first == UInt8(ascii: "<") || isWide && bytes.prefix(4).contains(UInt8(ascii: "<"))
        guard isWide || !bytes.prefix(4096).contains(0) else {
            throw SampleProblem("\(title): this is no text in a single-byte encoding, UTF-8 or UTF-16; export it as text")
        }
        let samples: [Sample]
        if isMarkup {
            samples = try XMLSample.all(name: title, bytes: bytes).map { Sample(document, $0) }
        } else if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
            samples = try JSONSample.all(name: title, bytes: bytes).map { Sample(document, $0) }
        } else if isWide {
            samples = [Sample(document, try CSVSample(name: title, bytes: narrowed(bytes), encoding: .utf16))]
        } else {
            samples = [Sample(document, try CSVSample(name: title, bytes: bytes))]
        }
        let filled = samples.filter { !$0.rows.isEmpty }
        guard !filled.isEmpty else { throw SampleProblem("\(title): there are no rows to guess from") }
        return filled
    }

    /// UTF-16 as UTF-8.
    private static func narrowed(_ bytes: [UInt8]) -> [UInt8] {
        var transcoder = UTF16Transcoder()
        var text: [UInt8] = []
        bytes.withUnsafeBytes { transcoder.feed($0) { (piece) throws(Never) in text.append(contentsOf: piece) } }
        transcoder.finish { (piece) throws(Never) in text.append(contentsOf: piece) }
        return text
    }

    private init(_ document: SampleDocument, _ list: ListSample) {
        (name, member, doubts) = (document.file, document.member, [])
        (format, columns, inner, rows) = (list.format, list.columns, list.inner, list.rows)
    }

    private init(_ document: SampleDocument, _ table: CSVSample) {
        (name, member, doubts) = (document.file, document.member, table.doubts)
        (format, columns, inner, rows) = (table.format, table.columns, 0..<0, table.rows)
    }

    func values(of column: Int) -> [String] { rows.map { column < $0.count ? $0[column] : "" } }
}

/// Why nothing can be guessed. Nothing of the file stands in it but its name.
public struct SampleProblem: Error, CustomStringConvertible {
    public let description: String

    init(_ sentence: String) { description = sentence }
}
