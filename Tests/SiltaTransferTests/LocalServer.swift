import Foundation
import SiltaTesting
import Synchronization

@testable import SiltaTransfer

/// The server of `Server/server.py`, running as a program of its own on the loopback interface.
final class LocalServer: Sendable {
    struct Ports: Decodable {
        let plain: Int
        let closed: Int
        let tls: Int?
        let clientCertificate: Int?
        let oldTLS: Int?
    }

    /// What the server has seen.
    struct Report: Decodable {
        let connections: Int
        let bytes: Int
        let requests: [String: Int]
        let proxied: [Proxied]
        let hugeBytes: Int
    }

    /// A request that came as to a proxy: its target and its headers.
    struct Proxied: Decodable {
        let target: String
        let headers: [[String]]

        init(from decoder: any Decoder) throws {
            var container = try decoder.unkeyedContainer()
            target = try container.decode(String.self)
            headers = try container.decode([[String]].self)
        }
    }

    /// What `/echo` says of a request.
    struct Echo: Decodable {
        let method: String
        let target: String
        let headers: [[String]]
        let connection: Int
        let body: Data

        func values(_ name: String) -> [String] {
            headers.filter { $0[0].lowercased() == name.lowercased() }.map { $0[1] }
        }
    }

    let ports: Ports
    private let input: FileHandle
    private let output: Mutex<FileHandle>
    private let folder: URL?

    init(withTLS: Bool = false) throws {
        let process = Process()
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Server/server.py")
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-W", "ignore", script.path]
        var folder: URL?
        if withTLS {
            let new = FileManager.default.temporaryDirectory.appendingPathComponent("silta-transfer-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: new, withIntermediateDirectories: true)
            process.arguments? += ["--tls", new.path]
            folder = new
        }
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        self.folder = folder
        self.input = input.fileHandleForWriting
        ports = try JSONDecoder().decode(Ports.self, from: output.fileHandleForReading.line())
        self.output = Mutex(output.fileHandleForReading)
    }

    deinit {
        try? input.close()
        if let folder { try? FileManager.default.removeItem(at: folder) }
    }

    func report() throws -> Report {
        let line = try output.withLock { output in
            try input.write(contentsOf: Data("report\n".utf8))
            return try output.line()
        }
        return try JSONDecoder().decode(Report.self, from: line)
    }

    /// The path of a file that the server made in its folder.
    func file(_ name: String) -> String {
        folder?.appendingPathComponent(name).path ?? ""
    }

    /// A request to the server that its address is permitted for.
    func request(_ method: HTTPRequest.Method, _ path: String, headers: HTTPHeaders = [:], body: [UInt8] = []) throws -> HTTPRequest {
        var request = HTTPRequest(method, "http://127.0.0.1:\(ports.plain)\(path)", headers: headers, body: body)
        request.addresses = try .loopback
        request.timeout = .seconds(60)
        return request
    }

    /// Likewise over TLS, trusting the server's certificate.
    func secureRequest(_ path: String, port: Int? = nil) throws -> HTTPRequest {
        var request = try request(.get, path)
        request.url = "https://127.0.0.1:\(port ?? ports.tls ?? 0)\(path)"
        request.caFile = file("cert.pem")
        return request
    }

    /// Waits until the server has seen as many requests of that path.
    func hasSeen(_ count: Int, of path: String) async throws {
        while try report().requests[path, default: 0] < count { try await Task.sleep(for: .milliseconds(10)) }
    }
}

extension AddressPolicy {
    static var loopback: AddressPolicy {
        get throws { try AddressPolicy(allowed: [AddressRange("127.0.0.0/8")]) }
    }
}

extension HTTPResponse {
    var echo: LocalServer.Echo {
        get throws { try JSONDecoder().decode(LocalServer.Echo.self, from: Data(body)) }
    }

    var text: String { String(decoding: body, as: UTF8.self) }
}

/// Runs `body` with a transfer of its own and a server, and ends the transfer afterwards.
func withTransfer(
    tls: Bool = false, maximumConnections: Int = 64, maximumRequests: Int = 1024,
    _ body: (Transfer, LocalServer) async throws -> Void
) async throws {
    let server = try LocalServer(withTLS: tls)
    let transfer = Transfer(userAgent: "silta/test", maximumConnections: maximumConnections, maximumRequests: maximumRequests)
    do {
        try await body(transfer, server)
    } catch {
        await transfer.shutDown()
        throw error
    }
    await transfer.shutDown()
}

extension Transfer {
    /// The failure of a request that must fail; nil, which no expectation accepts, where there is an answer.
    func failure(_ request: HTTPRequest) async -> TransferFailure? {
        do throws(TransferFailure) {
            _ = try await send(request)
            return nil
        } catch {
            return error
        }
    }
}
