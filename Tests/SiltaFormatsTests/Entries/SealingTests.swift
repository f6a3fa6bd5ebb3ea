import SiltaCore
import SiltaFormats
import SiltaTesting
import Testing

/// What is sealed opens in its place, with its key, unchanged, or not at all.
struct SealingTests {
    private let key = try! DataKey(id: "9ab10000000000000000000000000000", bytes: (0..<32).map { UInt8($0) })
    private let nonce = [UInt8](repeating: 5, count: 12)
    private let secret = Array(#"{"reason":"no-consent"}"#.utf8)

    private func entry() throws -> Entry {
        let draft = Draft(
            stream: .pupil(Example.pupil), type: "absence.recorded.v1", actor: .source("primus"), secret: .init(plaintext: secret, key: key)
        )
        return try draft.entry(at: Position(3), version: StreamVersion(2), recorded: instant("2026-10-05T17:00:00Z"), nonce: nonce)
    }

    @Test func `it opens with its key after a trip through the line`() throws {
        let entry = try Entry(line: entry().line)
        #expect(try entry.opened(with: key) == secret)
        #expect(entry.key == key.id)
        #expect(entry.sealed?.count == 12 + secret.count + 16)
        #expect(entry.sealed.map { Array($0.prefix(12)) } == nonce)
    }

    @Test func `any flipped bit keeps it shut`() throws {
        let good = try entry()
        for bit in 0..<good.sealed!.count * 8 {
            var entry = good
            entry.sealed?[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(throws: EntryError.self, "bit \(bit)") { try entry.opened(with: key) }
        }
    }

    @Test func `cut short it stays shut`() throws {
        let good = try entry()
        for count in 0..<good.sealed!.count {
            var entry = good
            entry.sealed = Array(good.sealed!.prefix(count))
            #expect(throws: EntryError.self, "\(count) bytes") { try entry.opened(with: key) }
        }
    }

    @Test func `in another stream, version or type it stays shut, and elsewhere it opens`() throws {
        let good = try entry()
        for change in [
            { $0.stream = .pupil(PupilID(bits: 9)) }, { $0.stream = .provider }, { $0.version = StreamVersion(3) },
            { $0.type = "absence.recorded.v2" },
            { $0.type = "absence.withdrawn.v1" },
        ] as [(inout Entry) -> Void] {
            var entry = good
            change(&entry)
            #expect(throws: EntryError.self) { try entry.opened(with: key) }
        }
        var moved = good
        moved.position = Position(77)
        #expect(try moved.opened(with: key) == secret, "its position is the log's to prove")
    }

    @Test func `with another key it stays shut`() throws {
        let other = try DataKey(id: key.id, bytes: (1..<33).map { UInt8($0) })
        let entry = try entry()
        #expect(throws: EntryError.self) { try entry.opened(with: other) }
        #expect(throws: EntryError.self) { try entry.opened(with: key.derived(for: "another use")) }
    }

    @Test(arguments: [0, 11, 13, 16, 32])
    func `a nonce of another length than 12 is refused`(count: Int) {
        #expect(throws: EntryError.self) { try key.seal(secret, nonce: [UInt8](repeating: 1, count: count), authenticating: []) }
    }

    @Test(arguments: [0, 16, 31, 33, 64])
    func `a key of another length than 32 bytes is refused`(count: Int) {
        #expect(throws: EntryError.self) { try DataKey(id: "x", bytes: [UInt8](repeating: 1, count: count)) }
    }

    @Test func `what has nothing sealed says so, and a draft of nothing has an empty payload`() throws {
        let entry = try Draft(stream: .provider, type: "disclosure.opened.v1", actor: .person("maija"))
            .entry(at: Position(1), version: StreamVersion(1), recorded: Instant(milliseconds: 0), nonce: nonce)
        #expect(entry.payload == [:])
        #expect(entry.key == nil)
        #expect(throws: EntryError("the entry at 1 has nothing sealed")) { try entry.opened(with: key) }
    }
}
