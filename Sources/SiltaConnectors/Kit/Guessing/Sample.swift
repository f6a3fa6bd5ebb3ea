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

    /// Every list of a file, the longest first: a document may hold several.
    ///
    /// - Parameter bytes: at most ``byteLimit`` of the file's content.
    /// - Throws: ``SampleProblem`` where nothing can be made of it.
    public static func all(name: String, bytes: [UInt8]) throws(SampleProblem) -> [Sample] {
        guard !bytes.isEmpty else { throw SampleProblem("\(name): this file is empty; a file with some rows would be right") }
        guard !bytes.prefix(4096).contains(0) else {
            throw SampleProblem("\(name): this is no text in a single-byte encoding or UTF-8; unpack it, or export it as text")
        }
        let samples: [Sample]
        switch bytes.first(where: { $0 > 0x20 && $0 != 0xEF && $0 != 0xBB && $0 != 0xBF }) {
        case UInt8(ascii: "{")?, UInt8(ascii: "[")?:
            samples = try JSONSample.all(name: name, bytes: bytes).map { Sample(name, $0.format, $0.columns, $0.rows, []) }
        case UInt8(ascii: "<")?:
            throw SampleProblem("\(name): samples of XML are not guessed from; write the manifest by hand, as connectors/README.md says")
        default:
            let sample = try CSVSample(name: name, bytes: bytes)
            samples = [Sample(name, sample.format, sample.columns, sample.rows, sample.doubts)]
        }
        let filled = samples.filter { !$0.rows.isEmpty }
        guard !filled.isEmpty else { throw SampleProblem("\(name): there are no rows to guess from") }
        return filled
    }

    private init(_ name: String, _ format: Format, _ columns: [String], _ rows: [[String]], _ doubts: [String]) {
        (self.name, self.format, self.columns, self.rows, self.doubts) = (name, format, columns, rows, doubts)
    }

    func values(of column: Int) -> [String] { rows.map { column < $0.count ? $0[column] : "" } }
}

/// Why nothing can be guessed. Nothing of the file stands in it but its name.
public struct SampleProblem: Error, CustomStringConvertible {
    public let description: String

    init(_ sentence: String) { description = sentence }
}
