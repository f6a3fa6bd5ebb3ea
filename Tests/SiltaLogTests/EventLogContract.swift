import Foundation
import SiltaCore
import SiltaFormats
import SiltaLog
import SiltaProof
import Synchronization
import Testing

/// A kind of log. Whoever writes another adds it to `all`, and it must pass.
struct LogImplementation: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// Gives an empty log to the body, and takes it away after it.
    let withLog: @Sendable (_ body: (any EventLog) throws -> Void) throws -> Void

    static let all = [
        LogImplementation(testDescription: "SQLite in memory") { body in
            try body(SQLiteLog(inMemory: randomBytes()))
        },
        LogImplementation(testDescription: "SQLite in a file") { body in
            let folder = try TemporaryFolder()
            try body(SQLiteLog(path: folder.file("log.db"), access: .creator, randomBytes: randomBytes()))
        },
    ]
}

/// What every log must do.
@Suite struct EventLogContract {
    @Test(arguments: LogImplementation.all)
    func `an empty log has size 0, the root of no leaves and no instant`(_ implementation: LogImplementation) throws {
        try implementation.withLog { log throws in
            #expect(try log.head() == LogHead(size: 0, root: .emptyRoot, lastRecorded: nil))
            #expect(try log.entry(at: Position(0)) == nil)
            #expect(try entries(of: log).isEmpty)
            #expect(try log.latestCheckpoint() == nil)
            #expect(try log.verify().isSound)
        }
    }

