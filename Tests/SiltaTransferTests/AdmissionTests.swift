import Foundation
import Testing

@testable import SiltaTransfer

/// Where requests may go.
@Suite struct AdmissionTests {
    /// Spellings of the loopback interface, of this host, and of addresses that lead to them.
    private static let spellings = [
        "127.0.0.1", "localhost", "any.localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.0.0.1.", "LOCALHOST", "0.0.0.0",
        "0",
        "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::]", "[64:ff9b::7f00:1]", "%31%32%37.0.0.1", "①②⑦.0.0.1",
    ]

    @Test func `an address that is not listed sees no connection, however it is spelled`() async throws {
        try await withTransfer { transfer, server in
            for url in Self.spellings.flatMap({ ["http://\($0)", "https://\($0)"] }) {
                let failure = await transfer.failure(HTTPRequest(.post, "\(url):\(server.ports.plain)/echo", body: [1]))
                let codes: [TransferFailure.Code?] = [.forbiddenAddress, .malformedURL, .unresolvable]
                #expect(codes.contains(failure?.code), "\(url): \(failure?.sentence ?? "sent")")
                #expect(failure?.mayHaveArrived == false, "\(url)")
            }
            let report = try server.report()
            #expect(report.connections == 0)
            #expect(report.bytes == 0)
        }
    }

    @Test func `the refusal says which address and what would permit it`() async throws {
        try await withTransfer { transfer, server in
            let port = server.ports.plain
            let failure = await transfer.failure(HTTPRequest(.get, "https://127.0.0.1:\(port)/"))
            let reason = "127.0.0.1 is a loopback address, and nothing is sent there unless allow-addresses lists it"
            #expect(failure?.code == .forbiddenAddress)
            #expect(failure?.sentence == "\(reason) [host 127.0.0.1, port \(port)].")
        }
    }

    @Test func `localhost is reached over the address that is listed`() async throws {
        try await withTransfer { transfer, server in
            var request = try server.request(.get, "/echo")
            request.url = "http://localhost:\(server.ports.plain)/echo"
            #expect(try await transfer.send(request).status == 200)
        }
    }

    @Test func `a connection kept open under one policy is not used under another`() async throws {
        try await withTransfer { transfer, server in
            #expect(try await transfer.send(server.request(.get, "/echo")).status == 200)
            var request = try server.request(.get, "/echo")
            request.addresses = AddressPolicy()
            let failure = await transfer.failure(request)
            #expect(failure?.code == .forbiddenAddress)
            #expect(failure?.mayHaveArrived == false)
            #expect(try await transfer.send(server.request(.get, "/echo")).status == 200)
            #expect(try server.report().requests == ["/echo": 2])
        }
    }

    @Test func `plain http to a public address is refused`() throws {
        let request = HTTPRequest(.get, "http://vastaanotto.example/")
        var admission = Admission(try PreparedRequest(request))
        let address = try IPAddress("8.8.8.8")
        let admitted = [admission.admitsConnection(to: address), admission.admitsRequest(over: address)]
        #expect(admitted == [false, false])
        #expect(admission.refusal == .plain(address))
        #expect(!admission.hasTried)
        #expect(!admission.hasStarted)
    }

    @Test func `an address that cannot be read is refused`() throws {
        var admission = Admission(try PreparedRequest(HTTPRequest(.get, "https://vastaanotto.example/")))
        let admitted = [admission.admitsConnection(to: nil), admission.admitsRequest(over: nil)]
        #expect(admitted == [false, false])
        #expect(admission.refusal == .unreadable)
    }

    @Test func `a request is let onto a connection once`() throws {
        var admission = Admission(try PreparedRequest(HTTPRequest(.get, "https://vastaanotto.example/")))
        let address = try IPAddress("8.8.8.8")
        let admitted = [admission.admitsRequest(over: address), admission.admitsRequest(over: address)]
        #expect(admitted == [true, false])
        #expect(admission.hasStarted)
        #expect(admission.wouldRepeat)
    }

    @Test func `a confined policy keeps https from public addresses`() throws {
        var request = HTTPRequest(.get, "https://vastaanotto.example/")
        request.addresses = AddressPolicy(isConfined: true)
        var admission = Admission(try PreparedRequest(request))
        let isAdmitted = admission.admitsConnection(to: try IPAddress("8.8.8.8"))
        #expect(!isAdmitted)
    }

    @Test func `the environment's proxies are not looked at`() async {
        await #expect(processExitsWith: .success) {
            try await withTransfer { transfer, server in
                for name in ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
                    setenv(name, "http://127.0.0.1:\(server.ports.closed)", 1)
                }
                let response = try await transfer.send(try server.request(.get, "/echo"))
                try #require(response.status == 200)

                setenv("no_proxy", "*", 1)
                setenv("NO_PROXY", "*", 1)
                var request = try server.request(.get, "/echo")
                request.proxy = "http://127.0.0.1:\(server.ports.plain)"
                try #require(try await transfer.send(request).text == "proxied")
            }
        }
    }

    @Test func `a configured proxy carries https and sees none of it`() async throws {
        try await withTransfer(tls: true) { transfer, server in
            var request = try server.secureRequest("/echo")
            request.proxy = "http://127.0.0.1:\(server.ports.plain)"
            request.headers = ["Authorization": "Bearer geheim"]
            let response = try await transfer.send(request)
            #expect(try response.echo.values("authorization") == ["Bearer geheim"])
            #expect(response.headers.first("X-From-Proxy") == nil)
            let proxied = try server.report().proxied
            #expect(proxied.map(\.target) == ["127.0.0.1:\(server.ports.tls ?? 0)"])
            #expect(proxied.flatMap(\.headers).allSatisfy { !$0[1].contains("geheim") })
        }
    }

    @Test func `behind a proxy an address that is not listed is refused, and so is what needs an address and has a name`() async throws {
        try await withTransfer { transfer, server in
            for (url, confined, code) in [
                ("https://10.0.0.1/", false, TransferFailure.Code.forbiddenAddress),
                ("https://[::ffff:10.0.0.1]/", false, .forbiddenAddress), ("https://10.0.0.1./", false, .forbiddenAddress),
                ("https://0x0a000001/", false, .forbiddenAddress), ("http://8.8.8.8/", false, .forbiddenScheme),
                ("https://a.LOCALHOST./", false, .forbiddenAddress),
                ("http://vastaanotto.example/", false, .forbiddenScheme), ("https://vastaanotto.example/", true, .forbiddenAddress),
            ] {
                var request = try server.request(.get, "/")
                request.url = url
                request.addresses = AddressPolicy(isConfined: confined)
                request.proxy = "http://127.0.0.1:\(server.ports.plain)"
                let failure = await transfer.failure(request)
                #expect(failure?.code == code, "\(url)")
                #expect(failure?.mayHaveArrived == false, "\(url)")
            }
            #expect(try server.report().connections == 0)
        }
    }
}
