import SiltaCore
import SiltaFormats
import SiltaProof
import Testing

@testable import SiltaReceiver

struct AcceptanceTests {
    private let sender: Sender
    private let received = Reply(status: 200, body: #"{"status":"received"}"#)

    init() throws { sender = try Sender() }

    @Test func `a right referral is received, with its signature and its proof checked`() async throws {
        let notice = try sender.referral(.sample(1))
        try await RunningReceiver.with(sender) { receiver async throws in
            #expect(receiver.address.port != 0)
            #expect(try await receiver.send(notice) == received)
            let receipt = try #require(receiver.receipts.first)
            #expect(receiver.receipts.count == 1)
            #expect(receipt.number == 1 && receipt.isReceived && !receipt.isRepeat && receipt.status == 200 && receipt.refusal == nil)
            #expect(receipt.findings.isSigned && receipt.findings.notice == notice.id && receipt.findings.kind == .referral)
            #expect(receipt.findings.evidence == .verified(position: Position(5), checkpointSize: 11))
            #expect(receipt.findings.body?.bytes == notice.body)
            #expect(
                receipt.line == "1: received; referral \(notice.id); signature right; proved at position 5 of a log of 11; answered 200")
            let json = try JSON.parse(receipt.json)
            #expect(json["received"] == true && json["notice"] == notice.id.json && json["kind"] == "referral" && json["repeat"] == false)
            #expect(json["signature"] == true && json["evidence"] == "verified" && json["status"] == 200)
            #expect(json["body"]?.bytes == notice.body)
            #expect(!receipt.json.contains("\n"))
        }
    }

    @Test func `a message that comes again is a repeat, answered as before`() async throws {
        let notice = try sender.referral(.sample(1))
        try await RunningReceiver.with(sender) { receiver async throws in
            for _ in 0..<3 { #expect(try await receiver.send(notice) == received) }
            #expect(receiver.receipts.map(\.isRepeat) == [false, true, true])
            #expect(receiver.receipts.map(\.number) == [1, 2, 3])
            #expect(receiver.receipts[1].line.hasPrefix("2: received again; referral"))
        }
    }

    @Test func `the same identifier with another body is a conflict, and the first stays`() async throws {
        let folder = TemporaryFolder()
        let (first, second) = (try sender.referral(.sample(1)), try sender.referral(.sample(1), name: "Eino Toinen"))
        try await RunningReceiver.with(sender, { $0.folder = folder.path }) { receiver async throws in
            #expect(try await receiver.send(first) == received)
            #expect(try await receiver.send(second) == Reply(status: 409, body: #"{"status":"rejected"}"#))
            #expect(try await receiver.send(first) == received)
            #expect(receiver.receipts[1].refusal == .anotherBody)
            #expect(folder.bytes("\(first.id).json") == first.body)
        }
    }

    @Test func `a withdrawal says whether the referral that it takes back is known`() async throws {
        let referral = try sender.referral(.sample(1))
        let known = try sender.withdrawal(.sample(2), of: .sample(1))
        let unknown = try sender.withdrawal(.sample(3), of: .sample(9))
        let ofWithdrawal = try sender.withdrawal(.sample(4), of: .sample(2))
        try await RunningReceiver.with(sender) { receiver async throws in
            for notice in [referral, known, unknown, ofWithdrawal] { #expect(try await receiver.send(notice) == received) }
            let receipts = receiver.receipts
            #expect(receipts.map(\.findings.withdraws) == [nil, .sample(1), .sample(9), .sample(2)])
            #expect(receipts.map(\.isReferralKnown) == [false, true, false, false])
            #expect(receipts[1].findings.kind == .withdrawal)
            #expect(receipts[2].line.contains("which takes back \(NoticeID.sample(9)), a referral that is not known here"))
            #expect(try JSON.parse(receipts[1].json)["known"] == true)
        }
    }

    @Test func `two requests at once with the same identifier count once`() async throws {
        let folder = TemporaryFolder()
        let notice = try sender.referral(.sample(1))
        try await RunningReceiver.with(sender, { $0.folder = folder.path }) { receiver async throws in
            try await withThrowingTaskGroup(of: Reply.self) { group in
                for _ in 0..<16 { group.addTask { try await receiver.send(notice) } }
                for try await reply in group { #expect(reply == received) }
            }
            #expect(receiver.receipts.count == 16)
            #expect(receiver.receipts.count { !$0.isRepeat } == 1)
            #expect(folder.names == ["\(notice.id).json"])
        }
    }

    @Test func `without the log's keys the proof is said to be not checked`() async throws {
        var notice = try sender.referral(.sample(1))
        notice.headers[Evidence.header] = "AAAA"
        try await RunningReceiver.with(sender, { $0.proofKeys = nil }) { receiver async throws in
            #expect(try await receiver.send(notice) == received)
            #expect(receiver.receipts[0].findings.evidence == .notChecked)
            #expect(receiver.receipts[0].line.contains("proof not checked"))
            #expect(try JSON.parse(receiver.receipts[0].json)["evidence"] == "not-checked")
        }
    }

    @Test func `the largest message of the log has room`() async throws {
        let notice = try sender.referral(.sample(1), name: String(repeating: "ä", count: 23_500))
        try await RunningReceiver.with(sender) { receiver async throws in
            #expect(notice.headers[Evidence.header]!.utf8.count > 80_000)
            #expect(try await receiver.send(notice) == received)
        }
    }
}
