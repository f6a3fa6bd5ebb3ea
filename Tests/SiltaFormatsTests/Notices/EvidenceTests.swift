import Crypto
import Foundation
import SiltaCore
import SiltaFormats
import SiltaProof
import SiltaTesting
import Testing

/// Whoever has the body, the header and the public key can show that exactly this was sent.
struct EvidenceTests {
    private let signer: NoteSigner
    private let origin: LogOrigin
    private let message: ComposedMessage
    private let entry: Entry
    private let evidence: Evidence

    init() throws {
        let name = try KeyName("silta/jarvenpaa")
        signer = NoteSigner(name: name, privateKey: Curve25519.Signing.PrivateKey())
        origin = LogOrigin(name)
        let composition = Composition(kind: .referral, id: Example.notice, recipient: Example.recipient, basis: nil, fields: [.identity])
        message = ComposedMessage(composition: composition, body: Array(#"{"notice":"å"}"#.utf8), salt: (0..<32).map { UInt8($0) })
        var trip = LogTrip()
        entry = try trip.entry(of: message.eventBytes, in: .notice(Example.notice), instant("2026-11-05T17:00:00Z"))
        evidence = try Self.evidence(of: entry.line, salt: message.salt, among: 5, signer)
    }

    /// A log of some leaves with the line as the third of them.
    private static func evidence(of line: [UInt8], salt: [UInt8], among count: Int, _ signer: NoteSigner) throws -> Evidence {
        var leaves = (0..<count).map { Array("line \($0)".utf8) }
        leaves[2] = line
        var frontier = MerkleFrontier()
        var nodes: [TreeNode: TreeHash] = [:]
        for leaf in leaves { frontier.append(.leaf(of: leaf)) { nodes[$0] = $1 } }
        let inclusion = try #require(InclusionProof.make(index: 2, size: frontier.size) { nodes[$0]! })
        let checkpoint = Checkpoint(origin: LogOrigin(signer.verifierKey.name), size: frontier.size, root: frontier.root)
        let proof = TransparencyProof(inclusion: inclusion, checkpoint: try checkpoint.signed(by: signer))
        return Evidence(entry: line, salt: salt, proof: proof.bytes)
    }

    @Test func `the right body verifies, after a trip through the header`() throws {
        let read = try Evidence(headerValue: evidence.headerValue)
        #expect(read == evidence)
        #expect(evidence.headerValue.utf8.allSatisfy { (0x21...0x7E).contains($0) })
        let (entry, checkpoint) = try read.verify(body: message.body, keys: [signer.verifierKey], origin: origin)
        #expect(entry == self.entry)
        #expect(checkpoint.size == 5)
    }

    @Test func `another body is not what was sent`() {
        for body in [[], message.body + [0x20], Array(message.body.dropLast()), Array(#"{"notice":"a"}"#.utf8)] {
            #expect(throws: EvidenceError.anotherBody) { try evidence.verify(body: body, keys: [signer.verifierKey], origin: origin) }
        }
    }

    @Test func `another salt is not what was committed to, also where salt and body meet elsewhere`() {
        var other = evidence
        other.salt[0] ^= 1
        #expect(throws: EvidenceError.anotherBody) { try other.verify(body: message.body, keys: [signer.verifierKey], origin: origin) }
        // The same bytes in sequence, cut at another place: a salt is 32 bytes.
        var moved = evidence
        moved.salt = evidence.salt + [message.body[0]]
        #expect(throws: (any Error).self) {
            try moved.verify(body: Array(message.body.dropFirst()), keys: [signer.verifierKey], origin: origin)
        }
    }

    @Test func `another key or another log is not the sender's`() throws {
        let stranger = NoteSigner(name: signer.verifierKey.name, privateKey: Curve25519.Signing.PrivateKey())
        let elsewhere = try LogOrigin("silta/toinen")
        for (keys, origin) in [([stranger.verifierKey], origin), ([], origin), ([signer.verifierKey], elsewhere)] {
            #expect(throws: EvidenceError.self) { try evidence.verify(body: message.body, keys: keys, origin: origin) }
        }
        let forged = try Self.evidence(of: entry.line, salt: message.salt, among: 5, stranger)
        #expect(throws: EvidenceError.self) { try forged.verify(body: message.body, keys: [signer.verifierKey], origin: origin) }
    }

    @Test func `any flipped bit of the entry or of the proof is found`() {
        for at in stride(from: 0, to: evidence.entry.count * 8, by: 3) {
            var tampered = evidence
            tampered.entry[at / 8] ^= 1 << UInt8(at % 8)
            #expect(throws: EvidenceError.self, "bit \(at) of the entry") {
                try tampered.verify(body: message.body, keys: [signer.verifierKey], origin: origin)
            }
        }
        for at in stride(from: 0, to: evidence.proof.count * 8, by: 3) {
            var tampered = evidence
            tampered.proof[at / 8] ^= 1 << UInt8(at % 8)
            #expect(throws: EvidenceError.self, "bit \(at) of the proof") {
                try tampered.verify(body: message.body, keys: [signer.verifierKey], origin: origin)
            }
        }
    }

    @Test func `an entry of another kind proves nothing`() throws {
        var other = entry
        other.type = "notice.prepared.v1"
        let elsewhere = try Self.evidence(of: other.line, salt: message.salt, among: 5, signer)
        #expect(throws: EvidenceError.malformed("the entry is not the composing of a notice")) {
            try elsewhere.verify(body: message.body, keys: [signer.verifierKey], origin: origin)
        }
        let noEntry = try Self.evidence(of: Array("line".utf8), salt: message.salt, among: 5, signer)
        #expect(throws: EvidenceError.self) { try noEntry.verify(body: message.body, keys: [signer.verifierKey], origin: origin) }
    }

    @Test func `a header that is not evidence is refused with a sentence`() {
        func header(_ json: String) -> String { Data(json.utf8).base64EncodedString() }
        for text in [
            "", "å", "e30", "e30=", header("[]"), header("{}"), header(#"{"entry":"a","salt":"b","proof":1}"#),
            header(#"{"entry":"a","salt":"%","proof":"c"}"#), header("\u{0}"), " " + evidence.headerValue,
        ] {
            #expect(throws: EvidenceError.self, "\(text.prefix(20))") { try Evidence(headerValue: text) }
        }
    }

    @Test func `a spoiled header never crashes and never verifies another body`() {
        let header = Array(evidence.headerValue.utf8)
        for seed in UInt64(1)...400 {
            var random = SeededRandom(seed: seed)
            var bytes = header
            for _ in 0..<random.number(1...3) { bytes[random.number(0...bytes.count - 1)] = UInt8(random.number(0x20...0x7E)) }
            guard let read = try? Evidence(headerValue: String(decoding: bytes, as: UTF8.self)) else { continue }
            #expect(throws: EvidenceError.self, "seed \(seed)") {
                try read.verify(body: message.body + [1], keys: [signer.verifierKey], origin: origin)
            }
        }
    }
}
