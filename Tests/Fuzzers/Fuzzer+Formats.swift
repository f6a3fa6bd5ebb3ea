import SiltaCore
import SiltaFormats

extension Fuzzer {
    /// The first byte says which dialect, the second where the bytes are divided: in how many pieces they come must not matter.
    static let csv = Fuzzer(name: "csv") { bytes in
        guard bytes.count > 2 else { return }
        let dialect = CSVDialect(
            separator: bytes[0] & 1 == 0 ? UInt8(ascii: ";") : UInt8(ascii: ","), quoting: bytes[0] & 2 == 0 ? .none : .rfc4180)
        let content = UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes.dropFirst(2)))
        let cut = Int(bytes[1]) * content.count / 255
        let whole = rows(dialect, [content])
        let divided = rows(dialect, [UnsafeRawBufferPointer(rebasing: content[..<cut]), UnsafeRawBufferPointer(rebasing: content[cut...])])
        precondition(whole == divided, "a file means the same in however many pieces it comes")
    }

    private static func rows(_ dialect: CSVDialect, _ pieces: [UnsafeRawBufferPointer]) -> [String] {
        var rows: [String] = []
        var reader = CSVReader(dialect: dialect, lineLimit: 256)
        func note(_ line: CSVLine) {
            switch line {
            case .row(let row), .flawed(let row, _):
                rows.append("\(row.line) " + (0..<row.count).map { "\(Array(row[$0]))" }.joined(separator: "|"))
            case .unreadable(let number, let fault, let digest): rows.append("\(number) \(fault) \(digest)")
            }
        }
        for piece in pieces { reader.feed(piece) { note($0) } }
        reader.finish { note($0) }
        return rows
    }

    /// What was read is written as bytes that read the same.
    static let json = Fuzzer(name: "json") { bytes in
        guard let json = try? JSON.parse(bytes) else { return }
        let written = json.bytes
        guard let again = try? JSON.parse(written) else { preconditionFailure("what was written cannot be read") }
        precondition(again.bytes == written, "JSON that was read and written reads as something else")
    }
}
