import SiltaTesting
import Testing

@testable import SiltaFormats

private func lines(_ pieces: [[UInt8]], at path: String, each: String? = nil, _ columns: [String]) throws -> [String] {
    var reader = XMLItems(try #require(ElementPath(path)), each: each, columns: columns)
    var seen: [String] = []
    func text(_ row: CSVRow) -> String { (0..<row.count).map { String(decoding: row[$0], as: UTF8.self) }.joined(separator: "|") }
    let body = { (item: XMLItems.Item) in
        switch item {
        case .line(.row(let row)): seen.append("\(row.line) \(text(row))")
        case .line(.flawed(let row, let problem)): seen.append("\(row.line) \(text(row)): \(problem)")
        case .line(.unreadable(let line, let fault, _)): seen.append("\(line) \(fault)")
        case .broken(let fault): seen.append("broken: \(fault)")
        }
    }
    for piece in pieces { piece.withUnsafeBytes { reader.feed($0, body) } }
    reader.finish(body)
    return seen
}

private func lines(_ text: String, at path: String, each: String? = nil, _ columns: [String]) throws -> [String] {
    try lines([Array(text.utf8)], at: path, each: each, columns)
}

@Suite struct `Items of an XML document` {
    @Test func `are rows of elements, attributes and texts`() throws {
        let text = """
            <?xml version="1.0"?><!-- marks -->
            <r:register xmlns:r="x"><other><mark id="9"/></other>
              <r:marks>
                <r:mark id="1"><pupil r:no="7"> A &amp; <![CDATA[<B>]]> </pupil><day>2026-09-14</day></r:mark>
                <mark id="2">own<day/></mark>
                <mark/>
              </r:marks>
            </r:register>
            """
        #expect(
            try lines(text, at: "/register/marks/mark", ["@id", "pupil", "pupil.@no", "day", "."]) == [
                "1 1|A & <B>|7|2026-09-14|", "2 2||||own", "3 ||||",
            ])
        #expect(try lines("<m><a>1</a></m>", at: "/m", ["a"]) == ["1 1"])
    }

    @Test func `are not found where many elements stand there that are called otherwise`() throws {
        func document(_ others: Int, _ marks: Int = 0) -> String {
            "<r>" + String(repeating: "<merkinta/>", count: others) + String(repeating: "<mark><id>1</id></mark>", count: marks) + "</r>"
        }
        #expect(try lines(document(19), at: "/r/mark", ["id"]) == [])
        #expect(try lines(document(30, 1), at: "/r/mark", ["id"]).count == 1)
        let none = try lines(document(20), at: "/r/mark", ["id"])
        #expect(none.count == 1 && none[0].contains("20 elements stand where /r/mark should"), "\(none)")
    }

    @Test func `are as many as they have elements of a kind`() throws {
        let text = "<l><p id='1'><e><x>a</x></e><n>N</n><e y='q'><x>b</x></e></p><p id='2'><n>M</n></p><p id='3'><e/></p></l>"
        #expect(try lines(text, at: "/l/p", each: "e", ["@id", "n", "e.x", "e.@y"]) == ["1 1|N|a|", "2 1|N|b|q", "3 3|||"])
    }

    @Test func `that say something twice, or on two lines, are flawed`() throws {
        #expect(
            try lines("<l><p><a>1</a><a>2</a><b>x\ny</b></p></l>", at: "/l/p", ["a", "b"]) == [
                "1 2|: column \"a\" stands twice; it must stand once"
            ])
        #expect(
            try lines("<l><p><b>x\ny</b></p></l>", at: "/l/p", ["b"]) == [
                "1 : a text of it holds a control character, such as a line end; it must be one line"
            ])
    }

    @Test func `that are too long are let go`() throws {
        let long = String(repeating: "x", count: XMLItems.itemLimit + 1)
        #expect(
            try lines("<l><p><a>\(long)</a></p><p><a>1</a></p></l>", at: "/l/p", ["a"]) == [
                "1 item(SiltaFormats.ItemFault.overlong)", "2 1",
            ])
        #expect(try lines("<l><p><c>\(long)</c><a>1</a></p></l>", at: "/l/p", ["a"]) == ["1 1"])
    }

    @Test func `are none of a document that is broken, dangerous or another`() throws {
        let bomb = """
            <!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
            <l><p><a>&b;</a></p></l>
            """
        let outside = #"<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]><l><p><a>&a;</a></p></l>"#
        for text in [bomb, outside] {
            let seen = try lines(text, at: "/l/p", ["a"])
            #expect(seen.count == 1 && seen[0].hasPrefix("broken: the document declares entities of its own"), "\(seen)")
        }
        let skipped = #"<!DOCTYPE l SYSTEM "http://host.example/l.dtd"><l><p><a>&x;</a></p></l>"#
        #expect(try lines(skipped, at: "/l/p", ["a"]).last?.hasPrefix("broken: the document uses an entity") == true)
        #expect(
            try lines("<l><p></l>", at: "/l/p", ["a"]).last?.hasPrefix("broken: this is no XML that can be read: mismatched tag") == true)
        #expect(try lines("<l><p>", at: "/l/p", ["a"]).last?.hasPrefix("broken: the document ends too early") == true)
        #expect(try lines("", at: "/l/p", ["a"]).last?.hasPrefix("broken: the document ends too early") == true)
        #expect(try lines("<m><p/></m>", at: "/l/p", ["a"]).last?.hasPrefix("broken: there is no element at /l/p") == true)
        #expect(try lines("<l></l>", at: "/l/p", ["a"]) == [])
        let deep = String(repeating: "<l>", count: 100)
        #expect(try lines(deep, at: "/l/p", ["a"]).last?.hasPrefix("broken: this is nested deeper than 64") == true)
    }

    @Test func `are read in the encoding that the document says`() throws {
        let head = Array("<?xml version='1.0' encoding='".utf8)
        let rest = { (byte: UInt8) in Array("'?><l><p><a>".utf8) + [byte] + Array("</a></p></l>".utf8) }
        #expect(try lines([head + Array("iso-8859-1".utf8) + rest(0xE4)], at: "/l/p", ["a"]) == ["1 ä"])
        #expect(try lines([head + Array("ISO-8859-15".utf8) + rest(0xA4)], at: "/l/p", ["a"]) == ["1 €"])
        #expect(try lines([head + Array("windows-1252".utf8) + rest(0x80)], at: "/l/p", ["a"]) == ["1 €"])
        #expect(
            try lines([head + Array("ebcdic".utf8) + rest(0xE4)], at: "/l/p", ["a"]).last?.contains("an encoding that is not known") == true
        )
    }

    @Test func `are the same however the document is split, and a part of it is never a whole`() throws {
        let text =
            "<?xml version=\"1.0\"?><l>\n<p id=\"ä1\"><e>a&lt;</e><e><![CDATA[]]]></e></p><!-- x --><p id='2'>\n<e x='y'/> z </p></l>\n"
        let bytes = Array(text.utf8)
        for each in [nil, "e"] {
            let columns = each == nil ? ["@id", "."] : ["@id", "e", "e.@x"]
            let whole = try lines([bytes], at: "/l/p", each: each, columns)
            #expect(whole.count == (each == nil ? 2 : 3), "\(whole)")
            #expect(try lines(bytes.map { [$0] }, at: "/l/p", each: each, columns) == whole)
            for cut in bytes.indices {
                #expect(
                    try lines([Array(bytes[..<cut]), Array(bytes[cut...])], at: "/l/p", each: each, columns) == whole, "split at \(cut)")
                let part = try lines([Array(bytes[..<cut])], at: "/l/p", each: each, columns)
                if cut < bytes.count - 1 { #expect(part.last?.hasPrefix("broken") == true, "cut at \(cut)") }
            }
        }
    }

    @Test func `of random bytes do no harm`() throws {
        let words = [
            "<l>", "</l>", "<p>", "</p>", "<a x='", "'>", "</a>", "&lt;", "&#0;", "<![CDATA[", "]]>", "<!DOCTYPE l [", "]>", "ä", "\u{0}",
            "<p/>",
        ]
        for seed in 1...2000 as ClosedRange<UInt64> {
            var random = SeededRandom(seed: seed)
            let bytes = (0..<random.number(0...30)).flatMap { _ in Array((words.randomElement(using: &random) ?? "").utf8) }
            let cut = random.number(0...bytes.count)
            let whole = try lines([bytes], at: "/l/p", ["a", "."])
            let parts = try lines([Array(bytes[..<cut]), Array(bytes[cut...])], at: "/l/p", ["a", "."])
            #expect(parts == whole, "seed \(seed)")
        }
    }

    @Test func `that are more rows than can be are none`() throws {
        let many = "<l><p>" + String(repeating: "<e/>", count: 150_000) + "</p><p><e/></p></l>"
        let seen = try lines(many, at: "/l/p", each: "e", ["e.x"])
        #expect(seen.count == 2 && seen[0].contains("overfull") && seen[1] == "2 ", "\(seen.count) rows")
        // Each row would have the name, too.
        let long = "<l><p><n>\(String(repeating: "n", count: 500_000))</n>" + String(repeating: "<e/>", count: 1000) + "</p></l>"
        #expect(try lines(long, at: "/l/p", each: "e", ["n"]).map { $0.contains("overfull") } == [true])
    }

    @Test func `behind a tag or comment without end are not waited for`() throws {
        let piece = [UInt8](repeating: UInt8(ascii: " "), count: 1 << 16)
        for start in ["<l><!--", "<l><p a='"] {
            let seen = try lines([Array(start.utf8)] + Array(repeating: piece, count: 100), at: "/l/p", ["a"])
            #expect(seen.first?.hasPrefix("broken: a tag or comment is longer than 4194304 bytes") == true, "\(start): \(seen)")
        }
        let text = try lines([Array("<l>".utf8)] + Array(repeating: piece, count: 100) + [Array("<p/></l>".utf8)], at: "/l/p", ["a"])
        #expect(text == ["1 "])
    }
}
