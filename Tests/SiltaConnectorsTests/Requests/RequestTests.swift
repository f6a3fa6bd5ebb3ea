import SiltaConfiguration
import SiltaCore
import Testing

@testable import SiltaConnectors

/// Against an https server of its own. One after the other: asking blocks its thread.
@Suite(.serialized) final class `A server's lists` {
    private let server: RegisterServer
    private let all = (0..<7).map { "m\($0)" }

    init() throws { server = try RegisterServer() }

    @Test(arguments: [
        ("/page", "items: /data\npaging: {page: page, size: {size: 3}}", 3),
        ("/page", "items: /data\npaging: {page: page, size: {size: 7}}", 2),
        ("/page", "items: /data\npaging: {page: page, size: {size: 100}}", 2),
        ("/offset", "items: \"\"\npaging: {offset: offset, size: {limit: 3}}", 3),
        ("/cursor", "items: /data\npaging: {cursor: token, from: /token}", 3), ("/link", "items: \"\"\npaging: {link: next}", 3),
        ("/url", "items: /data\npaging: {url: /links/next}", 3), ("/same", "items: \"\"", 1),
        ("/posted, method: POST, body: {kind: all}", "items: \"\"\npaging: {offset: offset, size: {limit: 3}}", 3),
    ])
    func `are read to their end, page by page`(path: String, stream: String, requests: Int) throws {
        let reading = try server.connector(path, stream).read()
        #expect(reading.keys == all && reading.rows == 7 && reading.complete == [.absence] && reading.rejected.isEmpty)
        #expect(try server.set().count == requests)
    }

    @Test func `are read to their end where a server hands out fewer than it is asked for`() throws {
        try server.set("\"cap\": 2")
        #expect(try server.connector("/offset", "items: \"\"\npaging: {offset: offset, size: {limit: 500}}").keys() == all)
    }

    @Test func `are asked for alone with a cursor, where that must be`() throws {
        let stream = "items: /data\npaging: {cursor: token, from: /token, size: {n: 3}, alone: true}"
        #expect(try server.connector("/cursor, query: {a: \"1 2\", b: {setting: tenant}}", stream).keys() == all)
        #expect(try server.set() == ["GET /cursor?a=1%202&n=3", "GET /cursor?token=3&n=3", "GET /cursor?token=6&n=3"])
        let posted = "/posted, method: POST, body: {kind: all, \"n\": \"1\", deep: {tenant: {setting: tenant}}}"
        _ = try server.connector(posted, "items: \"\"\npaging: {offset: offset, size: {limit: 9}}", config: "tenant: x").keys()
        #expect(
            try server.set().first == #"POST /posted {"kind":"all","n":"1","deep":{"tenant":"x"},"offset":0,"limit":9}"#)
    }

    @Test(arguments: [
        ("/offset", "items: \"\"\npaging: {offset: offset, size: {limit: 3}}"),
        ("/page", "items: /data\npaging: {page: page, size: {size: 3}}"),
    ])
    func `of which each item is several rows, or none, are counted by their items`(path: String, stream: String) throws {
        try server.set("\"parts\": true")
        let connector = try server.connector(path, stream + "\neach: parts", date: "parts.day", key: "[pupil, date]")
        // Item n has n mod 4 parts, of days of its own.
        let reading = try connector.read()
        #expect(reading.rows == 9 && reading.rejected.isEmpty, "\(reading.rows)")
        #expect(try server.set().count == 3)
    }

    @Test func `of which no item has the list that is to be rows fail the poll`() throws {
        try server.set("\"count\": 25")
        #expect(try server.connector("/same", "items: \"\"\neach: parts").failure().contains("none of 25 items has \"parts\""))
        try server.set("\"count\": 5")
        #expect(try server.connector("/same", "items: \"\"\neach: parts").keys().isEmpty, "of few, nothing follows")
    }

    @Test func `that are others while they are handed out have told nothing by silence`() throws {
        let stream = "items: \"\"\npaging: {offset: offset, size: {limit: 3}, total: {header: Total-Count}}"
        #expect(try server.connector("/offset", stream).read().complete == [.absence])
        try server.set("\"shrinks\": true")
        let reading = try server.connector("/offset", stream).read()
        #expect(reading.complete.isEmpty && reading.keys.count == 6)
    }

    @Test func `may end with a status, and bodies have days and members of members`() throws {
        let stream = "items: /data\nstatuses: {404: end}\npaging: {page: page, size: {size: 3}}"
        #expect(try server.connector("/ending", stream).keys() == all)
        #expect(try server.connector("/status/404", stream).failure().contains("[status 404]"))
        let posted = "/nested, method: POST, body: {filter: {from: {day: today-1d}}}"
        #expect(try server.connector(posted, "items: \"\"\npaging: {offset: page.offset, size: {page.limit: 9}}").keys() == all)
        #expect(
            try server.set().first { $0.hasPrefix("POST") }
                == #"POST /nested {"filter":{"from":"2026-10-04"},"page":{"offset":0,"limit":9}}"#)
    }

