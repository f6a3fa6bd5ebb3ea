import Testing

@testable import SiltaTransfer

/// Requests without an answer, and whether they may have arrived.
@Suite struct FailureTests {
    @Test func `time runs out while waiting for the answer: it may have arrived`() async throws {
        try await withTransfer { transfer, server in
            var request = try server.request(.post, "/slow")
            request.timeout = .seconds(3)
            let failure = await transfer.failure(request)
            #expect(failure?.code == .timedOut)
            #expect(failure?.mayHaveArrived == true)
            #expect(failure?.sentence == "No answer came in time [host 127.0.0.1, port \(server.ports.plain)].")
            #expect(try server.report().requests == ["/slow": 1])
        }
    }

    @Test func `time runs out in the TLS handshake: it has not arrived`() async throws {
        try await withTransfer { transfer, server in
            // The port without TLS waits for the end of a request that never comes.
            var request = try server.secureRequest("/echo", port: server.ports.plain)
            request.caFile = nil
            request.connectTimeout = .milliseconds(500)
            let failure = await transfer.failure(request)
            #expect(failure?.code == .timedOut)
            #expect(failure?.mayHaveArrived == false)
        }
    }

    @Test(arguments: ["/drop", "/half-headers"])
    func `the connection ends instead of an answer: it may have arrived`(_ path: String) async throws {
        try await withTransfer { transfer, server in
            let failure = await transfer.failure(try server.request(.post, path))
            #expect(failure?.code == .interrupted)
            #expect(failure?.mayHaveArrived == true)
            #expect(try server.report().requests == [path: 1])
        }
    }

    @Test func `a kept connection that ends under a request does not have it sent again`() async throws {
        try await withTransfer { transfer, server in
            #expect(try await transfer.send(server.request(.post, "/drop-after-first")).text == "first")
            let failure = await transfer.failure(try server.request(.post, "/drop-after-first"))
            #expect(failure?.code == .interrupted)
            #expect(failure?.mayHaveArrived == true)
            #expect(try server.report().requests == ["/drop-after-first": 2])
        }
    }

    @Test func `a refused connection: it has not arrived`() async throws {
        try await withTransfer { transfer, server in
            var request = try server.request(.post, "/echo")
            request.url = "http://127.0.0.1:\(server.ports.closed)/echo"
            let failure = await transfer.failure(request)
            #expect(failure?.code == .unreachable)
            #expect(failure?.mayHaveArrived == false)
        }
    }

    @Test func `a name that does not exist: it has not arrived`() async throws {
        try await withTransfer { transfer, server in
            // RFC 6761 keeps .invalid from ever having an address.
            let failure = await transfer.failure(HTTPRequest(.get, "https://silta.invalid/"))
            #expect(failure?.code == .unresolvable)
            #expect(failure?.mayHaveArrived == false)
        }
    }

    @Test(arguments: ["/endless-headers", "/endless-informational"])
    func `headers without end are not read to their end`(_ path: String) async throws {
        try await withTransfer { transfer, server in
            let failure = await transfer.failure(try server.request(.get, path))
            #expect(failure?.code == .tooLarge)
            #expect(failure?.mayHaveArrived == true)
        }
    }

    @Test func `what is not HTTP is no answer`() async throws {
        try await withTransfer { transfer, server in
            let failure = await transfer.failure(try server.request(.post, "/garbage"))
            #expect(failure?.code == .malformedResponse)
            #expect(failure?.mayHaveArrived == true)
        }
    }

    @Test func `a header value with a control character is refused before anything is sent`() async throws {
        try await withTransfer { transfer, server in
            for value in ["a\r\nX-Injected: yes", "a\nb", "a\rb", "a\0b", "\u{1b}[0m", "\u{7f}"] {
                let headers: HTTPHeaders = ["Authorization": "Bearer secret\(value)"]
                let failure = await transfer.failure(try server.request(.post, "/echo", headers: headers))
                #expect(failure?.code == .malformedRequest)
                #expect(failure?.mayHaveArrived == false)
                let sentence = "The value of the header Authorization has a control character, such as a line end, and must not."
                #expect(failure?.sentence == sentence)
            }
            #expect(try server.report().connections == 0)
        }
    }

    @Test(arguments: ["", "X Y", "X:", "X\r\nY", "X\0", "ä", "Content-Length", "transfer-encoding", "Host", "EXPECT"])
    func `a header name that is none, or that frames the message, is refused`(_ name: String) {
        expectRefusal(.malformedRequest) { $0.headers.append(name, "1") }
    }

    @Test(arguments: [
        "", "/echo", "127.0.0.1/echo", "http://", "https://user:secret@127.0.0.1/echo", "https://user@127.0.0.1/",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1/a b", "http://127.0.0.1/\r\nX: y", "http://127.0.0.1/\0", "http://[::1/",
        "https://a.example/" + String(repeating: "x", count: 9000),
    ])
    func `a URL that cannot be asked is refused without being repeated`(_ url: String) {
        expectRefusal(.malformedURL) { $0.url = url }
    }

    @Test(arguments: ["ftp://127.0.0.1/", "file:///etc/passwd", "gopher://127.0.0.1/", "javascript://x", "sftp://127.0.0.1/x"])
    func `a scheme other than http and https is refused`(_ url: String) {
        expectRefusal(.forbiddenScheme) { $0.url = url }
    }

    @Test(arguments: ["127.0.0.1:3128", "", "http://127.0.0.1:1\r\n"])
    func `a proxy that has no URL is refused`(_ proxy: String) {
        expectRefusal(.malformedURL) { $0.proxy = proxy }
    }

    @Test(arguments: ["socks5://127.0.0.1:1", "file:///proxy"])
    func `a proxy that is neither http nor https is refused`(_ proxy: String) {
        expectRefusal(.forbiddenScheme) { $0.proxy = proxy }
    }

    @Test func `a setting that cannot be is refused`() {
        expectRefusal(.malformedRequest) { $0.responseLimit = -1 }
        expectRefusal(.malformedRequest) { $0.body = [1] }
        expectRefusal(.malformedRequest) { $0.caFile = "a\0b" }
        expectRefusal(.malformedRequest) { $0.identity = TLSIdentity(certificatePath: "a", keyPath: "b\0") }
    }

    /// Expects that a request, changed like that, is refused before it comes near a connection.
    private func expectRefusal(_ code: TransferFailure.Code, _ change: (inout HTTPRequest) -> Void) {
        var request = HTTPRequest(.get, "https://vastaanotto.example/")
        change(&request)
        do throws(TransferFailure) {
            _ = try PreparedRequest(request)
            Issue.record("It was not refused.")
        } catch {
            #expect(error.code == code)
            #expect(!error.mayHaveArrived)
            #expect(!error.sentence.contains("secret"))
        }
    }

    @Test func `a failure and a request never show what is secret`() async throws {
        try await withTransfer { transfer, server in
            let url = "http://127.0.0.1:\(server.ports.closed)/hetu-010115A952N?token=geheim"
            var request = try server.request(.post, "/", headers: ["Authorization": "Basic geheim"], body: Array("geheim".utf8))
            request.url = url
            let failure = await transfer.failure(request)
            var dumped = ""
            dump(request, to: &dumped)
            for text in [failure?.sentence ?? "", "\(request)", String(reflecting: request), dumped] {
                #expect(!text.isEmpty)
                for secret in ["geheim", "010115A952N", "Basic"] { #expect(!text.contains(secret)) }
            }
        }
    }
}
