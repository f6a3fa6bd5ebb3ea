import GRDB
import SiltaCore
import Synchronization

/// The provider as the state has it, kept by the one who writes it: it is asked for all the time, and seldom changes.
final class KnownProvider: Sendable {
    private let isKept: Bool
    private let provider = Mutex<Provider?>(nil)

    /// - Parameter isKept: false for a reader, who would not see a change.
    init(isKept: Bool) {
        self.isKept = isKept
    }

    var kept: Provider? { provider.withLock { $0 } }

    func provider(in database: Database) throws -> Provider {
        if let kept { return kept }
        let provider = try StateRows.provider(database)
        keep(provider)
        return provider
    }

    func keep(_ provider: Provider) {
        guard isKept else { return }
        self.provider.withLock { $0 = provider }
    }

    func forget() { provider.withLock { $0 = nil } }
}