    @Test func `are asked for again where a gateway hiccups`() throws {
        try server.set("\"hiccups\": 2")
        #expect(try server.connector("/gateway").keys() == all)
        #expect(try server.set().count == 3)
        try server.set("\"hiccups\": 9")
        #expect(try server.connector("/gateway").failure().contains("[status 502]"))
    }

    @Test func `are of pages whose size a source says`() throws {
        let http = "{paging: {offset: offset, size: {limit: {setting: size}}}}"
        #expect(try server.connector("/offset", http: http).keys() == all)
        #expect(try server.set().first == "GET /offset?offset=0&limit=4")
        #expect(try server.connector("/offset", http: http, config: "size: 2").keys() == all)
        #expect(try server.set().first == "GET /offset?offset=0&limit=2")
    }

    @Test func `are asked for in the clear only where that is listed`() throws {
        let text = "url: http://register.example/\n"
        let error = #expect(throws: ConfigurationError.self) { try server.connector("/same", location: text) }
        #expect("\(error.map { "\($0)" } ?? "")".contains("plain http goes only to addresses that allow-addresses beside it lists"))
        let token = "token-url: http://register.example/token\nclient-id: x\nclient-secret: credential:secret"
        #expect(throws: ConfigurationError.self) {
            try server.connector("/same", config: token, location: "url: https://register.example/\n")
        }
        #expect(try server.connector("/same", location: text + "allow-addresses: [127.0.0.0/8]\n").configuration.remote?.isConfined == true)
    }

    @Test func `are asked for by days, the same for all pages`() throws {
        let days =
            "{a: {day: today-30d}, b: {day: {setting: tenant}, format: date-time}, "
            + "c: {day: today+1d, not-before: {setting: tenant}}}"
        let connector = try server.connector("/page, query: \(days)", "items: /data", config: "tenant: 2027-01-15")
        let reading = try connector.read()
        #expect(reading.keys == all)
        #expect(try server.set() == ["GET /page?a=2026-09-05&b=2027-01-15T00%3A00%3A00%2B02%3A00&c=2027-01-15"])
        #expect(reading.cursor?.contains("2026-10-05") == true, "tomorrow it is another reading")
    }

    @Test(arguments: [
        ("{day: soon}", "a day: 2026-08-12, today, or today-30d"), ("{day: {setting: tenant}}", "a day: 2026-08-12, today, or today-30d"),
        ("{day: today}", "asked for what is new, and of days that move with today"),
    ])
    func `may not be of days that are none, nor of what is new in days that move`(day: String, sentence: String) throws {
        let error = #expect(throws: ConfigurationError.self) {
            try server.connector(
                "/page, query: {a: \(day)}", "items: /data\nincremental: {since: {query: after}}", config: "tenant: sometime")
        }
        #expect("\(error.map { "\($0)" } ?? "")".contains(sentence))
    }

    @Test(arguments: [
        ("/loop", "items: /data\npaging: {cursor: token, from: /token}", "the cursor of the next page has been there already"),
        ("/same", "items: \"\"\npaging: {page: page}", "the server sends the same page again"),
        ("/cutlater", "items: /data\npaging: {page: page, size: {size: 2}}", "The connection ended before all of the answer was here"),
        ("/away", "items: \"\"", "The answer leads to another server"),
        ("/status/500", "items: \"\"", "the server has failed [status 500]"),
        ("/status/404", "items: \"\"", "the server has nothing there [status 404]"),
        ("/status/403", "items: \"\"", "[status 403]; its keeper must"),
        ("/status/401", "items: \"\"", "does not take these credentials [status 401]"),
        ("/status/418", "items: \"\"", "refuses the request [status 418]"),
        ("/html", "items: \"\"", "a web page or XML, and JSON should stand there"),
        ("/latin", "items: \"\"", "another encoding than UTF-8"),
        ("/wide", "items: \"\"", "the answer is UTF-16"), ("/empty", "items: \"\"", "the answer is empty"),
        ("/object", "items: /data", "there is no list at \"/data\""), ("/object", "items: \"\"", "a list must stand here"),
        ("/half", "items: \"\"", "the document ends too early"), ("/zipped", "items: \"\"", "compressed, and was not asked to"),
        ("/cut", "items: \"\"", "The connection ended before all of the answer was here"),
    ])
    func `fail the poll where they do not come whole`(path: String, stream: String, sentence: String) throws {
        let failure = try server.connector(path, stream).failure()
        #expect(failure.contains(sentence) && failure.hasPrefix("/") && !failure.contains("secret-1"), "\(failure)")
    }

    @Test func `may be empty where the manifest says so, and may have moved within the server`() throws {
        #expect(try server.connector("/status/404", "items: \"\"\nstatuses: {404: empty}").keys().isEmpty)
        #expect(try server.connector("/moved").keys() == all)
        #expect(try server.set().suffix(2) == ["GET /moved", "GET /same"])
    }

    @Test func `are of one server only`() throws {
        try server.set("\"next\": \"https://localhost:\(server.port)/link\"")
        let failure = try server.connector("/link", "items: \"\"\npaging: {link: next}").failure()
        #expect(failure.contains("the next page is said to be on another server, which is not asked"))
        #expect(try server.set() == ["GET /link"])
    }

    @Test func `hold numbers of any length, and what is no object is rejected`() throws {
        let reading = try server.connector("/big").read()
        #expect(reading.rows == 3 && reading.rejected.count == 3)
        #expect(reading.rejected.map(\.line) == [1, 2, 3] && reading.rejected[0].key == "12345678901234567890123")
        #expect(reading.rejected[1].reason == "the item is no JSON object, or none that is well formed")
        #expect(reading.rejected[1].digest != reading.rejected[2].digest && reading.rejected[1].file == "/big")
    }

    @Test func `are asked for once where several streams are records of them`() throws {
        let coverage = "  coverage:\n    request: {path: /same}\n    items: \"\"\n    fields: {from: day, through: day}"
        let reading = try server.connector("/same", rest: coverage).read()
        #expect(reading.keys == all && reading.coverage.count == 7 && reading.rows == 14)
        #expect(try server.set() == ["GET /same"])
    }

    @Test func `may be looked up in`() throws {
        let tables = "tables:\n  days: {request: {path: /once}, items: \"\", key: id, columns: [day]}"
        let connector = try server.connector("/dated", date: "{column: id, lookup: days, take: day}", rest: tables)
        try server.set("\"modified\": \"Mon, 05 Oct 2026 08:00:00 GMT\"")
        let reading = try connector.read()
        #expect(reading.keys == all && reading.absences[0].mark.date == LocalDate("2026-09-14"))
        #expect(try server.set() == ["GET /once", "GET /dated"])
        #expect(try connector.next(after: reading).isUnchanged)
        try server.set("\"etag\": \"two\"")
        #expect(try connector.next(after: reading).isUnchanged, "what is said under another ETag is the same")
        try server.set("\"count\": 8")
        #expect(try connector.next(after: reading).reading?.keys == all + ["m7"])
    }

    @Test func `have a budget`() throws {
        let stream = "items: /data\npaging: {cursor: token, from: /token}"
        #expect(
            try server.connector("/cursor", stream, http: "{budget: {requests: 2}}").failure().contains(
                "asked 2 times, which is its budget"))
        #expect(try server.connector("/page", "items: /data", http: "{budget: {bytes: 1MiB}}").keys() == all)
    }

    @Test func `are waited for as long as the server wants, within the poll's time`() throws {
        try server.set("\"busy\": 2")
        #expect(try server.connector("/busy").keys() == all)
        try server.set("\"busy\": 1, \"status\": 503")
        #expect(try server.connector("/busy").keys() == all)
        try server.set("\"busy\": 1, \"wait\": 3600")
        let connector = try server.connector("/busy")
        #expect(try connector.failure().contains("the server wants to be asked again in 3601 s"))
        #expect(try server.set().count == 1)
        #expect(try connector.failure().contains("is left alone until then"))
        #expect(try server.set().isEmpty, "it is left alone")
    }

    @Test func `are asked for no faster than the manifest says`() throws {
        let stream = "items: /data\npaging: {cursor: token, from: /token}"
        let begun = ContinuousClock.now
        _ = try server.connector("/cursor", stream, http: "{rate: {setting: rate}}", config: "rate: 5/s").keys()
        #expect(begun.duration(to: .now) >= .milliseconds(400))
    }

    @Test func `are left where the poll is stopped`() throws {
        struct Stop: Error {}
        try server.set("\"busy\": 1, \"wait\": 20")
        let connector = try server.connector("/busy")
        var steps = 0
        #expect(throws: Stop.self) {
            _ = try connector.read(after: nil) {
                steps += 1
                if steps > 5 { throw Stop() }
            }
        }
    }

    // MARK: - What is what it was

    @Test func `cost nothing where their ETag is what it was`() throws {
        let connector = try server.connector("/once")
        let first = try connector.read()
        #expect(try connector.next(after: first).isUnchanged)
        #expect(try server.set("\"etag\": \"two\", \"count\": 8").count == 2)
        let second = try #require(try connector.next(after: first).reading)
        #expect(second.keys.count == 8)
        #expect(try server.set().count == 1, "what came is used")
        #expect(try connector.next(after: second, isCurrent: false).reading?.keys.count == 8, "it would change something now")
    }

    @Test func `are told again by Last-Modified and by their bytes`() throws {
        try server.set("\"modified\": \"Mon, 05 Oct 2026 08:00:00 GMT\"")
        let dated = try server.connector("/dated")
        let first = try dated.read()
        #expect(try #require(first.cursor).contains("Mon, 05 Oct 2026 08:00:00 GMT"))
        #expect(try dated.next(after: first).isUnchanged)
        let plain = try server.connector("/page", "items: /data\npaging: {page: page, size: {size: 3}}")
        let reading = try plain.read()
        #expect(try plain.next(after: reading).isUnchanged)
        try server.set("\"count\": 6")
        #expect(try plain.next(after: reading).reading?.keys.count == 6)
    }

    @Test func `are read again where the configuration means something else`() throws {
        let first = try server.connector("/once").read()
        #expect(try server.connector("/once", config: "tenant: x").next(after: first).reading?.keys == all)
    }
}
