import SiltaConfiguration
import Testing

@testable import SiltaConnectors

@Suite struct `Pages` {
    private func paging(_ yaml: String) throws -> Paging {
        Paging(try PagingPlan(YAMLDocument.parse(yaml, file: "connector.yaml")))
    }

    private func body(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test func `are counted, and end with an empty one`() throws {
        var paging = try paging("{page: p, size: {n: 2}, first: 0}")
        #expect(paging.first == .parameters([("p", "0"), ("n", "2")], isAlone: false))
        #expect(try paging.next(after: body("a"), count: 2, link: nil) == .parameters([("p", "1"), ("n", "2")], isAlone: false))
        #expect(try paging.next(after: body("b"), count: 2, link: nil) == .parameters([("p", "2"), ("n", "2")], isAlone: false))
        #expect(try paging.next(after: body("[]"), count: 0, link: nil) == nil)
    }

    @Test func `end with one that is shorter than those before it`() throws {
        var paging = try paging("{offset: o, size: {limit: 2}}")
        #expect(try paging.next(after: body("a"), count: 2, link: nil) == .parameters([("o", "2"), ("limit", "2")], isAlone: false))
        #expect(try paging.next(after: body("b"), count: 1, link: nil) == nil)
    }

    @Test func `go on by what came where a server hands out fewer than it is asked for`() throws {
        var paging = try paging("{offset: o, size: {limit: 500}}")
        #expect(try paging.next(after: body("a"), count: 100, link: nil) == .parameters([("o", "100"), ("limit", "500")], isAlone: false))
        #expect(try paging.next(after: body("b"), count: 100, link: nil) == .parameters([("o", "200"), ("limit", "500")], isAlone: false))
        #expect(try paging.next(after: body("c"), count: 7, link: nil) != nil)
        #expect(try paging.next(after: body("[]"), count: 0, link: nil) == nil)
    }

    @Test func `that are the same again are found`() throws {
        var paging = try paging("{page: p}")
        _ = try paging.next(after: body("a"), count: 2, link: nil)
        #expect(throws: Paging.Fault.self) { try paging.next(after: body("a"), count: 2, link: nil) }
    }

    @Test(arguments: ["{\"t\": null}", "{\"t\": \"\"}", "{}", "{\"other\": {\"t\": \"x\"}}"])
    func `end where there is no cursor`(text: String) throws {
        var paging = try paging("{cursor: token, from: /t}")
        #expect(paging.first == .parameters([], isAlone: false))
        #expect(try paging.next(after: body(text), count: 1, link: nil) == nil)
    }

    @Test func `have cursors, which are asked with alone where they must be`() throws {
        var paging = try paging("{cursor: token, from: /page/next, size: {limit: 3}, alone: true}")
        #expect(paging.first == .parameters([("limit", "3")], isAlone: false))
        let text = "\u{FEFF}{\"page\": {\"a\": [1, {\"next\": 2}], \"next\": 12345678901234567890}, \"data\": []}"
        #expect(
            try paging.next(after: body(text), count: 0, link: nil)
                == .parameters([("token", "12345678901234567890"), ("limit", "3")], isAlone: true))
        #expect(try paging.next(after: body("{\"page\": {\"next\": false}}"), count: 0, link: nil) == nil)
        #expect(throws: Paging.Fault.self) { try paging.next(after: body(text), count: 0, link: nil) }
    }

    @Test(arguments: [
        ("{offset: o, size: {limit: 3}}", 2, true), ("{offset: o, size: {limit: 3}}", 3, false), ("{offset: o}", 1, false),
        ("{link: next}", 1, false), ("{link: next, size: {limit: 3}}", 2, true), ("{cursor: c, from: /next}", 3, true),
    ])
    func `that are full say nothing of the next one`(plan: String, items: Int, isWhole: Bool) throws {
        #expect(try paging(plan).isWhole(items) == isWhole)
    }

    @Test func `have links`() throws {
        var paging = try paging("{link: next}")
        #expect(try paging.next(after: [], count: 1, link: "<https://a/b?c=1,2>; rel=\"prev next\"") == .url("https://a/b?c=1,2"))
        #expect(try paging.next(after: [], count: 1, link: "<https://a/b>; rel=\"last\"") == nil)
        #expect(try paging.next(after: [], count: 1, link: nil) == nil)
    }

    @Test(arguments: [
        ("<a>; rel=next", "a"), ("<a>; title=\"x; rel=next\", <b>; rel=\"next\"", "b"), ("<a>;rel=\"NEXT\"", "a"), ("<a>", nil), ("", nil),
        ("<a", nil), ("<a>; rel", nil), ("<a>; foo; rel=next", "a"), ("<a>; rel=first; rel=next, <b>; rel=next", "b"),
        ("<a>; x=\"\\\"\"; rel=next", "a"),
    ])
    func `links are read as RFC 8288 writes them`(text: String, target: String?) {
        #expect(LinkHeader(text).target(of: "next") == target)
    }

    @Test(arguments: [
        ("{page: p, offset: o}", "this needs one of page, offset, cursor, link, url"), ("{page: p, from: /a}", "this goes with cursor"),
        ("{cursor: c, from: a}", "is not a JSON Pointer (RFC 6901), such as /links/next"), ("all", "is not none, or a mapping"),
        ("{cursor: c, from: /a/*}", "is not a JSON Pointer"), ("{page: p, size: {a: 0}}", "is not a whole number from 1"),
    ])
    func `that nobody can ask for are mistakes of the manifest`(yaml: String, sentence: String) throws {
        let error = try #require(throws: ConfigurationError.self) { try paging(yaml) }
        #expect("\(error)".contains(sentence))
    }
}

@Suite struct `The URL of a request` {
    private let location = WebLocation("https://Host.example:8443/api/?tenant=a%20b")

    @Test func `begins with the location`() {
        #expect(location.url("/marks", []) == "https://Host.example:8443/api/marks?tenant=a%20b")
        #expect(
            location.url("/marks", [("meta.modified.after", "2026-08-12T00:00:00+03:00"), ("ä", "&")])
                == "https://Host.example:8443/api/marks?tenant=a%20b&meta.modified.after=2026-08-12T00%3A00%3A00%2B03%3A00&%C3%A4=%26")
    }

    @Test(arguments: [
        ("https://host.example:8443/next?a=1", "https://host.example:8443/next?a=1"),
        ("/next?a=b%2Fc", "https://host.example:8443/next?a=b%2Fc"),
        ("?page=2", "https://host.example:8443/api/marks?page=2"), ("//host.example:8443/x", "https://host.example:8443/x"),
        ("http://host.example/x", "https://host.example:8443/x"), ("HTTPS://HOST.example:8443/x", "https://host.example:8443/x"),
    ])
    func `follows a link within its server`(text: String, url: String) {
        #expect(location.follow(text, from: "https://host.example:8443/api/marks?page=1") == url)
    }

    @Test(arguments: [
        "https://other.example:8443/x", "//other.example/x", "https://host.example/x", "https://host.example.evil:8443/x",
        "ftp://host.example:8443/",
        "https://a:b@host.example:8443/x", "http://other.example/x", "javascript:alert(1)", "https://host.example:8443@evil.example/x",
    ])
    func `and to no other`(text: String) {
        #expect(location.follow(text, from: "https://host.example:8443/api/marks?page=1") == nil)
    }
}
