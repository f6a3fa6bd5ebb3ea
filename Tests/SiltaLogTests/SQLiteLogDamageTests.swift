import Foundation
import SiltaCore
import SiltaFormats
import SiltaLog
import SiltaProof
import Testing

/// Files that the disk, or whoever copied them, did not keep whole.
@Suite struct SQLiteLogDamageTests {
    private let folder: TemporaryFolder
    private let signer: SampleSigner
    private let whole: [UInt8]
    private let lines: [[UInt8]]

    init() throws {
        folder = try TemporaryFolder()
        signer = try SampleSigner()
        let log = try SQLiteLog(path: folder.file("whole.db"), access: .creator, randomBytes: randomBytes())
        var random = Seeded(1)
        try log.append((0..<60).map { _ in anyDraft(&random) }, ifHeadIs: 0, recorded: noon)
        try log.save(checkpoint: signer.checkpoint(log, size: 30))
        try log.save(checkpoint: signer.checkpoint(log))
        lines = try entries(of: log).map(\.line)
        try log.close()
        whole = try folder.read("whole.db")
    }

    /// What became of a damaged file: a failure with a sentence, or what reading and verifying say.
    private enum Outcome: Equatable {
        case refused
        case found
        /// Everything reads as it was written.
        case unharmed
    }

    private func outcome(of bytes: [UInt8], _ what: String) throws -> Outcome {
        try folder.write(bytes, to: "damaged.db")
        defer {
            for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: folder.file("damaged.db\(suffix)")) }
        }
        do {
            let log = try SQLiteLog(path: folder.file("damaged.db"), access: .reader, randomBytes: randomBytes())
            // Whatever reads at all is what was written.
            var read: [[UInt8]] = []
            do { try log.read { read.append($0.line) } } catch is LogFailure {}
            #expect(read == Array(lines.prefix(read.count)), "\(what)")
            for stream in [EventStream.provider, .access] {
                do { try log.read(stream: stream) { #expect(lines.contains($0.line), "\(what)") } } catch is LogFailure {}
            }
            guard try log.verify(trust: signer.trust).isSound else { return .found }
            #expect(read == lines, "\(what)")
            return .unharmed
        } catch let failure as LogFailure {
            #expect(failure.sentence.contains("damaged.db") && failure.sentence.contains(": "), "\(what): \(failure)")
            return .refused
        }
    }

    @Test func `a file with any one byte changed fails with a sentence, is found out, or reads as it was`() throws {
        var random = Seeded(2)
        // The header and the schema to the byte, the rest by sample.
        let places = Array(0..<110) + (0..<500).map { _ in Int.random(in: 0..<whole.count, using: &random) }
        var counts: [Outcome: Int] = [:]
        for place in places {
            var bytes = whole
            bytes[place] ^= UInt8.random(in: 1...255, using: &random)
            counts[try outcome(of: bytes, "byte \(place) is \(bytes[place])"), default: 0] += 1
        }
        #expect(counts[.refused, default: 0] > 0 && counts[.found, default: 0] > 0, "\(counts)")
    }

    @Test func `a changed byte in a line is never read as an entry`() throws {
        let marker = Array("\"sealed\":\"".utf8)
        let start = try #require(whole.indices.first { whole[$0...].starts(with: marker) }) + marker.count + 5
        var bytes = whole
        bytes[start] = bytes[start] == 65 ? 66 : 65
        #expect(try outcome(of: bytes, "byte \(start)") == .found)
    }

    @Test func `a file that was cut short fails with a sentence or is found out`() throws {
        var random = Seeded(3)
        let anywhere = (0..<60).map { _ in Int.random(in: 0..<whole.count, using: &random) }
        for length in [0, 1, 15, 16, 99, 100, 511, 4095, 4096, 8192] + anywhere {
            #expect(try outcome(of: Array(whole.prefix(length)), "\(length) bytes") != .unharmed, "\(length) bytes")
        }
        #expect(try outcome(of: whole, "whole") == .unharmed)
    }

    @Test func `an empty file is not taken for a new log by a writer`() throws {
        try folder.write([], to: "empty.db")
        let failed = failure { _ = try SQLiteLog(path: folder.file("empty.db"), access: .writer, randomBytes: randomBytes()) }
        #expect(failed?.code == .corrupt)
        #expect(failed?.sentence == "The log is empty: restore it from a backup [file: \(folder.file("empty.db"))]")
    }

    @Test func `a write-ahead log that is cut anywhere, as by a loss of power, leaves a prefix of what was acknowledged`() throws {
        let log = try SQLiteLog(path: folder.file("log.db"), access: .creator, randomBytes: randomBytes())
        var ends: [(size: Int64, bytes: Int)] = []
        for size in 0..<40 as Range<Int64> {
            try log.append([draft(Int(size)), draft(0, of: .access)], ifHeadIs: 2 * size, recorded: noon)
            ends.append((2 * size + 2, try fileSize("log.db-wal")))
        }
        // Copied by another process: opening and closing the file in this one would let go of SQLite's locks.
        try copy("log.db")
        try copy("log.db-wal")
        let (database, wal) = (try folder.read("copy-log.db"), try folder.read("copy-log.db-wal"))
        var random = Seeded(4)
        for _ in 0..<60 {
            let length = Int.random(in: 0...wal.count, using: &random)
            try folder.write(database, to: "crash.db")
            try folder.write(Array(wal.prefix(length)), to: "crash.db-wal")
            try? FileManager.default.removeItem(atPath: folder.file("crash.db-shm"))
            let durable = ends.last { $0.bytes <= length }?.size ?? 0
            guard durable > 0 else { continue }
            let recovered = try SQLiteLog(path: folder.file("crash.db"), access: .writer, randomBytes: randomBytes())
            let size = try recovered.head().size
            #expect(size == durable, "cut at \(length)")
            #expect(try recovered.verify().finding == nil, "cut at \(length)")
            #expect(try entries(of: recovered) == Array(entries(of: log).prefix(Int(size))), "cut at \(length)")
            try recovered.append([draft(1)], ifHeadIs: size, recorded: noon)
            try recovered.close()
        }
    }

    private func fileSize(_ name: String) throws -> Int {
        try #require(FileManager.default.attributesOfItem(atPath: folder.file(name))[.size] as? Int)
    }

    private func copy(_ name: String) throws {
        let process = try Process.run(URL(fileURLWithPath: "/bin/cp"), arguments: [folder.file(name), folder.file("copy-\(name)")])
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }
}
