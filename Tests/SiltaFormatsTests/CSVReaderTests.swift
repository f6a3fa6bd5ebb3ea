import struct Crypto.SHA256
import Foundation
import SiltaCore
import SiltaFormats
import Testing

/// What a reader yielded, as values that outlive it.
private enum Seen: Equatable {
    case row(line: Int, fields: [String], digest: Digest)
    case unreadable(line: Int, fault: CSVFault, digest: Digest)
}

private func digest(_ bytes: some Sequence<UInt8>) -> Digest {
    let digits = Array("0123456789abcdef")
    let bytes = Array(bytes)
    let hash = bytes.withUnsafeBytes { bytes in
        var hash = SHA256()
        hash.update(bufferPointer: bytes)
        return hash.finalize()
    }
    return Digest(hash.map { "\(digits[Int($0 >> 4)])\(digits[Int($0 & 15)])" }.joined())
}

private func row(_ line: Int, _ fields: [String], _ raw: String) -> Seen {
    .row(line: line, fields: fields, digest: digest(raw.utf8))
}

private func read(_ pieces: [[UInt8]], _ dialect: CSVDialect = CSVDialect(), limit: Int = CSVReader.lineLimit) -> [Seen] {
    var reader = CSVReader(dialect: dialect, lineLimit: limit)
    var seen: [Seen] = []
    let body = { (line: CSVLine) in
        switch line {
        case .row(let row), .flawed(let row, _):
            let fields = (0..<row.count).map { String(decoding: row[$0], as: UTF8.self) }
            seen.append(.row(line: row.line, fields: fields, digest: row.digest))
        case .unreadable(let line, let fault, let digest):
            seen.append(.unreadable(line: line, fault: fault, digest: digest))
        }
    }
    for piece in pieces { piece.withUnsafeBytes { reader.feed($0, body) } }
    reader.finish(body)
    return seen
}

private func read(_ text: String, _ dialect: CSVDialect = CSVDialect(), limit: Int = CSVReader.lineLimit) -> [Seen] {
    read([Array(text.utf8)], dialect, limit: limit)
}

extension TextEncoding {
    fileprivate func decode(_ bytes: some Sequence<UInt8>) -> String? { Array(bytes).withUnsafeBufferPointer { decode($0) } }
    fileprivate func decodeRepairing(_ bytes: some Sequence<UInt8>) -> String {
        Array(bytes).withUnsafeBufferPointer { decodeRepairing($0) }
    }
}

private let quoted = CSVDialect(separator: UInt8(ascii: ","), quoting: .rfc4180)

@Suite struct `CSV without quoting` {
    @Test func `lines end in LF or CRLF and the last may not end at all`() {
        let expected = [row(1, ["a", "b"], "a;b"), row(2, ["1", ""], "1;")]
        for text in ["a;b\n1;\n", "a;b\r\n1;\r\n", "a;b\n1;", "a;b\r\n1;", "a;b\n1;\r\n"] {
            #expect(read(text) == expected, "\(text.debugDescription)")
        }
    }

    @Test func `a quotation mark is data and a carriage return inside a line is too`() {
        let text = "\"x\";\"\"\";a\rb;\"\n"
        #expect(read(text) == [row(1, ["\"x\"", "\"\"\"", "a\rb", "\""], "\"x\";\"\"\";a\rb;\"")])
    }

    @Test func `empty lines are passed over and counted`() {
        #expect(read("\n\r\na\n\n\nb\n\n") == [row(3, ["a"], "a"), row(6, ["b"], "b")])
        #expect(read("") == [])
        #expect(read("\r\n") == [])
        #expect(read(" \n") == [row(1, [" "], " ")])
    }

    @Test func `a byte order mark is told and is no part of the first field`() {
        var reader = CSVReader(dialect: CSVDialect())
        var first: [[UInt8]] = []
        var marked: [Int] = []
        Array("\u{FEFF}ä;b\n\u{FEFF}c\n".utf8).withUnsafeBytes { bytes in
            reader.feed(bytes) { line in
                guard case .row(let row) = line else { return }
                first.append(Array(row[0]))
                if row.isMarked { marked.append(row.line) }
            }
        }
        #expect(first == [Array("ä".utf8), Array("\u{FEFF}c".utf8)])
        #expect(marked == [1])
    }

    @Test func `any byte may separate`() {
        #expect(read("a\tb;c\n", CSVDialect(separator: 9)) == [row(1, ["a", "b;c"], "a\tb;c")])
    }
}

@Suite struct `CSV with the quoting of RFC 4180` {
    @Test func `separators, line ends and doubled quotation marks may stand in quotes`() {
        let text = "a,\"b,\r\nc\",\"\"\"d\"\"\"\r\n\"\",e,\"\"\r\nf\r\n"
        #expect(
            read(text, quoted) == [
                row(1, ["a", "b,\r\nc", "\"d\""], "a,\"b,\r\nc\",\"\"\"d\"\"\""), row(3, ["", "e", ""], "\"\",e,\"\""), row(4, ["f"], "f"),
            ])
    }

    @Test func `misplaced quotation marks make one row unreadable and leave the next alone`() {
        for bad in ["a\"b,c", "\"a\"b,c", "a,b\"", "\"a\" ,b"] {
            let expected: [Seen] = [.unreadable(line: 1, fault: .misquoted, digest: digest(bad.utf8)), row(2, ["x", "y"], "x,y")]
            #expect(read(bad + "\nx,y\n", quoted) == expected, "\(bad)")
        }
    }

    @Test func `a quotation that is never closed takes the rest of the file with it`() {
        #expect(
            read("a\n\"b\nc\n", quoted) == [row(1, ["a"], "a"), .unreadable(line: 2, fault: .misquoted, digest: digest("\"b\nc\n".utf8))])
    }
}

