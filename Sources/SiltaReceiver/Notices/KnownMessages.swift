import SiltaCore
import SiltaProof

/// What a receiver remembers of the messages that came to it: enough to tell a repeat from another message.
struct KnownMessages: Sendable {
    private struct Record {
        /// Right requests with this message, since the receiver started.
        var requests = 0
        /// Nil until it is received.
        var received: Received?
    }

    private struct Received {
        var kind: Message.Kind
        var body: TreeHash
    }

    private var records: [NoticeID: Record] = [:]
    private let limit: Int

    /// - Parameter limit: how many messages are remembered.
    init(limit: Int) { self.limit = limit }

    /// Meets a message in a right request.
    ///
    /// - Returns: which request with this message it is, from 1, and whether the message has been received before.
    /// - Throws: `NoticeRefusal.anotherBody` if it has, and was another; `.full`.
    mutating func meet(_ message: Examiner.Accepted) throws(NoticeRefusal) -> (request: Int, isRepeat: Bool) {
        var record = records[message.id] ?? Record()
        if let received = record.received {
            guard received.kind == message.kind, received.body == .leaf(of: message.body) else { throw .anotherBody }
        }
        guard records[message.id] != nil || records.count < limit else { throw .full(limit: limit) }
        record.requests += 1
        records[message.id] = record
        return (record.requests, record.received != nil)
    }

    /// Notes that a message is received.
    mutating func receive(_ message: Examiner.Accepted) {
        records[message.id, default: Record()].received = Received(kind: message.kind, body: .leaf(of: message.body))
    }

    /// Remembers a message that was received before the receiver started.
    ///
    /// - Throws: `NoticeRefusal.full`.
    mutating func recall(_ message: Examiner.Accepted) throws(NoticeRefusal) {
        guard records.count < limit else { throw .full(limit: limit) }
        receive(message)
    }

    func isReferral(_ id: NoticeID) -> Bool { records[id]?.received?.kind == .referral }
}