    @Test(arguments: LogImplementation.all)
    func `what was acknowledged reads back to the byte, and nothing else, for any batches`(_ implementation: LogImplementation) throws {
        struct Refused: Error {}
        for seed in 0..<20 as Range<UInt64> {
            try implementation.withLog { log throws in
                var random = Seeded(seed)
                var acknowledged: [Entry] = []
                var recorded = noon
                for _ in 0..<30 {
                    let size = Int64(acknowledged.count)
                    let batch = (0..<Int.random(in: 0...6, using: &random)).map { _ in anyDraft(&random) }
                    recorded = recorded + .milliseconds(Int.random(in: 0...5, using: &random))
                    switch Int.random(in: 0..<6, using: &random) {
                    case 0:
                        #expect(failure { try log.append(batch, ifHeadIs: size + 1, recorded: recorded) }?.code == .late)
                    case 1 where size > 0:
                        let before = log.lastRecorded + .milliseconds(-1)
                        #expect(failure { try log.append(batch, ifHeadIs: size, recorded: before) }?.code == .clockBackwards)
                    case 2:
                        let long = sealedDraft(String(repeating: "x", count: 50_000), of: .provider)
                        #expect(failure { try log.append(batch + [long], ifHeadIs: size, recorded: recorded) }?.code == .tooLong)
                    case 3:
                        #expect(throws: Refused.self) {
                            try log.append(ifHeadIs: size, recorded: recorded) { put in
                                for draft in batch { _ = try put(draft) }
                                throw Refused()
                            }
                        }
                    default:
                        acknowledged += try log.append(batch, ifHeadIs: size, recorded: recorded)
                    }
                }
                let stored = try entries(of: log)
                #expect(stored.map(\.entry) == acknowledged, "seed \(seed)")
                #expect(stored.map(\.line) == acknowledged.map(\.line), "seed \(seed)")
                #expect(stored.map(\.entry.position.value) == Array(0..<Int64(stored.count)), "seed \(seed)")
                #expect(try log.head().root == root(of: stored), "seed \(seed)")
                for (stream, members) in Dictionary(grouping: acknowledged, by: \.stream) {
                    var read: [Entry] = []
                    try log.read(stream: stream) { read.append($0.entry) }
                    #expect(read == members, "seed \(seed)")
                    #expect(read.map(\.version.value) == Array(1...Int64(read.count)), "seed \(seed)")
                }
                #expect(try log.verify().finding == nil, "seed \(seed)")
            }
        }
    }

    @Test(arguments: LogImplementation.all)
    func `of appends that saw the same head exactly one is written`(_ implementation: LogImplementation) throws {
        try implementation.withLog { log throws in
            for round in 0..<20 as Range<Int64> {
                let outcomes = Mutex<[LogFailure.Code?]>([])
                DispatchQueue.concurrentPerform(iterations: 4) { number in
                    let outcome = failure { try log.append([draft(number)], ifHeadIs: round, recorded: noon) }
                    outcomes.withLock { $0.append(outcome?.code) }
                }
                let all = outcomes.withLock { $0 }
                #expect(all.count { $0 == nil } == 1)
                #expect(all.count { $0 == .late } == 3)
            }
            #expect(try log.head().size == 20)
        }
    }

    @Test(arguments: LogImplementation.all)
    func `appends from many threads are all there, each whole and in its caller's order`(_ implementation: LogImplementation) throws {
        struct Refused: Error {}
        try implementation.withLog { log throws in
            let (threads, rounds) = (8, 60)
            let acknowledged = Mutex<[Int: [Entry]]>([:])
            let wrong = Mutex<[String]>([])
            onThreads(threads) { thread in
                var random = Seeded(UInt64(thread))
                var mine: [Entry] = []
                for round in 0..<rounds {
                    let drafts = (0..<Int.random(in: 1...3, using: &random)).map { draft(1000 * round + $0, of: .pupil(pupil(thread))) }
                    let before = Int64(mine.last?.position.value ?? -1)
                    do {
                        switch round % 6 {
                        case 3:
                            _ = try log.append(ifHeadIs: nil, recorded: noon) { put in
                                for draft in drafts { _ = try put(draft) }
                                throw Refused()
                            }
                        case 4:
                            try log.append(
                                drafts + [sealedDraft(String(repeating: "x", count: 50_000), of: .access)], ifHeadIs: nil, recorded: noon)
                        case 5: try log.append(drafts, ifHeadIs: 1_000_000, recorded: noon)
                        default:
                            var appended: [Entry] = []
                            let head = try log.append(ifHeadIs: nil, recorded: noon) { put in
                                for draft in drafts { appended.append(try put(draft)) }
                            }
                            let positions = appended.map(\.position.value)
                            if positions != Array((head.size - Int64(drafts.count))..<head.size) || positions[0] <= before {
                                wrong.withLock { $0.append("\(positions) after \(before), and the head is \(head.size)") }
                            }
                            if try log.head().size < head.size { wrong.withLock { $0.append("what is durable is not in the head") } }
                            mine += appended
                            continue
                        }
                        wrong.withLock { $0.append("round \(round) was not refused") }
                    } catch {
                        let code = (error as? LogFailure)?.code
                        let isRight = round % 6 == 3 ? error is Refused : code == (round % 6 == 4 ? .tooLong : .late)
                        if !isRight { wrong.withLock { $0.append("round \(round): \(error)") } }
                    }
                }
                acknowledged.withLock { $0[thread] = mine }
            }
            #expect(wrong.withLock { $0 } == [])
            let stored = try entries(of: log)
            #expect(stored.map(\.entry.position.value) == Array(0..<Int64(stored.count)))
            for (thread, mine) in acknowledged.withLock({ $0 }) {
                #expect(stored.map(\.entry).filter { $0.stream == .pupil(pupil(thread)) } == mine)
                #expect(mine.map(\.version.value) == Array(1...Int64(mine.count)))
            }
            #expect(stored.count == acknowledged.withLock { $0.values.map(\.count).reduce(0, +) })
            #expect(try log.head() == LogHead(size: Int64(stored.count), root: root(of: stored), lastRecorded: noon))
            #expect(try log.verify().finding == nil)
        }
    }

    @Test(arguments: LogImplementation.all)
    func `an append to wherever the head is is never late, and takes the last instant where its own is before it`(
        _ implementation: LogImplementation
    ) throws {
        try implementation.withLog { log throws in
            try log.append([draft(1)], ifHeadIs: nil, recorded: noon + .milliseconds(5))
            let second = try log.append([draft(2)], ifHeadIs: nil, recorded: noon)
            #expect(second.map(\.recorded) == [noon + .milliseconds(5)])
            #expect(try log.append([draft(3)], ifHeadIs: nil, recorded: noon + .milliseconds(6)).map(\.position.value) == [2])
            #expect(try log.verify().finding == nil)
        }
    }

    @Test(arguments: LogImplementation.all)
    func `a failed put fails the batch even if the caller goes on`(_ implementation: LogImplementation) throws {
        try implementation.withLog { log throws in
            let failed = failure {
                _ = try log.append(ifHeadIs: 0, recorded: noon) { put in
                    _ = try put(draft(1))
                    _ = try? put(sealedDraft(String(repeating: "x", count: 70_000), of: .access))
                    _ = try? put(draft(2))
                }
            }
            #expect(failed?.code == .tooLong)
            #expect(failed?.sentence.contains("65535") == true)
            #expect(try log.head().size == 0)
            #expect(try log.append([draft(3)], ifHeadIs: 0, recorded: noon).map(\.version) == [StreamVersion(1)])
        }
    }

    @Test(arguments: LogImplementation.all)
    func `a draft that nobody could read again is refused`(_ implementation: LogImplementation) throws {
        try implementation.withLog { log throws in
            var notAnObject = draft(1)
            notAnObject.payload = .array([1])
            var nobody = draft(1)
            nobody.actor = .person("")
            var twice = draft(1)
            twice.payload = .object([.init("a", 1), .init("a", 2)])
            let streams: [EventStream] = [.source(""), .source("a\nb")]
            for bad in [notAnObject, nobody, twice] + streams.map({ draft(1, of: $0) }) {
                #expect(failure { try log.append([draft(0), bad], ifHeadIs: 0, recorded: noon) }?.code == .unreadable)
            }
            #expect(try log.head().size == 0)
        }
    }

    @Test(arguments: LogImplementation.all)
    func `an entry of exactly 65535 bytes is taken and one more is refused`(_ implementation: LogImplementation) throws {
        try implementation.withLog { log throws in
            func padded(_ count: Int) -> Draft {
                var padded = draft(1)
                padded.payload = .object([.init("p", .string(String(repeating: "x", count: count)))])
                return padded
            }
            let empty = try padded(0).entry(at: Position(0), version: StreamVersion(1), recorded: noon, nonce: []).line.count
            let room = Entry.maximumBytes - empty
            #expect(failure { try log.append([padded(room + 1)], ifHeadIs: 0, recorded: noon) }?.code == .tooLong)
            try log.append([padded(room)], ifHeadIs: 0, recorded: noon)
            #expect(try log.entry(at: Position(0))?.line.count == Entry.maximumBytes)
        }
    }

    @Test(arguments: LogImplementation.all)
    func `sealed payloads open with their key and never share a nonce`(_ implementation: LogImplementation) throws {
        try implementation.withLog { log throws in
            let drafts = (0..<50).map { sealedDraft("secret \($0)", of: .pupil(pupil($0 % 3))) }
            let appended = try log.append(drafts, ifHeadIs: 0, recorded: noon)
            #expect(Set(appended.map { $0.sealed!.prefix(12) }).count == 50)
            for (number, stored) in try entries(of: log).enumerated() {
                #expect(try stored.entry.opened(with: sampleKey) == Array("secret \(number)".utf8))
                #expect(!String(decoding: stored.line, as: UTF8.self).contains("secret"))
            }
        }
    }

    @Test(arguments: LogImplementation.all)
    func `every position has a proof in every size, and every size is consistent with every later one`(
        _ implementation: LogImplementation
    ) throws {
        try implementation.withLog { log throws in
            let count = 19
            for size in 0..<Int64(count) { try log.append([draft(Int(size))], ifHeadIs: size, recorded: noon) }
            let leaves = try entries(of: log).map { TreeHash.leaf(of: $0.line) }
            let roots = try (0...Int64(count)).map { try log.root(ofSize: $0) }
            for size in 0...count {
                for position in 0..<size {
                    let proof = try log.inclusionProof(of: Position(Int64(position)), inSize: Int64(size))
                    #expect(proof.verifies(leaf: leaves[position], root: roots[size]))
                }
                for old in 0...size {
                    let proof = try log.consistencyProof(from: Int64(old), to: Int64(size))
                    #expect(proof.verifies(oldRoot: roots[old], newRoot: roots[size]))
                }
            }
            #expect(failure { _ = try log.inclusionProof(of: Position(3), inSize: 3) }?.code == .missing)
            #expect(failure { _ = try log.inclusionProof(of: Position(-1), inSize: 3) }?.code == .missing)
            #expect(failure { _ = try log.root(ofSize: 20) }?.code == .missing)
            #expect(failure { _ = try log.root(ofSize: -1) }?.code == .missing)
            #expect(failure { _ = try log.consistencyProof(from: 5, to: 4) }?.code == .missing)
        }
    }

    @Test(arguments: LogImplementation.all)
    func `checkpoints are kept, and one that the log contradicts is refused`(_ implementation: LogImplementation) throws {
        try implementation.withLog { log throws in
            let signer = try SampleSigner()
            try log.append((0..<5).map { draft($0) }, ifHeadIs: 0, recorded: noon)
            let three = try signer.checkpoint(log, size: 3)
            let five = try signer.checkpoint(log)
            try log.save(checkpoint: five)
            try log.save(checkpoint: three)
            try log.save(checkpoint: five)
            #expect(try log.latestCheckpoint() == five)
            #expect(try log.checkpoint(ofSize: 3) == three)
            #expect(try log.checkpoint(ofSize: 4) == nil)
            let other = try Checkpoint(origin: signer.origin, size: 4, root: .emptyRoot).signed(by: signer.signer)
            #expect(failure { try log.save(checkpoint: other) }?.code == .contradiction)
            let longer = try Checkpoint(origin: signer.origin, size: 6, root: .emptyRoot).signed(by: signer.signer)
            #expect(failure { try log.save(checkpoint: longer) }?.code == .contradiction)
            let verification = try log.verify(trust: signer.trust)
            #expect(verification.finding == nil)
            #expect(verification.checkpoints == 2)
            #expect(try log.verify(trust: SampleSigner().trust).finding?.reason.contains("no signature by a key that is trusted") == true)
        }
    }

    @Test(arguments: LogImplementation.all)
    func `a reader of the log may append to it as it reads`(_ implementation: LogImplementation) throws {
        try implementation.withLog { log throws in
            try log.append((0..<3).map { draft($0) }, ifHeadIs: 0, recorded: noon)
            var seen = 0
            try log.read { _ in
                seen += 1
                try log.append([draft(9)], ifHeadIs: log.head().size, recorded: noon)
            }
            #expect(seen == 3)
            #expect(try log.head().size == 6)
        }
    }

    @Test(arguments: LogImplementation.all)
    func `reading begins and ends where it is told, over many pages`(_ implementation: LogImplementation) throws {
        try implementation.withLog { log throws in
            let text = String(repeating: "x", count: 30_000)
            try log.append((0..<100).map { sealedDraft("\($0) \(text)", of: .access) }, ifHeadIs: 0, recorded: noon)
            var positions: [Int64] = []
            try log.read(from: Position(7), through: Position(80)) { positions.append($0.entry.position.value) }
            #expect(positions == Array(7...80))
            var versions: [Int64] = []
            try log.read(stream: .access, after: StreamVersion(60)) { versions.append($0.entry.version.value) }
            #expect(versions == Array(61...100))
            #expect(try log.page(from: Position(0), before: 100).count < 100)
        }
    }
}

extension EventLog {
    fileprivate var lastRecorded: Instant { (try? head().lastRecorded) ?? noon }
}
