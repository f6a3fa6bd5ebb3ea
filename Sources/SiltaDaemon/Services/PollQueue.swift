import SiltaCore
import Synchronization

/// People who wait for a source to be polled.
final class PollQueue: Sendable {
    private let waiting = Mutex<[SourceID: [CheckedContinuation<PollResult, any Error>]]>([:])

    /// Waits for the result of a poll that begins from here on.
    func result(of source: SourceID, ring bell: Bell) async throws -> PollResult {
        try await withCheckedThrowingContinuation { continuation in
            waiting.withLock { $0[source, default: []].append(continuation) }
            bell.ring()
        }
    }

    func isWanted(_ source: SourceID) -> Bool {
        waiting.withLock { $0[source] != nil }
    }

    /// Takes those who wait now, who are to be told how the poll that begins now ends.
    func take(_ source: SourceID) -> [CheckedContinuation<PollResult, any Error>] {
        waiting.withLock { $0.removeValue(forKey: source) ?? [] }
    }

    func fail(_ source: SourceID, with error: any Error) {
        for continuation in take(source) { continuation.resume(throwing: error) }
    }

    /// Nobody waits for ever.
    func giveUp() {
        let all = waiting.withLock { waiting in
            defer { waiting = [:] }
            return waiting.values.flatMap(\.self)
        }
        for continuation in all { continuation.resume(throwing: DeskUnavailable(condition: .working)) }
    }
}
