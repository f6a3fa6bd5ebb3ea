import Foundation
import Logging
import ServiceLifecycle
import Testing

@testable import SiltaConsole

struct LimitsTests {
    @Test func `only a loopback address can be listened on`() throws {
        for text in ["127.0.0.1:8701", "[::1]:0", "127.250.1.1:65535"] { #expect(try LoopbackAddress(parsing: text).description == text) }
        #expect(try LoopbackAddress(parsing: "localhost:80").description == "127.0.0.1:80")
        for text in ["", "127.0.0.1", ":80", "127.0.0.1:", "127.0.0.1:65536", "::1:80", "[]:80", "127.0.0.1:-1"] {
            #expect(throws: ConsoleError.address(text)) { try LoopbackAddress(parsing: text) }
        }
        for host in ["0.0.0.0", "192.168.1.5", "::", "::2", "127.0.0.1.example", "127.1", "example.org", "127.0.0.256", ""] {
            #expect(throws: ConsoleError.notLoopback(host: host)) { try LoopbackAddress(host: host, port: 1) }
        }
        let sentence = "A console listens on a loopback address, such as 127.0.0.1 or ::1, so that only this machine's programs reach it"
        #expect(ConsoleError.notLoopback(host: "::").description == sentence + " [found: ::]")
    }

    @Test func `it listens on IPv6 too`() async throws {
        try await RunningConsole.with(host: "::1") { console async throws in
            #expect(console.address.description.hasPrefix("[::1]:"))
            #expect(try await console.ask("GET", "/healthz").status == 200)
        }
    }

    @Test func `a port that is taken is said so`() async throws {
        try await RunningConsole.with { console async throws in
            do {
                try await RunningConsole.with(port: console.address.port) { _ in Issue.record("it listens twice") }
            } catch let error as ConsoleError {
                #expect(error.description.hasPrefix("The console cannot listen: "), "\(error)")
                #expect(error.description.hasSuffix("[address: \(console.address)]"))
            }
        }
    }

    @Test func `a connection is used again`() async throws {
        try await RunningConsole.with { console async throws in
            let one = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
            let text = try await console.exchange("\(one)\r\n\(one)Content-Length: 4\r\n\r\nbody\(one)Connection: close\r\n\r\n")
            #expect(text.components(separatedBy: "HTTP/1.1 200 OK\r\n").count == 4)
        }
    }

    @Test func `a body that is longer than the limit closes the connection, however it is sent`() async throws {
        try await RunningConsole.with { console async throws in
            let head = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
            let long = String(repeating: "x", count: Console.Limit.body + 1)
            #expect(try await console.exchange("\(head)Content-Length: 1000000000\r\n\r\n\(long)") == "")
            #expect(try await console.exchange("\(head)Transfer-Encoding: chunked\r\n\r\n1001\r\n\(long)\r\n") == "")
            let right = String(repeating: "x", count: Console.Limit.body)
            #expect(try await console.ask("GET", "/healthz", headers: "Content-Length: 4096\r\n\r\n\(right)").status == 200)
        }
    }

    @Test func `headers beyond the limit are refused`() async throws {
        try await RunningConsole.with { console async throws in
            let long = String(repeating: "x", count: Console.Limit.headers)
            #expect(try await console.ask("GET", "/healthz", headers: "X-Long: \(long)\r\n").status == 400)
            let many = (0...Console.Limit.headerCount).map { "X-\($0): x\r\n" }.joined()
            #expect(try await console.ask("GET", "/healthz", headers: many).status == 400)
        }
    }

    @Test func `a process that does not answer is asked no more than a few times at once`() async throws {
        let (asked, continuation) = AsyncStream.makeStream(of: Void.self)
        let (gate, opening) = AsyncStream.makeStream(of: Void.self)
        let report: @Sendable () async -> Report = {
            continuation.yield()
            for await _ in gate {}
            return Report()
        }
        try await RunningConsole.with(report: report) { console async throws in
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<Console.Limit.reports { group.addTask { try await console.ask("GET", "/healthz").status } }
                var waiting = asked.makeAsyncIterator()
                for _ in 0..<Console.Limit.reports { _ = await waiting.next() }
                let reply = try await console.ask("GET", "/healthz")
                #expect(reply.status == 503 && reply.body == Answer.busy.body)
                opening.finish()
                for try await status in group { #expect(status == 200) }
            }
            #expect(try await console.ask("GET", "/healthz").status == 200)
        }
    }

    @Test func `what comes beyond the connections there may be waits, and is answered when there is room`() async throws {
        try await RunningConsole.with { console async throws in
            var idle = try (0..<Console.Limit.connections).map { _ in try Connection(to: console.address) }
            async let reply = console.ask("GET", "/healthz")
            idle.removeAll()
            #expect(try await reply.status == 200)
        }
    }

    @Test(.timeLimit(.minutes(1))) func `a sender that dawdles is hung up on`() async throws {
        try await RunningConsole.with { console async throws in
            async let body = console.exchange("GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf")
            async let head = console.exchange("GET /healthz HTTP/1.1\r\nHost: loc")
            #expect(try await body == "")
            #expect(try await head.hasPrefix("HTTP/1.1 200") == false)
        }
    }

    @Test(.timeLimit(.minutes(1))) func `a service group ends it gracefully, with requests half sent and a report that waits`() async throws
    {
        let (addresses, continuation) = AsyncStream.makeStream(of: LoopbackAddress.self)
        let (asked, asking) = AsyncStream.makeStream(of: Void.self)
        let console = Console(
            listen: try LoopbackAddress(host: "127.0.0.1", port: 0), logger: .silent,
            report: {
                asking.yield()
                try? await Task.sleep(for: .seconds(600))
                return Report()
            }, onListening: { continuation.yield($0) })
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [console], logger: .silent))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            var found = addresses.makeAsyncIterator()
            let running = RunningConsole(address: try #require(await found.next()))
            let half = try Connection(to: running.address)
            half.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf")
            let headless = try Connection(to: running.address)
            headless.send("GET /hea")
            tasks.addTask { _ = try await running.exchange("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n") }
            for await _ in asked { break }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            withExtendedLifetime((half, headless)) {}
        }
    }

    @Test(.timeLimit(.minutes(1))) func `cancelling ends it, with a report that waits`() async throws {
        let (asked, asking) = AsyncStream.makeStream(of: Void.self)
        let report: @Sendable () async -> Report = {
            asking.yield()
            try? await Task.sleep(for: .seconds(600))
            return Report()
        }
        try await RunningConsole.with(report: report) { console async throws in
            let connection = try Connection(to: console.address)
            connection.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            for await _ in asked { break }
        }
    }
}
