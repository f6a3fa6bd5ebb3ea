import Foundation
import Testing

@testable import SiltaSocket

/// A real socket in a temporary folder.
struct SocketTests {
    private let path = FileManager.default.temporaryDirectory.appendingPathComponent("silta-\(UInt32.random(in: 0 ... .max)).sock").path

    /// Serves for as long as the body runs.
    private func serving(
        _ answer: @escaping @Sendable (Caller, [UInt8]) async -> [UInt8], _ body: @Sendable @escaping () async throws -> Void
    ) async throws {
        let server = try SocketServer(path: path, group: nil)
        let path = path
        try await withThrowingTaskGroup { group in
            group.addTask { try await server.run(answer: answer) }
            while !FileManager.default.fileExists(atPath: path) || !isListened(path) { try await Task.sleep(for: .milliseconds(5)) }
            try await body()
            group.cancelAll()
        }
        #expect(!FileManager.default.fileExists(atPath: path), "it leaves no socket behind")
    }

    private func isListened(_ path: String) -> Bool {
        guard let descriptor = try? SocketAddress(path).connect() else { return false }
        close(descriptor)
        return true
    }

    /// On a thread of its own: the client blocks.
    private func ask(_ line: String) async throws -> [String] {
        let path = path
        return try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(
                    with: Result {
                        var lines: [String] = []
                        try SocketClient.ask(path, Array(line.utf8)) { lines.append(String(decoding: $0, as: UTF8.self)) }
                        return lines
                    })
            }
        }
    }

    @Test func `a line is answered line by line, and the kernel says who asked`() async throws {
        try await serving { caller, line in
            Array("\(caller.userID)\n".utf8) + line + Array("\n".utf8)
        } _: {
            let lines = try await ask("hello")
            #expect(lines == ["\(geteuid())", "hello"])
        }
    }

    @Test func `an answer of many megabytes comes whole, to many at once`() async throws {
        try await serving { _, line in
            Array(repeatElement(line + Array("\n".utf8), count: 20_000).joined())
        } _: {
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<4 {
                    group.addTask {
                        try await ask("a line of number \(number)") == [String](repeating: "a line of number \(number)", count: 20_000)
                    }
                }
                for try await isWhole in group { #expect(isWhole) }
            }
        }
    }

    @Test func `a request that is too long or never ends is not answered`() async throws {
        try await serving { _, _ in
            Array("answered\n".utf8)
        } _: {
            let lines = try? await ask(String(repeating: "x", count: SocketServer.Limit.request + 100_000))
            #expect(lines != ["answered"])
            let answer = try await ask("short")
            #expect(answer == ["answered"])
        }
    }

    @Test func `nobody there is told apart from nobody allowed`() throws {
        let failure = #expect(throws: SocketFailure.self) { try SocketClient.ask(path, []) { _ in } }
        #expect(failure?.code == .absent)
    }

    @Test func `a socket that a dead process left behind is replaced, one that is answered is not`() async throws {
        try Data().write(to: URL(fileURLWithPath: path))
        _ = try? SocketServer(path: path, group: nil)
        try FileManager.default.removeItem(atPath: path)
        try await serving { _, _ in
            []
        } _: {
            let failure = #expect(throws: SocketFailure.self) { try SocketServer(path: path, group: nil) }
            #expect(failure?.code == .taken)
        }
    }

    @Test func `a path that no socket can have says how long it may be`() {
        let failure = #expect(throws: SocketFailure.self) { try SocketServer(path: "/" + String(repeating: "x", count: 200), group: nil) }
        #expect(failure?.description.contains("107 bytes") == true)
    }
}
