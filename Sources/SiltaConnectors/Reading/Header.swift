internal import SiltaFormats

/// The first line of a file: what its columns are called.
struct Header: Sendable {
    /// More columns, or longer names, are shown in no sentence.
    private static let shownCount = 40
    private static let shownLength = 40

    let file: String
    let names: [String]

    init(_ line: CSVLine, file: String, encoding: TextEncoding) throws(ReadFailure) {
        self.file = file
        guard case .row(let row) = line else {
            throw ReadFailure(.header, file: file, "the first line is no header; a line with the names of the columns must stand there")
        }
        guard !row.isMarked || encoding == .utf8 else {
            throw ReadFailure(
                .header, file: file, "this file begins as utf-8 does and is configured as \(encoding.rawValue); set encoding: utf-8")
        }
        var names: [String] = []
        for index in 0..<row.count {
            let bytes = row[index]
            guard !(index == 0 && (bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]))) else {
                throw ReadFailure(
                    .header, file: file, "this file begins as utf-16 does and is configured as \(encoding.rawValue); set encoding: utf-16")
            }
            guard !bytes.contains(where: { ($0 < 0x20 && $0 != UInt8(ascii: "\t")) || $0 == 0x7F }) else {
                throw ReadFailure(
                    .header, file: file,
                    "this is no text file: its first line holds control characters; it must be text in \(encoding.rawValue)")
            }
            guard let name = encoding.decode(bytes) else {
                throw ReadFailure(
                    .header, file: file,
                    "the header is not text in \(encoding.rawValue); set encoding to the one that the export is written in")
            }
            names.append(Header.trimmed(name))
        }
        self.names = names
    }

    /// Of a file without a header: its columns are called by their positions, counted from 1.
    ///
    /// - Parameter line: its first row.
    init(positionsOf line: CSVLine, file: String) throws(ReadFailure) {
        guard case .row(let row) = line else {
            throw ReadFailure(.header, file: file, "the first line is no row; it must have as many fields as the others")
        }
        self.file = file
        names = (1...row.count).map(String.init)
    }

    /// - Parameters:
    ///   - expected: All columns that the mapping reads in this file.
    ///   - setting: Where the configuration can name another column; nil where it cannot.
    func index(of column: String, expected: [String], setting: String?) throws(ReadFailure) -> Int {
        let matches = names.indices.filter { names[$0] == column }
        if matches.count == 1 { return matches[0] }
        guard matches.isEmpty else {
            throw ReadFailure(
                .header, file: file, "the column \"\(column)\" stands \(matches.count) times in the header; it must stand there once")
        }
        // Without one familiar name the first line may well be a row, and must not be shown.
        guard expected.contains(where: names.contains) else {
            throw ReadFailure(
                .header, file: file,
                "the first line is not the header that is expected; it must name the columns \(Header.list(expected))"
                    + (setting.map { ", or \($0) and its like in the configuration what they are called" } ?? ""))
        }
        throw ReadFailure(
            .header, file: file,
            "there is no column \"\(column)\"; the columns are \(Header.list(names))"
                + (setting.map { "; if one of them is meant, name it in \($0) of the configuration" } ?? ""))
    }

    private static func list(_ names: [String]) -> String {
        let shown = names.prefix(shownCount).map { $0.unicodeScalars.count <= shownLength ? $0 : String($0.prefix(shownLength)) + "…" }
        return shown.joined(separator: ", ") + (names.count > shownCount ? ", …" : "")
    }

    private static func trimmed(_ name: String) -> String {
        let isSpace = { (character: Character) in character == " " || character == "\t" }
        return String(String(name.drop(while: isSpace).reversed()).drop(while: isSpace).reversed())
    }
}
