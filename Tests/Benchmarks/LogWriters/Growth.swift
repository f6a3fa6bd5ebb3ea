import ArgumentParser
import Foundation
import SiltaFormats
import SiltaLog

/// Whether an append costs more in a long log than in a short one.
///
/// Both logs are open, and take turns: what the disk does meanwhile is the same for both.
struct Growth: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "What an append costs in a short log and in a long one.")

    @Argument(help: "A folder that is there; the long log stays in it for the next time.")
    var folder: String

    @Option(help: "How many entries the long log has before it is measured.")
    var entries = 10_000_000

    private static let shortEntries = 10_000
    /// As in use: a municipality's pupils, each of whom has more and more entries.
    private static let pupils = 16_000
    private static let building = 200_000
    private static let turns = 40
    private static let singlesATurn = 100
    private static let batchesATurn = 5
    private static let batch = 1_000

    func run() throws {
        let folder = URL(fileURLWithPath: folder)
        let short = folder.appendingPathComponent("short.db")
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: short.path + suffix) }
        let clock = ContinuousClock()
        let marks = try Marks(pupils: Growth.pupils)
        let logs = [try SQLiteLog(benchmarking: short), try SQLiteLog(benchmarking: folder.appendingPathComponent("long.db"))]
        try grow(logs[0], marks, to: Growth.shortEntries)
        let built = try clock.measure { try grow(logs[1], marks, to: entries) }
        // What is still to be written of the building would be paid for by the appends that are measured.
        sync()
        var singles: [[Duration]] = [[], []]
        var batches: [[Duration]] = [[], []]
        for _ in 0..<Growth.turns {
            for (index, log) in logs.enumerated() {
                for _ in 0..<Growth.singlesATurn { singles[index].append(try clock.measure { try log.append(marks, count: 1) }) }
            }
        }
        for _ in 0..<Growth.turns {
            for (index, log) in logs.enumerated() {
                for _ in 0..<Growth.batchesATurn {
                    batches[index].append(try clock.measure { try log.append(marks, count: Growth.batch) } / Growth.batch)
                }
            }
        }
        for log in logs { try log.close() }
        say([
            .init("entries", entries.json), .init("builtInSeconds", Int(built.seconds.rounded()).json),
            .init("short", summary(singles[0], batches[0])), .init("long", summary(singles[1], batches[1])),
        ])
    }

    private func grow(_ log: SQLiteLog, _ marks: Marks, to size: Int) throws {
        var missing = size - Int(try log.head().size)
        while missing > 0 {
            let count = min(missing, Growth.building)
            try log.append(marks, count: count)
            missing -= count
        }
    }

    /// Microseconds an entry: the median, and the mean, which has the checkpoints of the write-ahead log in it.
    private func summary(_ singles: [Duration], _ batches: [Duration]) -> JSON {
        [
            "single": microseconds(median(singles)), "singleMean": microseconds(mean(singles)),
            "batched": microseconds(median(batches)), "batchedMean": microseconds(mean(batches)),
        ]
    }

    private func median(_ durations: [Duration]) -> Duration { durations.sorted()[durations.count / 2] }

    private func mean(_ durations: [Duration]) -> Duration { durations.reduce(.zero, +) / durations.count }

    /// To a tenth.
    private func microseconds(_ duration: Duration) -> JSON { .number(String(format: "%.1f", duration.seconds * 1_000_000)) }
}
