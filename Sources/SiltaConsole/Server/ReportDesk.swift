import Synchronization

/// Asks for reports, a few at a time, so that a process that has stopped answering is not asked more and more.
final class ReportDesk: Sendable {
    private let report: @Sendable () async -> Report
    private let capacity: Int
    private let waiting = Mutex(0)

    init(capacity: Int, report: @escaping @Sendable () async -> Report) {
        self.capacity = capacity
        self.report = report
    }

    /// Nil if as many as there may be wait for a report already.
    func ask() async -> Report? {
        let isFree = waiting.withLock { waiting in
            guard waiting < capacity else { return false }
            waiting += 1
            return true
        }
        guard isFree else { return nil }
        defer { waiting.withLock { $0 -= 1 } }
        return await report()
    }
}
