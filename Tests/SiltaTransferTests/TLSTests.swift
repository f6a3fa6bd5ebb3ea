import Testing

@testable import SiltaTransfer

@Suite struct TLSTests {
    @Test func `a certificate is trusted only under the configured file, and nothing is sent without`() async throws {
        try await withTransfer(tls: true) { transfer, server in
            var request = try server.secureRequest("/echo")
            request.caFile = nil
            let failure = await transfer.failure(request)
            #expect(failure?.code == .tls)
            #expect(failure?.mayHaveArrived == false)
            #expect(failure?.sentence.contains("certificate") == true)
            #expect(try server.report().requests.isEmpty)

            #expect(try await transfer.send(server.secureRequest("/echo")).status == 200)
            // The connection that is open now was made under other trust.
            #expect(await transfer.failure(request)?.code == .tls)
            #expect(try server.report().requests == ["/echo": 1])
        }
    }

    @Test func `a certificate for another host is refused`() async throws {
        try await withTransfer(tls: true) { transfer, server in
            var request = try server.secureRequest("/echo")
            request.url = "https://127.0.0.2:\(server.ports.tls ?? 0)/echo"
            #expect([.tls, .unreachable].contains(await transfer.failure(request)?.code))
            request.url = "https://other.localhost:\(server.ports.tls ?? 0)/echo"
            let failure = await transfer.failure(request)
            #expect(failure?.code == .tls)
            #expect(failure?.mayHaveArrived == false)
            #expect(try server.report().requests.isEmpty)
        }
    }

    @Test func `TLS before 1.2 is refused`() async throws {
        try await withTransfer(tls: true) { transfer, server in
            let failure = await transfer.failure(try server.secureRequest("/echo", port: server.ports.oldTLS))
            #expect(failure?.code == .tls)
            #expect(failure?.mayHaveArrived == false)
        }
    }

    @Test func `a client certificate is shown, and only where it is configured`() async throws {
        try await withTransfer(tls: true) { transfer, server in
            var request = try server.secureRequest("/echo", port: server.ports.clientCertificate)
            request.identity = TLSIdentity(certificatePath: server.file("cert.pem"), keyPath: server.file("key.pem"))
            #expect(try await transfer.send(request).status == 200)
            request.identity = nil
            // The server refuses after the handshake, when the request is on its way: whether it was read cannot be known.
            #expect(await transfer.failure(request)?.mayHaveArrived == true)
            #expect(try server.report().requests == ["/echo": 1])
        }
    }

    @Test func `a certificate file that is missing is a failure that says so`() async throws {
        try await withTransfer(tls: true) { transfer, server in
            var request = try server.secureRequest("/echo")
            request.caFile = "/nonexistent/ca.pem"
            #expect(await transfer.failure(request)?.code == .tls)
            request = try server.secureRequest("/echo")
            request.identity = TLSIdentity(certificatePath: "/nonexistent/cert.pem", keyPath: "/nonexistent/key.pem")
            let failure = await transfer.failure(request)
            #expect(failure?.code == .tls)
            #expect(failure?.mayHaveArrived == false)
        }
    }
}