@Suite struct `CSV in pieces` {
    @Test(arguments: [CSVDialect(), quoted])
    func `split at every byte gives the same rows`(dialect: CSVDialect) {
        let separator = String(UnicodeScalar(dialect.separator))
        let text = "\u{FEFF}a;b\r\n\r\n\"x\r\ny\";\"\"\"\"\n\r1;2\r\r\n\"z\"q;r\r\nthis line is too long by far;\r\r\nä;ö;\"å\"\r\n;\"\n;"
        let bytes = Array(text.split(separator: ";", omittingEmptySubsequences: false).joined(separator: separator).utf8)
        let whole = read([bytes], dialect, limit: 20)
        #expect(whole.count >= 6)
        #expect(read(bytes.map { [$0] }, dialect, limit: 20) == whole)
        for first in bytes.indices {
            for second in first..<bytes.count {
                let pieces = [Array(bytes[..<first]), Array(bytes[first..<second]), Array(bytes[second...])]
                #expect(read(pieces, dialect, limit: 20) == whole, "split at \(first) and \(second)")
            }
        }
    }

    @Test func `random bytes in random pieces give the same rows`() {
        let alphabet = Array("a;,\"\n\r\u{0}ä".utf8)
        for seed in 1...300 as ClosedRange<UInt64> {
            var random = SeededBytes(seed: seed)
            let bytes = (0..<Int.random(in: 0...200, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? 0 }
            let dialect = CSVDialect(separator: UInt8(ascii: ","), quoting: Bool.random(using: &random) ? .none : .rfc4180)
            var pieces: [[UInt8]] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                let length = Int.random(in: 0...min(9, rest.count), using: &random)
                pieces.append(Array(rest.prefix(length)))
                rest = rest.dropFirst(length)
            }
            #expect(read(pieces, dialect, limit: 12) == read([bytes], dialect, limit: 12), "seed \(seed)")
        }
    }

    @Test func `a line of exactly the limit is read and one byte more is not`() {
        let exact = String(repeating: "x", count: 10)
        for end in ["", "\n", "\r\n"] {
            #expect(read(exact + end, limit: 10) == [row(1, [exact], exact)], "\(end.debugDescription)")
            let over: [Seen] = [.unreadable(line: 1, fault: .overlong, digest: digest((exact + "x").utf8))]
            #expect(read(exact + "x" + end, limit: 10) == over, "\(end.debugDescription)")
        }
    }

    @Test func `a line of a hundred megabytes is hashed and let go and reading goes on`() {
        let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 16)
        let pieces = 1600
        var hash = SHA256()
        var reader = CSVReader(dialect: CSVDialect())
        var seen: [String] = []
        let body = { (line: CSVLine) in
            switch line {
            case .row(let row), .flawed(let row, _): seen.append("row \(row.line)")
            case .unreadable(let line, let fault, let digest): seen.append("\(fault) \(line) \(digest)")
            }
        }
        let before = residentKilobytes()
        for _ in 0..<pieces {
            piece.withUnsafeBytes { bytes in
                hash.update(bufferPointer: bytes)
                reader.feed(bytes, body)
            }
        }
        Array("\r\nrow\r\n".utf8).withUnsafeBytes { reader.feed($0, body) }
        reader.finish(body)
        let digits = Array("0123456789abcdef")
        let expected = hash.finalize().map { "\(digits[Int($0 >> 4)])\(digits[Int($0 & 15)])" }.joined()
        #expect(seen == ["overlong 1 \(expected)", "row 2"])
        #expect(residentKilobytes() - before < 32_768)
    }
}

@Suite struct `Text encodings` {
    @Test func `invalid bytes are told and not repaired`() {
        #expect(TextEncoding.utf8.decode(Array("Äijö".utf8)[...]) == "Äijö")
        #expect(TextEncoding.utf8.decode([0xC4, 0x69]) == nil)
        #expect(TextEncoding.utf8.decode([0xED, 0xA0, 0x80]) == nil)
        #expect(TextEncoding.utf8.decodeRepairing([0x61, 0xC4]) == "a\u{FFFD}")
    }

    @Test func `cp1252 has its own signs between 80 and 9F and five holes`() {
        #expect(TextEncoding.windows1252.decode([0xC4, 0x69, 0x6A, 0xF6, 0x80, 0x9E, 0xFF]) == "Äijö€žÿ")
        for hole in [0x81, 0x8D, 0x8F, 0x90, 0x9D] as [UInt8] {
            #expect(TextEncoding.windows1252.decode([hole]) == nil)
            #expect(TextEncoding.windows1252.decodeRepairing([0x61, hole]) == "a\u{FFFD}")
        }
    }
}

/// A small random generator that a seed repeats exactly.
private struct SeededBytes: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}

/// The memory of this process that is in use now.
private func residentKilobytes() -> Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
    return Int(line.split(whereSeparator: { !$0.isNumber }).first ?? "") ?? 0
}
