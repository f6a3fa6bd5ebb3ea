import ArgumentParser
import Foundation
import SiltaFormats
import SiltaLog
import Synchronization

/// Many writers of one log, each with one entry at a time that it waits for.
struct Writers: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "How many single durable entries a second, by writers side by side.")

    @Argument(help: "A folder that is there; a log is made in it.")
    var folder: String

    @Option(help: "How many writers, each on a thread of its own.")
    var threads = 8

    @Option(help: "For how many seconds.")
    var seconds = 5

    func run() throws {
        let log = try SQLiteLog(benchmarking: URL(fileURLWithPath: folder).appendingPathComponent("log.db"))
        let marks = try Marks(pupils: 16_000)
        let outcome = Mutex<Result<Int, any Error>>(.success(0))
        let clock = ContinuousClock()
        let began = clock.now
        let end = began + .seconds(seconds)
        let done = DispatchGroup()
        for _ in 0..<threads {
            done.enter()
            // Blocked for most of the time: the threads of Swift's own pool are as few as the cores.
            Thread.detachNewThread {
                let result = Result { try append(to: log, marks, until: end) }
                outcome.withLock { total in total = total.flatMap { sum in result.map { sum + $0 } } }
                done.leave()
            }
        }
        done.wait()
        let took = (clock.now - began).seconds
        let entries = try outcome.withLock { try $0.get() }
        try log.close()
        say([
            .init("threads", threads.json), .init("entries", entries.json),
            .init("perSecond", Int((Double(entries) / took).rounded()).json),
        ])
    }

    private func append(to log: SQLiteLog, _ marks: Marks, until end: ContinuousClock.Instant) throws -> Int {
        var count = 0
        while ContinuousClock.now < end {
            try log.append(marks, count: 1)
            count += 1
        }
        return count
    }
}
