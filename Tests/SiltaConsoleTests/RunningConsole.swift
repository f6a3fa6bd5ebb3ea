import Foundation
import Glibc
import Logging
import Testing

@testable import SiltaConsole

/// A console that listens on a free port of this machine.
struct RunningConsole: Sendable {
    let address: LoopbackAddress

    static func with(
        host: String = "127.0.0.1", port: UInt16 = 0, report: @escaping @Sendable () async -> Report = { Report() },
        test: (RunningConsole) async throws -> Void
    ) async throws {
        let (addresses, continuation) = AsyncStream.makeStream(of: LoopbackAddress.self)
        let console = Console(
            listen: try LoopbackAddress(host: host, port: port), logger: .silent, report: report,
            onListening: { continuation.yield($0) })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { continuation.finish() }
                do { try await console.run() } catch is CancellationError {}
            }
            for await address in addresses {
                try await test(RunningConsole(address: address))
                break
            }
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    /// - Parameter host: the header; nil: none.
    func ask(_ method: String = "GET", _ path: String, host: String? = "localhost", headers: String = "") async throws -> Reply {
        let hostLine = host.map { "Host: \($0)\r\n" } ?? ""
        let text = try await exchange("\(method) \(path) HTTP/1.1\r\n\(hostLine)Connection: close\r\n\(headers)\r\n")
        return try #require(Reply(text), "\(text)")
    }

    /// Sends the text by a connection of its own, and answers with what came until the connection was closed.
    func exchange(_ text: String) async throws -> String {
        let connection = try Connection(to: address)
        return await withCheckedContinuation { continuation in
            // Not on the threads that the server needs.
            Thread.detachNewThread {
                connection.send(text)
                continuation.resume(returning: connection.rest())
            }
        }
    }
}

extension Logger {
    static var silent: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}

/// An answer as it stands on the wire.
struct Reply: Equatable {
    var status: Int
    var headers: [String: String]
    var body: String

    init?(_ text: String) {
        guard let end = text.range(of: "\r\n\r\n") else { return nil }
        let lines = text[..<end.lowerBound].components(separatedBy: "\r\n")
        let words = lines[0].split(separator: " ")
        guard words.count > 1, words[0] == "HTTP/1.1", let status = Int(words[1]) else { return nil }
        self.status = status
        headers = [:]
        for line in lines.dropFirst() {
            guard let colon = line.range(of: ": ") else { return nil }
            headers[line[..<colon.lowerBound].lowercased()] = String(line[colon.upperBound...])
        }
        body = String(text[end.upperBound...])
    }
}

/// A TCP connection that waits; not to be read where tasks run.
final class Connection: Sendable {
    private let descriptor: Int32

    init(to address: LoopbackAddress) throws {
        var wanted = addrinfo()
        wanted.ai_socktype = Int32(SOCK_STREAM.rawValue)
        wanted.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV
        var found: UnsafeMutablePointer<addrinfo>?
        try #require(getaddrinfo(address.host, String(address.port), &wanted, &found) == 0)
        defer { freeaddrinfo(found) }
        let place = try #require(found).pointee
        descriptor = socket(place.ai_family, place.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), 0)
        try #require(connect(descriptor, place.ai_addr, place.ai_addrlen) == 0)
    }

    deinit { close(descriptor) }

    /// False once the other side has closed.
    @discardableResult
    func send(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        var rest = bytes[...]
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard sent > 0 else { return false }
            rest = rest.dropFirst(sent)
        }
        return true
    }

    /// What comes until the other side closes.
    func rest() -> String {
        var text: [UInt8] = []
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = read(descriptor, &bytes, bytes.count), count > 0 { text += bytes.prefix(count) }
        return String(decoding: text, as: UTF8.self)
    }
}
