import Foundation
import SiltaCore
import Testing

@testable import SiltaLog

@Suite struct QuarantineTests {
    private let store: KeyStore
    private let later = noon + .seconds(900)

    init() throws {
        store = try KeyStore(path: nil, access: .creator, masterKey: [UInt8](repeating: 1, count: 32), randomBytes: randomBytes())
    }

    private func row(_ number: Int, kind: RecordKind = .absence, line: Int32 = 2, reason: String = "The code is unknown") -> RejectedRow {
        RejectedRow(
            kind: kind, file: "tuntimerkinnat.csv", line: line, key: number % 2 == 0 ? "k\(number)" : nil, reason: reason,
            fields: [.init(name: "Hetu", value: "010106A950N"), .init(name: "Hetu", value: "\(number)")],
            digest: Digest("digest \(number)"))
    }

    private func poll(_ rows: [RejectedRow], source: SourceID = "primus", seen: Instant = noon, at size: Int64) throws -> QuarantineCounts {
        try store.quarantine(rows, of: source, completeKinds: [.absence], seen: seen, logSize: size)
    }

    private func reasons(_ source: SourceID? = "primus") throws -> [String] { try store.quarantined(source).map(\.reason) }

    @Test func `the same bad row of the next poll is the same quarantined row`() throws {
        #expect(try poll([row(1), row(2), row(2)], at: 0) == QuarantineCounts(new: 2, known: 0))
        let before = try store.quarantined("primus")
        #expect(try poll([row(2, line: 9, reason: "Now another"), row(3)], seen: later, at: 5) == QuarantineCounts(new: 1, known: 1))
        let after = try store.quarantined("primus")
        #expect(after.count == 3)
        let same = try #require(after.first { $0.line == 9 })
        #expect(before.contains { $0.id == same.id })
        #expect(same.firstSeen == noon && same.lastSeen == later && same.reason == "Now another" && same.hasKey)
    }

    @Test func `source, kind and file tell rows apart, and no id says what the row was`() throws {
        _ = try poll([row(1)], at: 0)
        _ = try poll([row(1)], source: "wilma", at: 0)
        _ = try poll([row(1, kind: .consent)], at: 0)
        #expect(try Set(store.quarantined().map(\.id)).count == 3)
        #expect(try store.quarantineCounts() == ["primus": 2, "wilma": 1])
        let other = try KeyStore(path: nil, access: .creator, masterKey: [UInt8](repeating: 2, count: 32), randomBytes: randomBytes())
        try other.quarantine([row(1)], of: "primus", completeKinds: [], seen: noon, logSize: 0)
        #expect(try !store.quarantined().map(\.id).contains(other.quarantined()[0].id))
    }

