import Foundation
import FoundationNetworking
import SiltaFormats
import SiltaProof
import Synchronization
import SiltaReceiver

enum Base64Text {
    static func of(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
}

/// What a receiver printed.
final class Receipts: Sendable {
    private let receipts = Mutex<[Receipt]>([])
    var all: [Receipt] { receipts.withLock { $0 } }
    func append(_ receipt: Receipt) { receipts.withLock { $0.append(receipt) } }
}

struct Reply: Equatable {
    var status: Int
    var body: String
    var retryAfter: String?
}

/// A receiver that listens on a free port of this machine.
struct RunningReceiver: Sendable {
    let address: ListenAddress
    private let printed: Receipts

    var receipts: [Receipt] { printed.all }

    static func with(
        _ sender: Sender, _ change: (inout Receiver.Settings) -> Void = { _ in }, test: (RunningReceiver) async throws -> Void
    ) async throws {
        var settings = Receiver.Settings(address: ListenAddress(host: "127.0.0.1", port: 0), secret: sender.secret)
        settings.proofKeys = ProofKeys(key: sender.signer.verifierKey)
        change(&settings)
        let printed = Receipts()
        let (addresses, continuation) = AsyncStream.makeStream(of: ListenAddress.self)
        let receiver = try Receiver(
            settings: settings, now: { Sender.now }, onListening: { continuation.yield($0) }, print: { printed.append($0) })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { continuation.finish() }
                do { try await receiver.run() } catch is CancellationError {}
            }
            for await address in addresses {
                try await test(RunningReceiver(address: address, printed: printed))
                break
            }
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    @discardableResult
    func send(_ notice: Notice, headers: [String: String]? = nil) async throws -> Reply {
        var request = URLRequest(url: URL(string: "http://\(address)/notices")!, timeoutInterval: 20)
        request.httpMethod = notice.method
        for (name, value) in try headers ?? notice.signed() { request.setValue(value, forHTTPHeaderField: name) }
        if notice.method != "GET" { request.httpBody = Data(notice.body) }
        let session = URLSession(configuration: .ephemeral)
        defer { session.finishTasksAndInvalidate() }
        let (data, response) = try await session.data(for: request)
        let answer = response as! HTTPURLResponse
        return Reply(
            status: answer.statusCode, body: String(decoding: data, as: UTF8.self),
            retryAfter: answer.value(forHTTPHeaderField: "Retry-After"))
    }
}

/// A folder that is gone after the test.
struct TemporaryFolder: ~Copyable {
    let path = FileManager.default.temporaryDirectory.path + "/receiver-\(UUID().uuidString)"
    deinit { try? FileManager.default.removeItem(atPath: path) }

    var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }
    func bytes(_ name: String) -> [UInt8]? { FileManager.default.contents(atPath: "\(path)/\(name)").map(Array.init) }
    func write(_ text: String, _ name: String) { _ = FileManager.default.createFile(atPath: "\(path)/\(name)", contents: Data(text.utf8)) }
}
