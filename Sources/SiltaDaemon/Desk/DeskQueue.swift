import Dispatch

/// Runs what one provider's desk does, one after the other, on a thread of its own: reading and writing files blocks, and must
/// not keep other providers waiting.
final class DeskQueue: SerialExecutor {
    private let queue: DispatchQueue

    init(_ provider: String) {
        queue = DispatchQueue(label: "silta desk \(provider)")
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}
