import Foundation
import SiltaCore
import SiltaFormats
import Testing

@testable import SiltaLog

@Suite struct KeyStoreTests {
    private let folder: TemporaryFolder
    private let master = [UInt8](repeating: 42, count: 32)

    init() throws { folder = try TemporaryFolder() }

    private func open(_ access: FileAccess = .creator, master: [UInt8]? = nil, cached: Int = 100) throws(LogFailure) -> KeyStore {
        try KeyStore(
            path: folder.file("keys.db"), access: access, masterKey: master ?? self.master, cachedKeys: cached, randomBytes: randomBytes())
    }

    private func bytes(_ key: DataKey?) -> [UInt8]? { key?.withBytes { $0 } }

    @Test func `keys are kept wrapped and come back the same`() throws {
        var store = try open()
        let made = try store.create(for: [pupil(1), pupil(2), pupil(1)], logSize: 0)
        #expect(Set(made.map(\.id)).count == 3)
        #expect(made.allSatisfy { $0.id.rawValue.utf8.count == 32 })
        try store.close()
        store = try open(.writer)
        #expect(try store.keys(for: pupil(1)).map(bytes) == [bytes(made[0]), bytes(made[2])])
        for key in made {
            #expect(try bytes(store.get(key.id)) == bytes(key))
            #expect(try bytes(store.get(key.id)) == bytes(key))
        }
        #expect(try store.get("00") == nil)
        #expect(try store.keys(for: pupil(3)).isEmpty)
        try store.close()
        let file = try folder.read("keys.db")
        for key in made { #expect(!contains(file, bytes(key)!)) }
    }

    @Test func `another master key is refused with a sentence`() throws {
        try open().close()
        let failed = failure { _ = try open(.writer, master: [UInt8](repeating: 43, count: 32)) }
        #expect(failed?.code == .wrongKey)
        #expect(
            failed?.sentence
                == "The keys were wrapped with another master key: give the one of the provider's setup [file: \(folder.file("keys.db"))]")
        #expect(failure { _ = try open(.writer, master: [1, 2]) }?.sentence == "A master key has 32 bytes [bytes: 2]")
    }

    @Test func `a key that was moved to another pupil or changed does not open`() throws {
        let store = try open()
        let made = try store.create(for: [pupil(1), pupil(2)], logSize: 0)
        try store.close()
        try rawSQL(folder.file("keys.db"), "UPDATE keys SET pupil = '\(pupil(2))' WHERE id = '\(made[0].id)'")
        try rawSQL(folder.file("keys.db"), "UPDATE keys SET wrapped = zeroblob(60) WHERE id = '\(made[1].id)'")
        let again = try open(.writer)
        for key in made {
            let failed = failure { _ = try again.get(key.id) }
            #expect(failed?.code == .corrupt)
            #expect(failed?.sentence.contains("a key was changed or moved") == true)
        }
    }

