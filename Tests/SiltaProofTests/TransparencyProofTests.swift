import SiltaProof
import Testing

struct TransparencyProofTests {
    private let log: NoteSigner
    private let tree: StoredTree

    init() throws {
        log = try Notes.signer("silta/porvoo", seed: 5)
        tree = StoredTree(count: 40)
    }

    private func entry(_ index: Int) -> [UInt8] { Array("entry \(index)".utf8) }

    private func proof(index: Int, size: Int) throws -> TransparencyProof {
        let frontier = try MerkleFrontier(size: UInt64(size), node: tree.node)
        let checkpoint = Checkpoint(origin: LogOrigin(log.verifierKey.name), size: frontier.size, root: frontier.root)
        let inclusion = try #require(try InclusionProof.make(index: UInt64(index), size: UInt64(size), node: tree.node))
        return TransparencyProof(inclusion: inclusion, checkpoint: try checkpoint.signed(by: log))
    }

    private func refusal(_ text: String) -> TransparencyProofError? {
        do throws(TransparencyProofError) {
            _ = try TransparencyProof(parsing: text.utf8)
            return nil
        } catch {
            return error
        }
    }

    @Test func `the file has the lines of the specification`() throws {
        let proof = try proof(index: 1, size: 3)
        let lines = String(decoding: proof.bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines[0] == "c2sp.org/tlog-proof@v1")
        #expect(lines[1] == "index 1")
        #expect(lines[2] == tree.leaves[0].base64)
        #expect(lines[3] == tree.leaves[2].base64)
        #expect(lines[4] == "")
        #expect(lines[5] == "silta/porvoo")
        #expect(lines[6] == "3")
        #expect(lines[8] == "")
        #expect(lines[9].hasPrefix("\u{2014} silta/porvoo "))
        #expect(lines.count == 11 && lines[10] == "")
    }

    @Test func `every entry of every log is proved by a file, to whoever has the public key`() throws {
        let key = try NoteVerifierKey(parsing: log.verifierKey.description)
        for size in [1, 2, 3, 7, 8, 31, 40] {
            for index in 0..<size {
                let written = try proof(index: index, size: size)
                let read = try TransparencyProof(parsing: written.bytes)
                #expect(read == written)
                #expect(read.bytes == written.bytes)
                #expect(try read.verify(entry: entry(index), key: key).size == UInt64(size))
            }
        }
    }

    @Test func `another entry, index or log is not proved`() throws {
        let proof = try proof(index: 6, size: 11)
        for other in [entry(5), entry(6) + [10], entry(6).dropLast(), []] {
            #expect(throws: TransparencyProofError.notIncluded(index: 6, size: 11)) {
                try proof.verify(entry: other, key: log.verifierKey)
            }
        }
        for index in [UInt64(0), 5, 7, 10, 11, 12, .max] {
            let moved = TransparencyProof(
                inclusion: InclusionProof(index: index, size: 11, hashes: proof.hashes), checkpoint: proof.checkpoint)
            #expect(throws: TransparencyProofError.notIncluded(index: index, size: 11)) {
                try moved.verify(entry: entry(6), key: log.verifierKey)
            }
        }
        let other = try Notes.signer("silta/sipoo", seed: 5).verifierKey
        #expect(throws: TransparencyProofError.checkpoint(.note(.noKnownSignature))) {
            try proof.verify(entry: entry(6), key: other)
        }
        let otherOrigin = TransparencyProofError.checkpoint(
            .otherLog(expected: try LogOrigin("silta/sipoo"), found: try LogOrigin("silta/porvoo")))
        #expect(throws: otherOrigin) {
            try proof.verify(entry: entry(6), keys: [log.verifierKey], origin: LogOrigin("silta/sipoo"))
        }
    }

    @Test(arguments: [(0, 1), (2, 3), (5, 9)])
    func `no single bit of the file can be changed, and none of it left off`(index: Int, size: Int) throws {
        let bytes = try proof(index: index, size: size).bytes
        for bit in 0..<bytes.count * 8 {
            var changed = bytes
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(throws: TransparencyProofError.self, "bit \(bit)") {
                try TransparencyProof(parsing: changed).verify(entry: entry(index), key: log.verifierKey)
            }
        }
        for count in 0..<bytes.count {
            #expect(throws: TransparencyProofError.self, "first \(count) bytes") {
                try TransparencyProof(parsing: bytes.prefix(count)).verify(entry: entry(index), key: log.verifierKey)
            }
        }
    }

    @Test func `extra data is read, written again and believed by nobody`() throws {
        let text = String(decoding: try proof(index: 4, size: 6).bytes, as: UTF8.self)
        let written = text.replacing("index 4", with: "extra AAEC\nindex 4")
        let read = try TransparencyProof(parsing: written.utf8)
        #expect(read.extra == [0, 1, 2])
        #expect(read.bytes == Array(written.utf8))
        #expect(try read.verify(entry: entry(4), key: log.verifierKey).size == 6)
        #expect(try TransparencyProof(parsing: text.replacing("index 4", with: "extra \nindex 4").utf8).extra == [])
    }

    @Test func `a file that is not exactly a proof is refused by its line`() throws {
        let text = String(decoding: try proof(index: 4, size: 6).bytes, as: UTF8.self)
        let hash = try #require(text.split(separator: "\n").dropFirst(2).first)
        let changes: [(String, String, TransparencyProofError)] = [
            ("proof@v1", "proof@v2", .firstLine), ("c2sp", " c2sp", .firstLine), ("c2sp", "\nc2sp", .firstLine),
            ("@v1\n", "@v1\r\n", .firstLine),
            ("index 4", "extra A\nindex 4", .extra), ("index 4", "extra AAEC", .index),
            ("index 4", "index 4\nextra AAEC", .hash(number: 1)),
            ("index 4", "extra AAEC\nextra AAEC\nindex 4", .index), ("index 4", "index 04", .index), ("index 4", "index -4", .index),
            ("index 4", "index  4", .index), ("index 4", "index", .index), ("index 4", "index ", .index), ("index 4", "Index 4", .index),
            ("index 4", "index 18446744073709551616", .index), ("index 4\n", "", .index),
            (String(hash), hash + " ", .hash(number: 1)), (String(hash), "\(hash)\nAAAA", .hash(number: 2)),
            (hash + "\n", String(repeating: hash + "\n", count: 64), .hash(number: 65)),
            ("\n\nsilta", "\nsilta", .hash(number: 3)),
        ]
        for (old, new, error) in changes {
            let changed = text.replacing(old, with: new, maxReplacements: 1)
            #expect(changed != text)
            #expect(refusal(changed) == error, "\(old.debugDescription) to \(new.debugDescription)")
        }
        #expect(refusal("") == .firstLine)
        #expect(refusal("c2sp.org/tlog-proof@v1\nindex 4\n\n") == .checkpoint(.note(.withoutSignatures)))
        #expect(refusal(text + String(repeating: "x", count: 1_000_000)) == .tooLong(byteCount: text.utf8.count + 1_000_000))
    }
}
