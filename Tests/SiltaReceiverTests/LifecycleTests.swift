import Foundation
import Glibc
import SiltaFormats
import SiltaProof
import Testing

@testable import SiltaReceiver

struct LifecycleTests {
    @Test(arguments: [
        "0.0.0.0:0", "192.168.1.5:80", "[::]:0", "[::2]:0", "127.0.0.1.example:80", "127.1:80", "example.org:80", "127.0.0.256:1",
    ])
    func `only this machine's own programs reach a receiver that was not told otherwise`(text: String) throws {
        let address = try ListenAddress(parsing: text)
        let secret = try Sender().secret
        var settings = Receiver.Settings(address: address, secret: secret)
        #expect(throws: ReceiverError.notLoopback(host: address.host)) { try Receiver(settings: settings, now: { 0 }, print: { _ in }) }
        settings.allowsAnyAddress = true
        _ = try Receiver(settings: settings, now: { 0 }, print: { _ in })
    }

    @Test func `addresses are read and written in one way`() throws {
        for text in ["127.0.0.1:8700", "[::1]:0", "127.250.1.1:65535"] {
            let address = try ListenAddress(parsing: text)
            #expect(address.description == text && address.isLoopback)
        }
        #expect(try ListenAddress(parsing: "localhost:80").description == "127.0.0.1:80")
        for text in ["", "127.0.0.1", ":80", "127.0.0.1:", "127.0.0.1:65536", "::1:80", "[]:80", "127.0.0.1:-1"] {
            #expect(throws: ReceiverError.address(text)) { try ListenAddress(parsing: text) }
        }
    }

    @Test func `it listens on IPv6 too`() async throws {
        let sender = try Sender()
        try await RunningReceiver.with(sender, { $0.address = ListenAddress(host: "::1", port: 0) }) { receiver async throws in
            #expect(receiver.address.description.hasPrefix("[::1]:"))
            let request = try WholeRequest(try sender.referral(.sample(1)), to: receiver.address)
            #expect(request.firstBytes(12) == "HTTP/1.1 200")
            request.close()
        }
    }

    @Test func `a port that is taken is said so`() async throws {
        let sender = try Sender()
        try await RunningReceiver.with(sender) { receiver async throws in
            do {
                try await RunningReceiver.with(sender, { $0.address = receiver.address }) { _ in Issue.record("it listens twice") }
            } catch let error as ReceiverError {
                #expect(error.description.hasPrefix("The receiver cannot listen: "), "\(error)")
                #expect(error.description.hasSuffix("[address: \(receiver.address)]"))
            }
        }
    }

    @Test(.timeLimit(.minutes(1))) func `cancelling ends it, with a wait and a half-sent request open`() async throws {
        let sender = try Sender()
        let clock = ContinuousClock()
        let plan = try AnswerPlan(trouble: nil, wait: .seconds(600))
        let duration = try await clock.measure {
            try await RunningReceiver.with(sender, { $0.plan = plan }) { receiver async throws in
                let half = try HalfRequest(to: receiver.address)
                await withDiscardingTaskGroup { group in
                    group.addTask { _ = try? await receiver.send(try sender.referral(.sample(1))) }
                    while receiver.receipts.isEmpty { try? await Task.sleep(for: .milliseconds(20)) }
                    group.cancelAll()
                }
                half.close()
            }
        }
        #expect(duration < .seconds(15))
    }

    @Test(arguments: [SIGTERM, SIGINT]) func `a signal ends it gracefully, with a wait and a half-sent request open`(signal: Int32) async {
        await #expect(processExitsWith: .exitCode(42)) { [signal] in
            let sender = try Sender()
            let (addresses, continuation) = AsyncStream.makeStream(of: ListenAddress.self)
            var settings = Receiver.Settings(address: ListenAddress(host: "127.0.0.1", port: 0), secret: sender.secret)
            settings.plan = try AnswerPlan(trouble: nil, wait: .seconds(600))
            settings.proofKeys = ProofKeys(key: sender.signer.verifierKey)
            let receiver = try Receiver(
                settings: settings, now: { Sender.now }, onListening: { continuation.yield($0) },
                print: { _ in kill(getpid(), signal) })
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for await address in addresses {
                        let half = try HalfRequest(to: address)
                        let whole = try WholeRequest(try sender.referral(.sample(1)), to: address)
                        // Both stay open until the process is over.
                        try await Task.sleep(for: .seconds(60))
                        half.close()
                        whole.close()
                    }
                }
                try await receiver.run()
                exit(42)
            }
        }
    }
}

/// A connection by which something was sent that is not waited for.
private struct Connection {
    let descriptor: Int32

    init(to address: ListenAddress, sending bytes: [UInt8]) throws {
        var wanted = addrinfo()
        wanted.ai_socktype = Int32(SOCK_STREAM.rawValue)
        wanted.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV
        var found: UnsafeMutablePointer<addrinfo>?
        try #require(getaddrinfo(address.host, String(address.port), &wanted, &found) == 0)
        defer { freeaddrinfo(found) }
        let place = try #require(found).pointee
        descriptor = socket(place.ai_family, place.ai_socktype, 0)
        try #require(connect(descriptor, place.ai_addr, place.ai_addrlen) == 0)
        try #require(write(descriptor, bytes, bytes.count) == bytes.count)
    }
}

private struct HalfRequest {
    private let connection: Connection

    init(to address: ListenAddress) throws {
        connection = try Connection(to: address, sending: Array("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf".utf8))
    }

    func close() { _ = Glibc.close(connection.descriptor) }
}

private struct WholeRequest {
    private let connection: Connection

    init(_ notice: Notice, to address: ListenAddress) throws {
        let headers = try notice.signed().map { "\($0): \($1)\r\n" }.joined()
        let head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: \(notice.body.count)\r\n\(headers)\r\n"
        connection = try Connection(to: address, sending: Array(head.utf8) + notice.body)
    }

    /// Of the answer, once it comes.
    func firstBytes(_ count: Int) -> String {
        var bytes = [UInt8](repeating: 0, count: count)
        let read = Glibc.read(connection.descriptor, &bytes, count)
        return String(decoding: bytes.prefix(max(0, read)), as: UTF8.self)
    }

    func close() { _ = Glibc.close(connection.descriptor) }
}