    @Test func `destroyed keys leave no trace in any file, whatever came before`() throws {
        for seed in 0..<3 as Range<UInt64> {
            let path = folder.file("keys-\(seed).db")
            var random = Seeded(seed)
            let store = try KeyStore(path: path, access: .creator, masterKey: master, randomBytes: randomBytes(seed: seed))
            var pupils: [Int] = []
            var wrapped: [Int: [UInt8]] = [:]
            for round in 0..<6 {
                let new = Array(round * 200..<(round + 1) * 200)
                try store.create(for: new.map(pupil), logSize: Int64(round))
                for number in new {
                    wrapped[number] = try unhex(rawText(path, "SELECT hex(wrapped) FROM keys WHERE pupil = '\(pupil(number))'"))
                }
                pupils += new
                pupils.shuffle(using: &random)
                for number in pupils.prefix(5) { #expect(try store.destroy(pupil(number)) == 1) }
                for suffix in ["", "-wal", "-journal"] {
                    guard let file = try copied(path + suffix) else { continue }
                    for number in pupils.prefix(5) {
                        #expect(!contains(file, Array(wrapped[number]![12..<44])), "seed \(seed), round \(round), \(suffix)")
                    }
                }
                pupils.removeFirst(5)
            }
            for number in pupils { #expect(try store.keys(for: pupil(number)).count == 1) }
        }
    }

    @Test func `a destroyed key is gone from memory and for readers at once`() throws {
        let store = try open()
        let key = try store.create(for: [pupil(1)], logSize: 0)[0]
        let reader = try open(.reader)
        #expect(try store.get(key.id) != nil)
        #expect(try reader.get(key.id) != nil)
        try store.destroy(pupil(1), identities: ["1.2.246.562.24.1"])
        #expect(try store.get(key.id) == nil)
        #expect(try reader.get(key.id) == nil)
        #expect(try store.destroy(pupil(1)) == 0)
        #expect(try store.isErased(identity: "1.2.246.562.24.1"))
        #expect(try reader.isErased(identity: "1.2.246.562.24.1"))
        #expect(try !store.isErased(identity: "1.2.246.562.24.2"))
        #expect(failure { try reader.destroy(pupil(1)) }?.code == .readOnly)
        #expect(failure { try reader.create(for: [pupil(1)], logSize: 0) }?.code == .readOnly)
    }

    @Test func `a small cache changes nothing that can be seen`() throws {
        let store = try open(cached: 3)
        let made = try store.create(for: (0..<10).map(pupil), logSize: 0)
        var random = Seeded(1)
        for _ in 0..<200 {
            let key = made.randomElement(using: &random)!
            #expect(try bytes(store.get(key.id)) == bytes(key))
        }
    }

    @Test func `a pupil's keys that are kept in memory are those of the file, whatever comes between`() throws {
        let store = try open()
        var made: [Int: [DataKey]] = [:]
        var random = Seeded(1)
        for round in 0..<200 {
            let number = Int.random(in: 0..<5, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0:
                try store.destroy(pupil(number))
                made[number] = nil
            case 1: made[number, default: []] += try store.create(for: [pupil(number)], logSize: Int64(round))
            case 2:
                #expect(throws: LogFailure.self) { try store.write { _ in throw LogFailure(.full, "The disk is full") } }
            case 3:
                let lost = Int64(round)
                try store.create(for: [pupil(number)], logSize: lost)
                _ = try store.keys(for: pupil(number))
                _ = try store.sweep(logSize: lost)
            default: break
            }
            for number in 0..<5 {
                #expect(try store.keys(for: pupil(number)).map(bytes) == (made[number] ?? []).map(bytes), "round \(round)")
            }
        }
    }

    @Test func `keys of an append that never came are swept, older ones stay`() throws {
        let store = try open()
        let kept = try store.create(for: [pupil(1)], logSize: 4)[0]
        let lost = try store.create(for: [pupil(2), pupil(3)], logSize: 5)
        #expect(try store.get(lost[0].id) != nil)
        #expect(try store.sweep(logSize: 5) == Sweep(keys: 2, rows: 0, settledRows: 0))
        #expect(try store.get(lost[0].id) == nil)
        #expect(try store.get(kept.id) != nil)
        #expect(try store.sweep(logSize: 5) == Sweep(keys: 0, rows: 0, settledRows: 0))
    }

    private func copied(_ path: String) throws -> [UInt8]? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let process = try Process.run(URL(fileURLWithPath: "/bin/cp"), arguments: [path, folder.file("copy")])
        process.waitUntilExit()
        return try folder.read("copy")
    }

    private func contains(_ file: [UInt8], _ part: [UInt8]) -> Bool { Data(file).range(of: Data(part)) != nil }

    private func unhex(_ text: String) throws -> [UInt8] {
        let digits = Array(text)
        return try stride(from: 0, to: digits.count, by: 2).map { try #require(UInt8(String(digits[$0...($0 + 1)]), radix: 16)) }
    }
}