    @Test func `fields are sealed, open as they were, and nothing else shows them`() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("keys.db")
        let store = try KeyStore(path: path, access: .creator, masterKey: [UInt8](repeating: 1, count: 32), randomBytes: randomBytes())
        try store.quarantine([row(1)], of: "primus", completeKinds: [.absence], seen: noon, logSize: 0)
        let id = try store.quarantined()[0].id
        #expect(try store.open(id)?.fields == row(1).fields)
        #expect(try store.open("unknown") == nil)
        #expect(try store.discard([id, "unknown"]) == 1)
        #expect(try store.quarantined().isEmpty)
        try store.quarantine([row(1)], of: "primus", completeKinds: [.absence], seen: noon, logSize: 0)
        try store.close()
        #expect(try Data(folder.read("keys.db")).range(of: Data("010106A950N".utf8)) == nil)
        try rawSQL(path, "UPDATE quarantine SET fields = zeroblob(length(fields))")
        let again = try KeyStore(path: path, access: .writer, masterKey: [UInt8](repeating: 1, count: 32), randomBytes: randomBytes())
        #expect(failure { _ = try again.open(id) }?.sentence.contains("a quarantined row was changed or moved") == true)
    }

    @Test func `settling removes what the poll no longer has, of its source and its complete kinds only`() throws {
        _ = try poll([row(1), row(2), row(4, kind: .consent)], at: 0)
        _ = try poll([row(1)], source: "wilma", at: 1)
        #expect(try store.settle("primus") == 0)
        _ = try poll([row(2, reason: "Still")], at: 7)
        #expect(try store.quarantined("primus").count == 3)
        #expect(try store.settle("primus") == 1)
        #expect(try Set(reasons()) == ["Still", "The code is unknown"])
        #expect(try store.settle("primus") == 0)
        #expect(try reasons("wilma").count == 1)
        _ = try poll([], at: 8)
        #expect(try store.settle("primus") == 1)
        #expect(try store.quarantined("primus").map(\.kind) == [.consent])
    }

    @Test func `a poll that never reached the log leaves quarantine as it was`() throws {
        _ = try poll([row(1, reason: "one"), row(2, reason: "two")], at: 0)
        try store.settle("primus")
        _ = try poll([row(2, reason: "two"), row(3, reason: "three")], seen: later, at: 5)
        #expect(try store.sweep(logSize: 5) == Sweep(keys: 0, rows: 1, settledRows: 0))
        #expect(try Set(reasons()) == ["one", "two"])
        // The next poll, decided at the same size, does not have row 2, which only the lost poll had seen again.
        _ = try poll([row(1, reason: "one")], at: 5)
        #expect(try store.settle("primus") == 1)
        #expect(try reasons() == ["one"])
    }

    @Test func `a poll that reached the log and was not settled is settled by the sweep`() throws {
        _ = try poll([row(1, reason: "one"), row(2, reason: "two")], at: 0)
        try store.settle("primus")
        _ = try poll([row(2, reason: "two")], at: 5)
        #expect(try store.sweep(logSize: 9) == Sweep(keys: 0, rows: 0, settledRows: 1))
        #expect(try reasons() == ["two"])
        #expect(try store.sweep(logSize: 9) == Sweep(keys: 0, rows: 0, settledRows: 0))
    }

    @Test func `whatever is interrupted when, quarantine ends as the last completed poll says`() throws {
        for seed in 0..<50 as Range<UInt64> {
            let store = try KeyStore(path: nil, access: .creator, masterKey: [UInt8](repeating: 1, count: 32), randomBytes: randomBytes())
            var random = Seeded(seed)
            var logSize: Int64 = 0
            var expected: Set<String> = []
            for _ in 0..<20 {
                let numbers = (0..<8).filter { _ in Bool.random(using: &random) }
                let rows = numbers.map { row($0, reason: "row \($0)") }
                try store.quarantine(rows, of: "primus", completeKinds: [.absence], seen: noon, logSize: logSize)
                switch Int.random(in: 0..<3, using: &random) {
                case 0:  // The append fails, or the process dies before it.
                    _ = try store.sweep(logSize: logSize)
                case 1:  // The process dies after the append.
                    logSize += 3
                    expected = Set(rows.map(\.reason))
                    _ = try store.sweep(logSize: logSize)
                default:
                    logSize += 3
                    expected = Set(rows.map(\.reason))
                    try store.settle("primus")
                }
                #expect(try Set(store.quarantined().map(\.reason)) == expected, "seed \(seed)")
            }
        }
    }
}

/// What people and time make of quarantined rows.
@Suite struct KeptRowTests {
    private let store: KeyStore
    private let row = RejectedRow(
        kind: .absence, file: "marks.csv", line: 3, key: "7", reason: "The code is unknown",
        fields: [.init(name: "Hetu", value: "010106A950N")], digest: Digest("one"))

    init() throws {
        store = try KeyStore(path: nil, access: .creator, masterKey: [UInt8](repeating: 1, count: 32), randomBytes: randomBytes())
    }

    private func poll(_ rows: [RejectedRow], seen: Instant = noon, at size: Int64 = 0) throws {
        try store.quarantine(rows, of: "primus", completeKinds: [.absence], seen: seen, logSize: size)
        try store.settle("primus")
    }

