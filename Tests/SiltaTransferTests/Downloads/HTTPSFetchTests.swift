import Foundation
import Testing

@testable import SiltaTransfer

/// Against Python's own https server. One after the other: fetching blocks its thread.
@Suite(.serialized) final class `Files are fetched over https` {
    private let server: FileServer
    private let session = FetchSession(userAgent: "silta/test")

    init() throws { server = try FileServer() }

    private func request(_ path: String) throws -> FetchRequest {
        var request = FetchRequest("https://127.0.0.1:\(server.ports.secure)\(path)")
        request.addresses = try .loopback
        request.caFile = server.caFile
        return request
    }

    @Test func `whole, and known again by when they were modified`() throws {
        let (response, content) = try session.fetch(request("/a.csv"))
        #expect(response.answer == .content && response.status == 200)
        #expect(content == server.served.large)
        let version = try #require(response.version)
        #expect(version.size == 3_000_000 && version.modified != nil && version.isSettled)

        var again = try request("/a.csv")
        again.known = version
        let (unchanged, nothing) = try session.fetch(again)
        #expect(unchanged.answer == .unchanged && unchanged.version == version && nothing.isEmpty)
        #expect(try session.look(again) {}.answer == .unchanged)

        try server.served.write("a.csv", "changed")
        #expect(try session.look(again) {}.answer == .content)
        let (changed, newContent) = try session.fetch(again)
        #expect(changed.answer == .content && newContent == Data("changed".utf8))
        #expect(changed.version?.isSettled == false, "it was written less than a minute ago")
    }

    @Test func `and fetched again where an older file has taken their place`() throws {
        var request = try request("/b.csv")
        request.known = try session.fetch(request).0.version
        try server.served.write("b.csv", "older")
        try server.served.age("b.csv", seconds: 7200)
        #expect(try session.look(request) {}.answer == .content)
        #expect(try session.fetch(request).1 == Data("older".utf8))
    }

    @Test func `and known again by their ETag`() throws {
        let version = try #require(try session.fetch(request("/tagged")).0.version)
        #expect(version == FileVersion(size: 5, etag: "\"one\"", modified: nil, isSettled: true))
        var again = try request("/tagged")
        again.known = version
        #expect(try session.fetch(again).0.answer == .unchanged)
        again.known?.etag = "\"two\""
        #expect(try session.fetch(again).0.answer == .content)
    }

    @Test(arguments: [
        ("/nothing.csv", FetchResponse.Answer.missing), ("/status/410", .missing), ("/status/403", .denied), ("/status/429", .later),
        ("/status/503", .later), ("/status/500", .other), ("/status/204", .other), ("/mine", .denied),
    ])
    func `but not where the server says something else`(path: String, answer: FetchResponse.Answer) throws {
        let (response, content) = try session.fetch(request(path))
        #expect(response.answer == answer && content.isEmpty)
        #expect(response.retryAfter == (answer == .later ? .seconds(120) : nil))
    }

    @Test func `by whoever has the token or the password`() throws {
        var request = try request("/mine")
        for login in [FetchRequest.Login.bearer("token-1"), .password(user: "silta", "geheim")] {
            request.login = login
            #expect(try session.fetch(request).0.answer == .content)
        }
        for login in [FetchRequest.Login.bearer("token-2"), .password(user: "silta", "geheimer"), .none] {
            request.login = login
            #expect(try session.fetch(request).0.answer == .denied)
        }
        request.login = .bearer("token-1\r\nX: y")
        #expect(session.failure(request)?.code == .malformedRequest)
        #expect(!"\(request)".contains("token-1"))
    }

    @Test func `by whoever has the certificate`() throws {
        var request = try request("/b.csv")
        request.url = "https://127.0.0.1:\(server.ports.mutual)/b.csv"
        #expect([.tls, .interrupted].contains(session.failure(request)?.code))
        request.identity = TLSIdentity(certificatePath: server.script.path("identity.pem"), keyPath: server.script.path("identity.pem"))
        #expect(try session.fetch(request).1 == Data("hello".utf8))
    }

    @Test(arguments: [
        ("/cut", TransferFailure.Code.interrupted, "The connection ended before all of the file was here"),
        ("/chunks/cut", .interrupted, "The connection ended before all of the file was here"),
        ("/lengthless", .malformedResponse, "The server does not say how long the file is"),
        ("/compressed", .malformedResponse, "The server sends the file compressed"),
        ("/away?secret=1", .redirected, "The answer leads to another server"),
        ("/round", .redirected, "The answer leads on and on"),
    ])
    func `and a part of one is no file`(path: String, code: TransferFailure.Code, sentence: String) throws {
        let failure = try #require(session.failure(try request(path)))
        #expect(failure.code == code && failure.sentence.hasPrefix(sentence), "\(failure)")
        #expect(!failure.sentence.contains("secret"))
    }

    @Test func `in chunks, and where they have moved within the server`() throws {
        #expect(try session.fetch(request("/chunks")).1 == Data("hello".utf8))
        #expect(try session.fetch(request("/moved")).1 == Data("hello".utf8))
    }

    @Test func `up to the limit of their size`() throws {
        var request = try request("/a.csv")
        request.sizeLimit = 2_999_999
        #expect(session.failure(request)?.code == .tooLarge)
        request.sizeLimit = 3_000_000
        #expect(try session.fetch(request).1.count == 3_000_000)
        // This one does not say how long it is.
        request.url = try self.request("/endless").url
        let failure = session.failure(request)
        #expect(failure?.code == .tooLarge)
        #expect(failure?.sentence == "The file is larger than the limit of 3000000 bytes [host 127.0.0.1, port \(server.ports.secure)].")
    }

    @Test func `while bytes come, and within the time`() throws {
        var request = try request("/stall")
        request.stallLimit = .milliseconds(500)
        #expect(session.failure(request)?.sentence.hasPrefix("Not a byte came for 0.5 seconds") == true)
        request.stallLimit = .seconds(60)
        request.timeout = .seconds(1)
        #expect(session.failure(request)?.sentence.hasPrefix("The file was not here in time") == true)
    }

    @Test func `until somebody stops it`() throws {
        struct Stop: Error {}
        var asked = 0
        #expect(throws: Stop.self) {
            try session.fetch(request("/stall"), into: Target().descriptor) {
                asked += 1
                if asked > 3 { throw Stop() }
            }
        }
    }

    @Test func `from listed addresses only, plain http as well, and from nobody without a trusted certificate`() throws {
        var request = try request("/b.csv")
        request.caFile = nil
        #expect(session.failure(request)?.code == .tls)
        request = try self.request("/b.csv")
        request.addresses = AddressPolicy()
        let failure = session.failure(request)
        #expect(failure?.code == .forbiddenAddress && failure?.mayHaveArrived == false)
        request.url = "http://127.0.0.1:\(server.ports.plain)/b.csv"
        #expect([.forbiddenAddress, .forbiddenScheme].contains(session.failure(request)?.code))
        #expect(try server.script.report([String].self).isEmpty)
        request.addresses = try .loopback
        #expect(try session.fetch(request).1 == Data("hello".utf8))
    }

    @Test func `over one connection`() throws {
        for _ in 0..<4 { _ = try session.fetch(request("/b.csv")) }
        #expect(try server.script.report([String].self) == Array(repeating: "GET /b.csv", count: 4))
    }
}
