import Foundation
import SiltaCore
import SiltaFormats
import Testing

@testable import SiltaReceiver

struct FolderTests {
    private let sender: Sender

    init() throws { sender = try Sender() }

    @Test func `each received body is a file of its own, byte for byte, for the owner only`() async throws {
        let folder = TemporaryFolder()
        let (referral, withdrawal) = (try sender.referral(.sample(1)), try sender.withdrawal(.sample(2), of: .sample(1)))
        try await RunningReceiver.with(sender, { $0.folder = folder.path }) { receiver async throws in
            for notice in [referral, withdrawal, referral] { try await receiver.send(notice) }
        }
        #expect(folder.names == ["\(referral.id).json", "\(withdrawal.id).json"].sorted())
        #expect(folder.bytes("\(referral.id).json") == referral.body)
        #expect(folder.bytes("\(withdrawal.id).json") == withdrawal.body)
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder.path)/\(referral.id).json")
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test func `what was received before a restart is known after it`() async throws {
        let folder = TemporaryFolder()
        let referral = try sender.referral(.sample(1))
        try await RunningReceiver.with(sender, { $0.folder = folder.path }) { receiver async throws in try await receiver.send(referral) }
        folder.write("cut short", ".\(NoticeID.sample(3)).7.json.partial")
        folder.write("of somebody else", "README")
        try await RunningReceiver.with(sender, { $0.folder = folder.path }) { receiver async throws in
            try await receiver.send(referral)
            try await receiver.send(try sender.withdrawal(.sample(2), of: .sample(1)))
            #expect(try await receiver.send(try sender.referral(.sample(1), name: "Eino Toinen")).status == 409)
            #expect(receiver.receipts.map(\.isRepeat) == [true, false, false])
            #expect(receiver.receipts[1].isReferralKnown)
        }
        #expect(folder.names.count == 3 && folder.names.contains("README"))
    }

    @Test func `what another receiver of the same folder has written is not written over`() async throws {
        let folder = TemporaryFolder()
        let (same, other) = (try sender.referral(.sample(1)), try sender.referral(.sample(2)))
        try await RunningReceiver.with(sender, { $0.folder = folder.path }) { receiver async throws in
            folder.write(String(decoding: same.body, as: UTF8.self), "\(same.id).json")
            folder.write("{}", "\(other.id).json")
            #expect(try await receiver.send(same).status == 200)
            #expect(try await receiver.send(other).status == 409)
            #expect(receiver.receipts[0].isRepeat)
        }
        #expect(folder.bytes("\(other.id).json") == Array("{}".utf8))
        #expect(folder.names.count == 2)
    }

    @Test func `a message that cannot be kept is not received`() async throws {
        let folder = TemporaryFolder()
        let notice = try sender.referral(.sample(1))
        try await RunningReceiver.with(sender, { $0.folder = folder.path }) { receiver async throws in
            try FileManager.default.removeItem(atPath: folder.path)
            #expect(try await receiver.send(notice) == Reply(status: 500, body: #"{"status":"rejected"}"#))
            #expect(receiver.receipts[0].refusal == .notKept("No such file or directory"))
            try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: false)
            #expect(try await receiver.send(notice).status == 200)
            #expect(receiver.receipts.map(\.isRepeat) == [false, false])
        }
    }

    @Test func `a folder that holds what no receiver wrote, or cannot be made, is refused by name`() async throws {
        let folder = TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: false)
        folder.write("{}", "\(NoticeID.sample(1)).json")
        let file = "\(folder.path)/\(NoticeID.sample(1)).json"
        await #expect(throws: ReceiverError.folder(path: file, problem: "the file is not the message of its name: move it away")) {
            try await RunningReceiver.with(sender, { $0.folder = folder.path }) { _ in }
        }
        await #expect(throws: ReceiverError.folder(path: "/nowhere/at/all", problem: "No such file or directory")) {
            try await RunningReceiver.with(sender, { $0.folder = "/nowhere/at/all" }) { _ in }
        }
    }

    @Test func `a full memory takes no new message, and still knows the old`() throws {
        var known = KnownMessages(limit: 1)
        let first = Examiner.Accepted(id: .sample(1), kind: .referral, body: [1])
        let second = Examiner.Accepted(id: .sample(2), kind: .referral, body: [1])
        #expect(try known.meet(first) == (1, false))
        known.receive(first)
        #expect(throws: NoticeRefusal.full(limit: 1)) { try known.meet(second) }
        #expect(try known.meet(first) == (2, true))
    }
}
