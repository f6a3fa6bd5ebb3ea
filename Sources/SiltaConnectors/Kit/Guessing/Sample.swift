internal import SiltaFormats

/// A file of a register to guess from: how it is written, and its first rows.
public struct Sample: Sendable {
    enum Format: Hashable, Sendable {
        case csv(separator: String, quoting: CSVDialect.Quoting, encoding: TextEncoding, skippedLines: Int, hasHeader: Bool)
        /// - Parameter items: the JSON Pointer of the list.
        case json(items: String)
        case jsonLines
    }

    /// More rows say nothing new.
    static let rowLimit = 20_000
    /// More of a file is not looked at.
    public static let byteLimit = 64 << 20

    /// The file's name.
    public let name: String
    let format: Format
    /// Of a file without a header, the positions from 1.
    let columns: [String]
    let rows: [[String]]
    /// What could also be, in words.
    let doubts: [String]

    /// - Parameter bytes: at most ``byteLimit`` of the file's content.
    /// - Throws: ``SampleProblem`` where nothing can be made of it.
    public init(name: String, bytes: [UInt8]) throws(SampleProblem) {
        self.name = name
        guard !bytes.isEmpty else { throw SampleProblem("\(name): this file is empty; a file with some rows would be right") }
        guard !bytes.prefix(4096).contains(0) else {
            throw SampleProblem("\(name): this is no text in a single-byte encoding or UTF-8; unpack it, or export it as text")
        }
        switch bytes.first(where: { $0 > 0x20 && $0 != 0xEF && $0 != 0xBB && $0 != 0xBF }) {
        case UInt8(ascii: "{")?, UInt8(ascii: "[")?:
            let sample = try JSONSample(name: name, bytes: bytes)
            (format, columns, rows, doubts) = (sample.format, sample.columns, sample.rows, [])
        case UInt8(ascii: "<")?:
            throw SampleProblem("\(name): samples of XML are not guessed from; write the manifest by hand, as connectors/README.md says")
        default:
            let sample = try CSVSample(name: name, bytes: bytes)
            (format, columns, rows, doubts) = (sample.format, sample.columns, sample.rows, sample.doubts)
        }
        guard !rows.isEmpty else { throw SampleProblem("\(name): there are no rows to guess from") }
    }

    func values(of column: Int) -> [String] { rows.map { column < $0.count ? $0[column] : "" } }
}

/// Why nothing can be guessed. Nothing of the file stands in it but its name.
public struct SampleProblem: Error, CustomStringConvertible {
    public let description: String

    init(_ sentence: String) { description = sentence }
}
