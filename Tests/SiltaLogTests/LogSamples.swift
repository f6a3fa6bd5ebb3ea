import Crypto
import Foundation
import GRDB
import SiltaCore
import SiltaFormats
import SiltaLog
import SiltaProof
import Synchronization

/// Random numbers that a seed repeats (SplitMix64).
struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) } }
}

/// Random bytes for a log or a key store, repeated by a seed.
func randomBytes(seed: UInt64 = 1) -> @Sendable (Int) -> [UInt8] {
    let source = SeededSource(seed)
    return { source.bytes($0) }
}

private final class SeededSource: Sendable {
    private let random: Mutex<Seeded>

    init(_ seed: UInt64) { random = Mutex(Seeded(seed)) }

    func bytes(_ count: Int) -> [UInt8] { random.withLock { $0.bytes(count) } }
}

/// A folder that is gone with this object.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("silta-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    func write(_ bytes: [UInt8], to name: String) throws { try Data(bytes).write(to: URL(fileURLWithPath: file(name))) }

    func read(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: file(name)))) }
}

let noon = Instant("2026-10-05T12:00:00.000Z")!

let sampleKey = try! DataKey(id: KeyID(String(repeating: "a", count: 32)), bytes: [UInt8](repeating: 7, count: 32))

func pupil(_ number: Int) -> PupilID { PupilID(bits: UInt128(number) &* 0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835) }

func draft(_ number: Int, of stream: EventStream = .provider) -> Draft {
    Draft(stream: stream, type: "sample.made.v1", actor: .person("maija"), payload: .object([.init("n", .integer(Int64(number)))]))
}

func sealedDraft(_ text: String, of stream: EventStream) -> Draft {
    Draft(
        stream: stream, type: "sample.sealed.v1", actor: .source("primus"), cause: Position(0),
        secret: .init(plaintext: Array(text.utf8), key: sampleKey))
}

/// Any draft, of a few streams.
func anyDraft(_ random: inout Seeded) -> Draft {
    let streams: [EventStream] = [.provider, .access, .source("a \"b\" \\ å/c")] + (0..<5).map { .pupil(pupil($0)) }
    let stream = streams.randomElement(using: &random)!
    let number = Int.random(in: 0..<1000, using: &random)
    guard Bool.random(using: &random) else { return draft(number, of: stream) }
    return sealedDraft(String(repeating: "å", count: number), of: stream)
}

/// Runs a body on so many threads at once, however few cores there are, and waits for all of them.
func onThreads(_ count: Int, _ body: (Int) -> Void) {
    withoutActuallyEscaping(body) { body in
        let work = ThreadWork(body)
        let group = DispatchGroup()
        for number in 0..<count {
            group.enter()
            Thread {
                work.run(number)
                group.leave()
            }.start()
        }
        group.wait()
        work.end()
    }
}

/// What threads do while somebody waits for them.
private final class ThreadWork: Sendable {
    private nonisolated(unsafe) var body: ((Int) -> Void)?

    init(_ body: @escaping (Int) -> Void) { self.body = body }

    func run(_ number: Int) { body?(number) }

    func end() { body = nil }
}

func entries(of log: any EventLog) throws -> [StoredEntry] {
    var entries: [StoredEntry] = []
    try log.read { entries.append($0) }
    return entries
}

func root(of entries: [StoredEntry]) -> TreeHash {
    var frontier = MerkleFrontier()
    for stored in entries { frontier.append(.leaf(of: stored.line)) }
    return frontier.root
}

/// Signs checkpoints of a log.
struct SampleSigner {
    let signer: NoteSigner
    let origin: LogOrigin

    init(_ name: String = "silta/example") throws {
        let key = try KeyName(name)
        signer = NoteSigner(name: key, privateKey: Curve25519.Signing.PrivateKey())
        origin = LogOrigin(key)
    }

    var trust: CheckpointTrust { CheckpointTrust(origin: origin, keys: [signer.verifierKey]) }

    func checkpoint(_ log: any EventLog, size: Int64? = nil) throws -> SignedNote {
        let size = try size ?? log.head().size
        return try Checkpoint(origin: origin, size: UInt64(size), root: log.root(ofSize: size)).signed(by: signer)
    }
}

/// Another program that has the file open, such as the sqlite3 shell.
func rawSQL(_ path: String, _ statements: String...) throws {
    let queue = try DatabaseQueue(path: path)
    defer { try? queue.close() }
    try queue.writeWithoutTransaction { db in
        for statement in statements { try db.execute(sql: statement) }
    }
}

func sqlError(_ path: String, _ statement: String) -> String? {
    do {
        try rawSQL(path, statement)
        return nil
    } catch let error as DatabaseError {
        return error.message
    } catch {
        return "\(error)"
    }
}

/// What a call fails with, or nil.
func failure(_ body: () throws -> Void) -> LogFailure? {
    do {
        try body()
        return nil
    } catch {
        return error as? LogFailure
    }
}

/// The first column of the first row.
func rawText(_ path: String, _ query: String) throws -> String {
    let queue = try DatabaseQueue(path: path)
    defer { try? queue.close() }
    return try queue.read { db in try String.fetchOne(db, sql: query) } ?? ""
}