    @Test func `a row is given to be read again with what it was, and not where its key could not be read`() throws {
        var keyless = row
        (keyless.key, keyless.digest) = (nil, Digest("two"))
        var record = row
        (record.kind, record.digest) = (.consent, "")
        try poll([row, keyless, record])
        let kept = try store.kept(of: "primus", kinds: RecordKind.rereadable).map(\.row)
        #expect(kept.count == 2)
        #expect(kept.contains(KeptRow(kind: .absence, file: "marks.csv", line: 3, isRecord: false, fields: row.fields)))
        #expect(kept.contains(KeptRow(kind: .consent, file: "marks.csv", line: 3, isRecord: true, fields: row.fields)))
        #expect(try store.kept(of: "primus", kinds: [.consent]).map(\.row.kind) == [.consent])
        #expect(try store.kept(of: "wilma", kinds: RecordKind.rereadable).isEmpty)
    }

    @Test func `a dropped row is shown no more, says nothing, and stays dropped until it is gone`() throws {
        try poll([row])
        let id = try store.quarantined()[0].id
        try store.drop([id], why: "entered twice", at: noon)
        #expect(try store.whyDropped(id) == "entered twice")
        try poll([row], seen: noon + .seconds(900), at: 1)
        #expect(try store.quarantined().isEmpty)
        #expect(try store.quarantineCounts().isEmpty)
        #expect(try store.kept(of: "primus", kinds: RecordKind.rereadable).isEmpty)
        #expect(try store.open(id)?.fields == [])
        try poll([], seen: noon + .seconds(1800), at: 2)
        #expect(try store.whyDropped(id) == nil)
        try poll([row], seen: noon + .seconds(2700), at: 3)
        #expect(try store.quarantined().count == 1)
    }

    @Test func `what a row says is destroyed at its age, and is not kept anew`() throws {
        try poll([row])
        #expect(try store.agedCount(of: "primus", before: noon) == 0)
        #expect(try store.age("primus", before: noon) == 0)
        #expect(try store.age("primus", before: noon + .seconds(1)) == 1)
        try poll([row], seen: noon + .seconds(900), at: 1)
        let left = try #require(store.quarantined().first)
        #expect(left.isEmpty && left.reason == "The code is unknown")
        #expect(try store.open(left.id)?.fields == [])
        #expect(try store.age("primus", before: noon + .seconds(1)) == 0)
    }

    @Test func `rows that were read again go, unless the poll has told them as well`() throws {
        try poll([row])
        let id = try store.quarantined()[0].id
        #expect(try store.discard([id], seenBefore: 0) == 0)
        #expect(try store.discard([id], seenBefore: 1) == 1)
    }

    @Test func `a file of the version before is brought up to date, and refused to readers until then`() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("keys.db")
        let key = [UInt8](repeating: 1, count: 32)
        try KeyStore(path: path, access: .creator, masterKey: key, randomBytes: randomBytes()).close()
        try rawSQL(path, "DROP TABLE dropped; PRAGMA user_version = 1")
        #expect {
            _ = try KeyStore(path: path, access: .reader, masterKey: key, randomBytes: randomBytes())
        } throws: {
            ($0 as? LogFailure)?.sentence
                == "The key store is of an earlier Silta: `silta sync` or `silta run` brings it up to date [file: \(path)]"
        }
        let store = try KeyStore(path: path, access: .writer, masterKey: key, randomBytes: randomBytes())
        try store.quarantine([row], of: "primus", completeKinds: [], seen: noon, logSize: 0)
        try store.drop(store.quarantined().map(\.id), why: nil, at: noon)
        #expect(try store.quarantined().isEmpty)
        // Nothing of it stands in what was written last either.
        #expect(try FileManager.default.attributesOfItem(atPath: path + "-wal")[.size] as? Int ?? 0 == 0)
    }
}
