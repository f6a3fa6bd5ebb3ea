import Foundation
import SiltaDaemon
import Synchronization

/// Where this process ends at once, as in a power loss: for the tests that look at what is there afterwards.
///
/// `SILTA_FAILPOINT=after-append:3` is the third time that ``Failpoint/afterAppend`` is passed; without a number it is the first.
final class CrashPoint: Sendable {
    private static let variable = "SILTA_FAILPOINT"
    private let failpoint: Failpoint
    private let passages: Mutex<Int>

    /// Nil where the environment asks for none.
    init?(environment: [String: String]) throws {
        guard let text = environment[CrashPoint.variable] else { return nil }
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        guard let failpoint = parts.first.flatMap(Failpoint.init), let passages = Int(parts.count > 1 ? parts[1] : "1"), passages > 0
        else {
            let names = Failpoint.allCases.map(\.rawValue).joined(separator: ", ")
            throw UsageError("\(CrashPoint.variable)=\(text): a failpoint should stand there, and perhaps :N; there are \(names)")
        }
        self.failpoint = failpoint
        self.passages = Mutex(passages)
    }

    func pass(_ passed: Failpoint) {
        guard passed == failpoint else { return }
        let isHere = passages.withLock { left in
            left -= 1
            return left == 0
        }
        if isHere { kill(getpid(), SIGKILL) }
    }
}
