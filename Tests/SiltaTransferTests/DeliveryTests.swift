import Testing

@testable import SiltaTransfer

/// Requests that arrive, and the answers to them.
@Suite struct DeliveryTests {
    @Test func `a request arrives as it was given`() async throws {
        try await withTransfer { transfer, server in
            let body = Array(UInt8.min...UInt8.max)
            let request = try server.request(
                .post, "/echo?a=%20b&c", headers: ["X-One": "1", "x-empty": "", "X-One": "ä 2", "Content-Type": "application/json"],
                body: body)
            let response = try await transfer.send(request)
            let echo = try response.echo
            #expect(response.status == 200)
            #expect(!response.isTruncated)
            #expect(response.duration > .zero)
            #expect(echo.method == "POST")
            #expect(echo.target == "/echo?a=%20b&c")
            #expect(Array(echo.body) == body)
            #expect(echo.values("x-one").first == "1")
            #expect(echo.values("x-one").count == 2)
            #expect(echo.values("x-empty") == [""])
            #expect(echo.values("content-type") == ["application/json"])
            #expect(echo.values("content-length") == ["256"])
            #expect(echo.values("user-agent") == ["silta/test"])
            #expect(echo.values("host") == ["127.0.0.1:\(server.ports.plain)"])
        }
    }

    @Test func `every method is sent under its name, with no header that nobody gave`() async throws {
        try await withTransfer { transfer, server in
            for method in HTTPRequest.Method.allCases where method != .head {
                let echo = try await transfer.send(try server.request(method, "/echo")).echo
                let length = method.alwaysHasBody ? ["Content-Length"] : []
                #expect(echo.method == method.rawValue)
                #expect(Set(echo.headers.map { $0[0] }) == Set(["Host", "User-Agent", "Accept"] + length), "\(method)")
            }
            let response = try await transfer.send(try server.request(.head, "/echo"))
            #expect(response.status == 200)
            #expect(!response.isTruncated)
        }
    }

    @Test func `a path is not tidied, since it may have been signed`() async throws {
        try await withTransfer { transfer, server in
            _ = try await transfer.send(server.request(.get, "/a/../b/./c"))
            #expect(try server.report().requests == ["/a/../b/./c": 1])
        }
    }

    @Test func `every status is an answer`() async throws {
        try await withTransfer { transfer, server in
            for status in [200, 204, 304, 400, 401, 404, 407, 410, 417, 421, 429, 500, 503] {
                let response = try await transfer.send(try server.request(.post, "/status/\(status)"))
                #expect(response.status == status)
                #expect(response.headers.first("retry-after") == "120", "\(status)")
            }
        }
    }

    @Test func `a redirect is not followed and a cookie is not kept`() async throws {
        try await withTransfer { transfer, server in
            let response = try await transfer.send(try server.request(.post, "/redirect"))
            #expect(response.status == 302)
            #expect(response.headers.first("Location") == "/redirected")
            #expect(try await transfer.send(server.request(.get, "/echo")).echo.values("cookie").isEmpty)
            #expect(try server.report().requests == ["/redirect": 1, "/echo": 1])
        }
    }

    @Test(arguments: [("/chunked", 200, "abcdefg"), ("/until-close", 202, "until the end"), ("/informational", 200, "final")])
    func `a body may end in any way that HTTP knows`(_ path: String, _ status: Int, _ body: String) async throws {
        try await withTransfer { transfer, server in
            let response = try await transfer.send(try server.request(.get, path))
            #expect(response.status == status)
            #expect(response.text == body)
            #expect(!response.isTruncated)
            #expect(response.headers.first("X-Early") == nil)
        }
    }

    @Test func `a body that is compressed is left as it is`() async throws {
        try await withTransfer { transfer, server in
            let response = try await transfer.send(try server.request(.get, "/gzip"))
            #expect(response.body == [0x1f, 0x8b] + Array("not really".utf8))
        }
    }

    @Test func `a body without end is read up to the limit`() async throws {
        try await withTransfer { transfer, server in
            var request = try server.request(.get, "/huge")
            request.responseLimit = 100_000
            let response = try await transfer.send(request)
            #expect(response.status == 200)
            #expect(response.body.count == 100_000)
            #expect(response.isTruncated)
            // What the system buffers on the way, and nothing like the thousand million bytes that were announced.
            #expect(try server.report().hugeBytes < 100_000_000)
        }
    }

    @Test func `a body of exactly the limit is whole, and one of a byte more is not`() async throws {
        try await withTransfer { transfer, server in
            #expect(try await !transfer.send(server.request(.get, "/sized?65536")).isTruncated)
            #expect(try await transfer.send(server.request(.get, "/sized?65537")).isTruncated)
            var request = try server.request(.get, "/sized?0")
            request.responseLimit = 0
            #expect(try await !transfer.send(request).isTruncated)
        }
    }

    @Test func `of too many headers the first are kept`() async throws {
        try await withTransfer { transfer, server in
            let response = try await transfer.send(try server.request(.get, "/many-headers"))
            #expect(response.headers.fields.count == 100)
            #expect(response.text == "many")
        }
    }

    @Test func `a status that came whole is an answer, though the body broke off`() async throws {
        try await withTransfer { transfer, server in
            let response = try await transfer.send(try server.request(.post, "/partial"))
            #expect(response.status == 201)
            #expect(response.text == "part")
            #expect(response.isTruncated)
        }
    }

    @Test func `a connection is used again`() async throws {
        try await withTransfer { transfer, server in
            for _ in 0..<5 { _ = try await transfer.send(try server.request(.post, "/echo", body: [1, 2, 3])) }
            #expect(try server.report().connections == 1)
            #expect(try server.report().requests == ["/echo": 5])
        }
    }

    @Test func `two hundred requests at once are all answered, each with its own answer`() async throws {
        try await withTransfer(maximumConnections: 32) { transfer, server in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<200 {
                    let body = Array("body \(number)".utf8)
                    let request = try server.request(.post, "/echo?\(number)", body: body)
                    group.addTask {
                        let echo = try await transfer.send(request).echo
                        #expect(echo.target == "/echo?\(number)")
                        #expect(Array(echo.body) == body)
                    }
                }
                try await group.waitForAll()
            }
            #expect(try server.report().requests == ["/echo": 200])
            #expect(try server.report().connections <= 32)
        }
    }
}
