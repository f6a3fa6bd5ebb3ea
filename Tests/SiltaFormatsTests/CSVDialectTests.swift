import SiltaFormats
import Testing

private func rows(_ text: String, _ dialect: CSVDialect) -> [String] {
    let bytes = Array(text.utf8)
    var whole: [String] = []
    for length in [1, 7, 1000] {
        var reader = CSVReader(dialect: dialect)
        var seen: [String] = []
        let body = { (line: CSVLine) in
            guard case .row(let row) = line else { return seen.append("\(line.line) unreadable") }
            seen.append("\(row.line) " + (0..<row.count).map { String(decoding: row[$0], as: UTF8.self) }.joined(separator: "|"))
        }
        for start in stride(from: 0, to: bytes.count, by: length) {
            bytes[start..<min(bytes.count, start + length)].withUnsafeBytes { reader.feed($0, body) }
        }
        reader.finish(body)
        if whole.isEmpty { whole = seen }
        #expect(seen == whole, "in pieces of \(length)")
    }
    return whole
}

@Suite struct `Around the rows of CSV` {
    @Test func `lines of a preamble are counted and passed over`() {
        let text = "Report \"of\r\n\nday;x\na;b\n1;2\n"
        #expect(rows(text, CSVDialect(preamble: 3)) == ["4 a|b", "5 1|2"])
        #expect(rows(text, CSVDialect(quoting: .rfc4180, preamble: 3)) == ["4 a|b", "5 1|2"])
        #expect(rows("x\n", CSVDialect(preamble: 3)) == [])
    }

    @Test func `so many rows at the end are a footer`() {
        let text = "a;b\n1;2\n\n3;4\nTotal\n2 rows\n\n"
        #expect(rows(text, CSVDialect(footer: 2)) == ["1 a|b", "2 1|2", "4 3|4"])
        #expect(rows("a\nb\n", CSVDialect(footer: 2)) == [])
        #expect(rows(text, CSVDialect(quoting: .rfc4180, footer: 1)).last == "5 Total")
    }

    @Test func `a footer begins where the manifest says how`() {
        let text = "a;b\n1;2\nErrors: 3\n5;6\n"
        #expect(rows(text, CSVDialect(footerStart: "Errors:")) == ["1 a|b", "2 1|2"])
        #expect(rows(text, CSVDialect(footer: 1, footerStart: "Errors:")) == ["1 a|b"])
        #expect(rows(text, CSVDialect(footerStart: "Fehler")).count == 4)
    }
}

@Suite struct `UTF-16` {
    private func transcoded(_ bytes: [UInt8], split: Int) -> [UInt8] {
        var transcoder = UTF16Transcoder()
        var text: [UInt8] = []
        for piece in [bytes[..<split], bytes[split...]] { piece.withUnsafeBytes { transcoder.feed($0) { text.append(contentsOf: $0) } } }
        transcoder.finish { text.append(contentsOf: $0) }
        return text
    }

    @Test func `becomes UTF-8, whichever byte comes first and however it is split`() {
        let text = "a;ä€\n😀z"
        for isBig in [false, true] {
            for mark in ["\u{FEFF}", ""] {
                let bytes = (mark + text).utf16.flatMap { isBig ? [UInt8($0 >> 8), UInt8($0 & 255)] : [UInt8($0 & 255), UInt8($0 >> 8)] }
                for split in 0...bytes.count { #expect(transcoded(bytes, split: split) == Array(text.utf8), "\(isBig) \(mark) \(split)") }
            }
        }
    }

    @Test func `that is no text is no UTF-8 either`() {
        for bytes in [[0x61, 0, 0x00, 0xD8], [0x61, 0, 0x00, 0xD8, 0x62, 0], [0x61, 0, 0x00, 0xDC], [0x61, 0, 0x62]] as [[UInt8]] {
            let text = transcoded(bytes, split: 1)
            #expect(text.first == 0x61 && String(validating: text, as: UTF8.self) == nil, "\(bytes)")
        }
    }
}

@Suite struct `Encodings of one byte` {
    @Test func `differ in a few signs`() {
        func decode(_ encoding: TextEncoding, _ bytes: [UInt8]) -> String? { bytes.withUnsafeBufferPointer { encoding.decode($0) } }
        #expect(decode(.latin1, [0xC4, 0xA4, 0xBD]) == "Ä¤½")
        #expect(decode(.latin9, [0xC4, 0xA4, 0xBD, 0xA6, 0xA8]) == "Ä€œŠš")
        #expect(decode(.latin1, [0x61, 0x80]) == nil)
        #expect(decode(.latin9, [0x61, 0x9F]) == nil)
    }
}
