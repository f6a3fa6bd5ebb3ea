import Foundation
import SiltaTesting
import Testing

@testable import SiltaFormats

private func items(
    _ pieces: [[UInt8]], at path: String, each: String? = nil, limit: Int = JSONItems.itemLimit
) throws -> [String] {
    var reader = JSONItems(try #require(ItemPath(path)), each: each, itemLimit: limit)
    var seen: [String] = []
    let body = { (item: JSONItem) in
        switch item {
        case .item(let number, let bytes): seen.append("\(number) \(String(decoding: bytes, as: UTF8.self))")
        case .unreadable(let number, let fault, _): seen.append("\(number) \(fault)")
        case .broken(let fault): seen.append("broken: \(fault)")
        }
    }
    for piece in pieces { piece.withUnsafeBytes { reader.feed($0, body) } }
    reader.finish(body)
    return seen
}

private func items(_ text: String, at path: String, each: String? = nil, limit: Int = JSONItems.itemLimit) throws -> [String] {
    try items([Array(text.utf8)], at: path, each: each, limit: limit)
}

@Suite struct `Items of a JSON document` {
    @Test func `stand where the path says`() throws {
        #expect(try items(#" [ {"a":1} , 2,"x,]",[ ] ] "#, at: "") == [#"1 {"a":1}"#, "2 2", #"3 "x,]""#, "4 [ ]"])
        #expect(try items(#"{"x":[9],"data":{"rows":[{"a":"]\"}"}],"n":1.5},"y":null}"#, at: "/data/rows") == [#"1 {"a":"]\"}"}"#])
        #expect(try items(#"{"s":[{"p":[1,2]},{"q":0},{"p":null},{"p":[]},null,{"p":[3]}]}"#, at: "/s/*/p") == ["1 1", "2 2", "3 3"])
        #expect(try items(#"{"s":[]}"#, at: "/s/*/p") == [])
        #expect(try items("[[1],[2,3],[4]]", at: "/*") == ["1 1", "2 2", "3 3", "4 4"])
        #expect(try items("[[1],[2,3],[4]]", at: "/1") == ["1 2", "2 3"])
        #expect(try items(#"{"a/b":{"m~n":[1]},"ä":0}"#, at: "/a~1b/m~0n") == ["1 1"])
        #expect(try items(#"{"\u00e4":[1]}"#, at: "/ä") == ["1 1"])
        #expect(try items("\u{FEFF}[1]", at: "") == ["1 1"])
    }

    @Test func `are where some of the elements lead, and of none are not found`() throws {
        #expect(try items(#"{"s":[{"q":0},{"p":[1]}]}"#, at: "/s/*/p") == ["1 1"])
        #expect(try items(#"{"s":[{"p":[]},{"q":0}]}"#, at: "/s/*/p") == [])
        let none = try items(#"{"s":[{"q":0},{"q":[1]}]}"#, at: "/s/*/p")
        #expect(none.count == 1 && none[0].contains("none of the 2 elements along \"/s/*/p\" leads to a list"), "\(none)")
    }

    @Test func `are none where the document is another`() throws {
        for (text, path, sentence) in [
            (
                #"{"data":{}}"#, "/data/rows",
                #"there is no list at "/data/rows"; items must say where the list of records stands [line 1, byte 11]"#
            ),
            (#"{"rows":null}"#, "/rows", #"a list must stand here, on the way along "/rows" [line 1, byte 8]"#),
            ("\n{\n\"rows\":{}}", "/rows", #"a list must stand here, on the way along "/rows" [line 3, byte 10]"#),
            (#"{"a":[]}"#, "", "a list must stand here, on the way along the top of the document [line 1, byte 0]"),
            (#"{"a":1}"#, "/a/b", #"an object must stand here, on the way along "/a/b" [line 1, byte 5]"#),
            (#"{"a":[],"a":[]}"#, "/a", #"a member of "/a" stands twice here; it must stand once [line 1, byte 12]"#),
            ("[1", "", "the document ends too early: it must be written to its end before it is read [line 1, byte 2]"),
            ("", "", "the document ends too early: it must be written to its end before it is read [line 1, byte 0]"),
            ("[1]\n\n[2]", "", "something follows the document, which must end where its first value does [line 3, byte 5]"),
            ("[1 2]", "", "a comma or the closing bracket must stand here [line 1, byte 3]"),
            ("[}", "", "a value must stand here [line 1, byte 1]"),
            ("[{]", "", "another closing bracket must stand here [line 1, byte 2]"),
            ("<html>", "", "a list must stand here, on the way along the top of the document [line 1, byte 0]"),
        ] {
            let seen = try items(text, at: path)
            #expect(seen.last == "broken: \(sentence)", "\(text)")
        }
        let deep = String(repeating: "[", count: 100)
        #expect(try items(deep, at: "") == ["broken: this is nested deeper than 64 [line 1, byte 65]"])
    }

    @Test func `have paths that are JSON Pointers`() {
        for bad in ["a", "a/b", "/~", "/~2", String(repeating: "/a", count: 17)] { #expect(ItemPath(bad) == nil, "\(bad)") }
        #expect(ItemPath("")?.steps == [])
        #expect(ItemPath("/")?.steps == [.name("")])
        #expect(ItemPath("/a/*/~01")?.steps == [.name("a"), .every, .name("~1")])
    }

    @Test func `are as many as a list in them has elements`() throws {
        let text = #"[{"id":1,"e":[{"x":1},{"x":2}],"z":0},{"id":2,"e":[]},{"id":3},{"id":4,"e":null},{"id":5,"e":[7]}]"#
        #expect(
            try items(text, at: "", each: "e") == [
                #"1 {"id":1,"e":{"x":1},"z":0}"#, #"2 {"id":1,"e":{"x":2},"z":0}"#, #"3 {"id":5,"e":7}"#,
            ])
        #expect(try items(#"[{"p":{"e":[1]}},{"p":null}]"#, at: "", each: "p.e") == [#"1 {"p":{"e":1}}"#])
        #expect(
            try items(#"[{"e":{}},{"e":"x"},7,{"e":[1],"e":[2]},{"e":[1}]"#, at: "", each: "e").prefix(4) == [
                "1 noList", "2 noList", "3 malformed", "4 malformed",
            ])
        let wide =
            "[{\"w\":\"\(String(repeating: "w", count: 500_000))\",\"e\":[\(Array(repeating: "1", count: 600).joined(separator: ","))]}]"
        #expect(try items(wide, at: "", each: "e") == ["1 overfull"])
    }

    @Test func `that are too long are let go`() throws {
        let long = "\"\(String(repeating: "x", count: 50))\""
        let whole = try items("[1,\(long),2]", at: "", limit: 20)
        #expect(whole == ["1 1", "2 overlong", "3 2"])
        #expect(try items(Array("[1,\(long),2]".utf8).map { [$0] }, at: "", limit: 20) == whole)
    }

    @Test func `are the same however the document is split, and a part of it is never a whole`() throws {
        let text =
            "\u{FEFF}{\"a\\\"b\":[1,{\"c\":[]}],\n\"r\":[{\"k\":\"\\\\\",\"e\":[{},[1]]},\n{\"k\":\"ä]}\"},-1.5e3,{\"e\":[true]}], \"z\":\"\\\"\"}\n"
        let bytes = Array(text.utf8)
        for each in [nil, "e"] {
            let whole = try items([bytes], at: "/r", each: each)
            #expect(whole.count == 4, "\(whole)")
            #expect(try items(bytes.map { [$0] }, at: "/r", each: each) == whole)
            for first in bytes.indices {
                #expect(try items([Array(bytes[..<first]), Array(bytes[first...])], at: "/r", each: each) == whole, "split at \(first)")
                let part = try items([Array(bytes[..<first])], at: "/r", each: each)
                if first < bytes.count - 1 {
                    #expect(part.last?.hasPrefix("broken: the document ends too early") == true, "cut at \(first)")
                }
            }
        }
    }

    @Test func `of random bytes are the same however they are split`() throws {
        let alphabet = Array("[]{},:\"\\a1n \n".utf8)
        for seed in 1...2000 as ClosedRange<UInt64> {
            var random = SeededRandom(seed: seed)
            let start = Bool.random(using: &random) ? Array(#"{"a":[{"e":["#.utf8) : []
            let bytes = start + (0..<Int.random(in: 0...60, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? 0 }
            let (path, each) = (start.isEmpty ? "" : "/a", Bool.random(using: &random) ? "e" : nil)
            let cut = Int.random(in: 0...bytes.count, using: &random)
            let whole = try items([bytes], at: path, each: each, limit: 30)
            #expect(try items([Array(bytes[..<cut]), Array(bytes[cut...])], at: path, each: each, limit: 30) == whole, "seed \(seed)")
            #expect(whole.filter { $0.hasPrefix("broken") }.count <= 1)
        }
    }
}
