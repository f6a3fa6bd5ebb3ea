internal import Synchronization

/// The token that a token endpoint gave, kept from poll to poll while it holds.
final class AccessToken: Sendable {
    private struct Held {
        let text: String
        let end: ContinuousClock.Instant
    }

    /// Renewed so long before its end: a request takes its time.
    private static let margin = Duration.seconds(30)
    /// Where the endpoint does not say how long it holds.
    private static let usual = Duration.seconds(300)

    private let held = Mutex<Held?>(nil)

    var text: String? {
        held.withLock { held in
            guard let held, ContinuousClock.now < held.end else { return nil }
            return held.text
        }
    }

    /// - Parameter lifetime: as the endpoint says it.
    func keep(_ text: String, lifetime: Duration?) {
        let lifetime = min(lifetime ?? AccessToken.usual, .seconds(86_400)) - AccessToken.margin
        held.withLock { $0 = Held(text: text, end: .now + lifetime) }
    }

    func forget() { held.withLock { $0 = nil } }
}
