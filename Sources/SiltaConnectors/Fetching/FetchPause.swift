internal import Synchronization

/// How long a server wants to be left alone: until then nothing is asked of it.
final class FetchPause: Sendable {
    /// Where the server does not say how long.
    private static let usual = Duration.seconds(60)

    private let end = Mutex<ContinuousClock.Instant?>(nil)

    /// - Returns: the failure of the poll that was refused.
    func begin(_ wait: Duration?) -> ReadFailure {
        let wait = max(wait ?? FetchPause.usual, .seconds(1))
        end.withLock { $0 = .now + wait }
        return FetchPause.failure(wait)
    }

    func check() throws(ReadFailure) {
        let left = end.withLock { end in end.map { ContinuousClock.now.duration(to: $0) } ?? .zero }
        if left > .zero { throw FetchPause.failure(left) }
    }

    private static func failure(_ left: Duration) -> ReadFailure {
        ReadFailure(
            .limited, file: nil,
            "the server wants to be asked again in \(left.components.seconds + 1) s and is left alone until then; "
                + "where that happens often, poll this source more seldom (every)")
    }
}
