import SiltaCore
import SiltaFormats
import SiltaLog
import SiltaProof

/// A log whose appends are timed.
struct MeasuredLog: EventLog {
    let log: any EventLog
    let tally: Tally

    func append(
        ifHeadIs size: Int64?, recorded: Instant, _ body: (_ put: (Draft) throws(LogFailure) -> Entry) throws -> Void
    ) throws -> LogHead {
        let start = ContinuousClock.now
        let head = try log.append(ifHeadIs: size, recorded: recorded, body)
        tally.appended(in: .now - start)
        return head
    }

    func head() throws(LogFailure) -> LogHead { try log.head() }
    func rest() { log.rest() }
    func page(from position: Position, before end: Int64) throws(LogFailure) -> [StoredEntry] {
        try log.page(from: position, before: end)
    }
    func page(of stream: EventStream, after version: StreamVersion, before end: Int64) throws(LogFailure) -> [StoredEntry] {
        try log.page(of: stream, after: version, before: end)
    }
    func hashes(of nodes: [TreeNode]) throws(LogFailure) -> [TreeHash] { try log.hashes(of: nodes) }
    func save(checkpoint note: SignedNote) throws(LogFailure) { try log.save(checkpoint: note) }
    func checkpoint(ofSize size: Int64) throws(LogFailure) -> SignedNote? { try log.checkpoint(ofSize: size) }
    func checkpoint(holding position: Position) throws(LogFailure) -> SignedNote? { try log.checkpoint(holding: position) }
    func latestCheckpoint() throws(LogFailure) -> SignedNote? { try log.latestCheckpoint() }
    func verify(
        trust: CheckpointTrust?, witnessed: [SignedNote], progress: (_ done: Int64, _ total: Int64) -> Void
    ) throws(LogFailure) -> Verification {
        try log.verify(trust: trust, witnessed: witnessed, progress: progress)
    }
}
