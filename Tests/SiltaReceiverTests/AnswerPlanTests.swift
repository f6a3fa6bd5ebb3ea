import SiltaCore
import SiltaFormats
import Testing

@testable import SiltaReceiver

struct AnswerPlanTests {
    private let sender: Sender

    init() throws { sender = try Sender() }

    @Test func `a status for everything keeps nothing, and tells when to come again`() async throws {
        let folder = TemporaryFolder()
        let plan = try AnswerPlan(trouble: .status(503), retryAfter: .seconds(120))
        try await RunningReceiver.with(
            sender,
            {
                $0.plan = plan; $0.folder = folder.path
            }
        ) { receiver async throws in
            let notice = try sender.referral(.sample(1))
            for _ in 0..<2 {
                #expect(try await receiver.send(notice) == Reply(status: 503, body: #"{"status":"rejected"}"#, retryAfter: "120"))
            }
            #expect(receiver.receipts.allSatisfy { !$0.isReceived && !$0.isRepeat && $0.refusal == .asPlanned(status: 503) })
            #expect(folder.names.isEmpty)
            var wrong = notice
            wrong.headers[Evidence.header] = nil
            #expect(try await receiver.send(wrong) == Reply(status: 422, body: #"{"status":"rejected"}"#))
        }
    }

    @Test func `the first requests of each message fail, and the next one is received as new`() async throws {
        let plan = try AnswerPlan(trouble: .status(500), extent: .firstRequests(2))
        try await RunningReceiver.with(sender, { $0.plan = plan }) { receiver async throws in
            for id in [NoticeID.sample(1), .sample(2)] {
                let notice = try sender.referral(id)
                var statuses: [Int] = []
                for _ in 0..<4 { statuses.append(try await receiver.send(notice).status) }
                #expect(statuses == [500, 500, 200, 200])
            }
            #expect(receiver.receipts.map(\.isRepeat) == [false, false, false, true, false, false, false, true])
        }
    }

    @Test func `another success is received`() async throws {
        for status in [202, 204] {
            let plan = try AnswerPlan(trouble: .status(status))
            try await RunningReceiver.with(sender, { $0.plan = plan }) { receiver async throws in
                let reply = try await receiver.send(try sender.referral(.sample(1)))
                #expect(reply == Reply(status: status, body: status == 204 ? "" : #"{"status":"received"}"#))
                #expect(receiver.receipts[0].isReceived)
            }
        }
    }

    @Test func `a connection closed without an answer leaves the message received, and the retry a repeat`() async throws {
        let plan = try AnswerPlan(trouble: .hangUp, extent: .firstRequests(1))
        try await RunningReceiver.with(sender, { $0.plan = plan }) { receiver async throws in
            let notice = try sender.referral(.sample(1))
            await #expect(throws: (any Error).self) { try await receiver.send(notice) }
            #expect(try await receiver.send(notice).status == 200)
            #expect(receiver.receipts.map(\.isRepeat) == [false, true])
            #expect(receiver.receipts.map(\.status) == [nil, 200])
            #expect(receiver.receipts[0].isReceived && receiver.receipts[0].line.contains("not answered"))
            #expect(try JSON.parse(receiver.receipts[0].json)["status"] == .null)
        }
    }

    @Test func `an answer waits as long as it is told`() async throws {
        let plan = try AnswerPlan(trouble: nil, wait: .milliseconds(400))
        try await RunningReceiver.with(sender, { $0.plan = plan }) { receiver async throws in
            let notice = try sender.referral(.sample(1))
            let clock = ContinuousClock()
            let duration = try await clock.measure { () async throws in #expect(try await receiver.send(notice).status == 200) }
            #expect(duration >= .milliseconds(400))
        }
    }

    @Test func `a plan that makes no sense is refused with a sentence`() {
        func sentence(_ plan: () throws(ReceiverError) -> AnswerPlan) -> String? {
            do {
                _ = try plan()
                return nil
            } catch {
                return error.description
            }
        }
        #expect(
            sentence { () throws(ReceiverError) in try AnswerPlan(trouble: .status(700)) }
                == "The answers cannot be planned so: a status must be between 200 and 599 [status: 700]")
        #expect(sentence { () throws(ReceiverError) in try AnswerPlan(trouble: .hangUp, extent: .firstRequests(-1)) } != nil)
        #expect(sentence { () throws(ReceiverError) in try AnswerPlan(trouble: nil, retryAfter: .milliseconds(1500)) } != nil)
        #expect(sentence { () throws(ReceiverError) in try AnswerPlan(trouble: nil, wait: .seconds(-1)) } != nil)
    }
}
