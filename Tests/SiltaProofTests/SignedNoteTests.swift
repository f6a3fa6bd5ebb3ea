import Crypto
import SiltaProof
import Testing

/// Keys and notes for the tests.
enum Notes {
    static let vectorKey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
    static let vectorText = "This is an example message.\n"
    static let vectorSignature = "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM="
    static let vector = "\(vectorText)\n\u{2014} example.com/foo \(vectorSignature)\n"

    static func signer(_ name: String, seed: UInt8 = 1) throws -> NoteSigner {
        let key = try Curve25519.Signing.PrivateKey(rawRepresentation: [UInt8](repeating: seed, count: 32))
        return NoteSigner(name: try KeyName(name), privateKey: key)
    }
}

struct SignedNoteTests {
    private func parse(_ text: String) throws(NoteError) -> SignedNote { try SignedNote(parsing: text.utf8) }

    private func refusal(_ bytes: some Collection<UInt8>) -> NoteError? {
        do throws(NoteError) {
            _ = try SignedNote(parsing: bytes)
            return nil
        } catch {
            return error
        }
    }

    @Test func `the vector verifies with its key`() throws {
        let note = try parse(Notes.vector)
        #expect(note.text == Notes.vectorText)
        #expect(note.signatures.count == 1)
        #expect(note.signatures[0].keyName.text == "example.com/foo")
        #expect(note.signatures[0].keyID == 0x530d_903a)
        let key = try NoteVerifierKey(parsing: Notes.vectorKey)
        #expect(try note.verify(with: [key]) == [key])
        #expect(note.bytes == Array(Notes.vector.utf8))
    }

    @Test func `no single bit of the vector can be changed`() throws {
        let key = try NoteVerifierKey(parsing: Notes.vectorKey)
        let bytes = Array(Notes.vector.utf8)
        for bit in 0..<bytes.count * 8 {
            var changed = bytes
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(throws: NoteError.self, "bit \(bit)") { try SignedNote(parsing: changed).verify(with: [key]) }
        }
    }

    @Test func `what is signed here verifies here, with one key and with sixteen`() throws {
        let signers = try (1...16).map { try Notes.signer("silta/kunta-\($0)", seed: UInt8($0)) }
        let note = try SignedNote(signing: "a\n\nb\n", by: signers)
        let read = try SignedNote(parsing: note.bytes)
        #expect(read == note)
        #expect(read.text == "a\n\nb\n")
        #expect(try read.verify(with: signers.map(\.verifierKey)) == signers.map(\.verifierKey))
        for signer in signers { #expect(try read.verify(with: [signer.verifierKey]) == [signer.verifierKey]) }
    }

    @Test func `signatures of unknown keys are passed over`() throws {
        let log = try Notes.signer("silta/porvoo", seed: 1)
        let sameName = try Notes.signer("silta/porvoo", seed: 2)
        let other = try Notes.signer("witness.example", seed: 3)
        let note = try SignedNote(signing: "text\n", by: [other, sameName, log])
        #expect(try note.verify(with: [log.verifierKey]) == [log.verifierKey])
        let sameID = SignedNote.Signature(keyName: try KeyName("elsewhere"), keyID: log.verifierKey.keyID, bytes: [1, 2, 3])
        #expect(try SignedNote(text: "text\n", signatures: [sameID] + note.signatures).verify(with: [log.verifierKey]) == [log.verifierKey])
    }

    @Test func `a note without a signature of a known key is refused`() throws {
        let note = try SignedNote(signing: "text\n", by: [try Notes.signer("silta/porvoo", seed: 1)])
        let others = [try Notes.signer("silta/porvoo", seed: 2).verifierKey, try Notes.signer("silta/sipoo", seed: 1).verifierKey]
        #expect(throws: NoteError.noKnownSignature) { try note.verify(with: others) }
        #expect(throws: NoteError.noKnownSignature) { try note.verify(with: []) }
    }

    @Test func `one bad signature of a known key refuses the note, good ones beside it or not`() throws {
        let log = try Notes.signer("silta/porvoo", seed: 1)
        let witness = try Notes.signer("witness.example", seed: 2)
        let good = try log.sign("text\n")
        let own = try witness.sign("text\n")
        #expect(try SignedNote(text: "text\n", signatures: [good, own]).verify(with: [log.verifierKey, witness.verifierKey]).count == 2)
        let wrong: [[UInt8]] = [Array(repeating: 0, count: 64), own.bytes.dropLast(), own.bytes + [0], good.bytes, [1]]
        for bytes in wrong {
            let bad = SignedNote.Signature(keyName: own.keyName, keyID: own.keyID, bytes: bytes)
            for signatures in [[good, bad], [bad, good], [good, own, bad]] {
                let note = try SignedNote(text: "text\n", signatures: signatures)
                #expect(throws: NoteError.badSignature(own.keyName, keyID: own.keyID)) {
                    try note.verify(with: [log.verifierKey, witness.verifierKey])
                }
                #expect(try note.verify(with: [log.verifierKey]) == [log.verifierKey])
            }
        }
    }

    @Test func `text that looks like signatures stays text`() throws {
        let log = try Notes.signer("silta/porvoo", seed: 1)
        let inner = try SignedNote(signing: "inner\n", by: [log])
        let text = String(decoding: inner.bytes, as: UTF8.self)
        let outer = try SignedNote(signing: text, by: [try Notes.signer("silta/sipoo", seed: 2)])
        #expect(try SignedNote(parsing: outer.bytes).text == text)
        #expect(throws: NoteError.noKnownSignature) { try outer.verify(with: [log.verifierKey]) }
    }

    @Test func `text that Unicode holds for equal is other text`() throws {
        let log = try Notes.signer("silta/porvoo")
        let composed = try SignedNote(signing: "\u{e9}\n", by: [log])
        let decomposed = try SignedNote(text: "e\u{301}\n", signatures: composed.signatures)
        #expect(composed != decomposed)
        #expect(throws: NoteError.badSignature(log.verifierKey.name, keyID: log.verifierKey.keyID)) {
            try decomposed.verify(with: [log.verifierKey])
        }
        #expect(try KeyName("\u{e9}") != KeyName("e\u{301}"))
        // A combining mark after the newline or the space joins them to one character of a `String`, but not of a note.
        let marked = try SignedNote(signing: "a\n\u{301}b \u{301}\n\n\u{301}\n", by: [log])
        #expect(try SignedNote(parsing: marked.bytes) == marked)
    }

    private static let line = "\u{2014} k AAAAAQI=\n"

    private static let malformed: [(error: NoteError, texts: [String])] = [
        (
            .withoutSignatures,
            ["", "\n", "\n\n", "text", "text\n", "text\n\n", "text\n\(line)", "\n\(line)", "text\n\n\u{2014} k AAAAAQI="]
        ),
        (.controlCharacter(offset: 4), ["text\r\n\r\n\(line)", "text\u{1f}\n\n\(line)"]),
        (.controlCharacter(offset: 2), ["te\u{0}xt\n\n\(line)", "te\txt\n\n\(line)", "te\u{b}xt\n\n\(line)"]),
        (.signatureLine(2), ["text\n\n\(line)\n", "text\n\n\(line)more\n", "text\n\n\(line) \(line)"]),
        (
            .signatureLine(1),
            [
                "- k AAAAAQI=", "\u{2013} k AAAAAQI=", "\u{2014}k AAAAAQI=", "\u{2014}  AAAAAQI=", "\u{2014} AAAAAQI=",
                "\u{2014} k  AAAAAQI=", "\u{2014} k AAAAAQI= ", "\u{2014} k AAAAAQI", "\u{2014} k AAAAAQJ=", "\u{2014} k AAAAAQ==",
                "\u{2014} k AAAA", "\u{2014} k ", "\u{2014} k+l AAAAAQI=", "\u{2014} k\u{a0}l AAAAAQI=", "\u{2014} k\u{2028}l AAAAAQI=",
                " \u{2014} k AAAAAQI=", "\u{2014} \u{301} é AAAAAQI=",
            ].map { "text\n\n\($0)\n" }
        ),
    ]

    @Test func `a note that breaks a rule of the format is refused by that rule`() {
        for (error, texts) in Self.malformed {
            for text in texts { #expect(refusal(text.utf8) == error, "\(text.debugDescription)") }
        }
    }

    @Test func `the shortest notes are notes`() throws {
        #expect(try parse("t\n\n" + Self.line).text == "t\n")
        #expect(try parse("\n\n" + Self.line).text == "\n")
        #expect(try parse("a\n\n\n" + Self.line).text == "a\n\n")
    }

    @Test(arguments: [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x80]] as [[UInt8]])
    func `a note that is not UTF-8 is refused`(bytes: [UInt8]) {
        #expect(refusal(bytes + Array(Notes.vector.utf8)) == .notUTF8)
    }

    @Test func `size and number of signatures are bounded`() {
        let text = "text\n\n"
        #expect(refusal((text + String(repeating: Self.line, count: 100)).utf8) == nil)
        #expect(refusal((text + String(repeating: Self.line, count: 101)).utf8) == .tooManySignatures)
        let rest = "\n\n" + Self.line
        let fitting = String(repeating: "x", count: SignedNote.maximumByteCount - rest.utf8.count) + rest
        #expect(refusal(fitting.utf8) == nil)
        #expect(refusal(("x" + fitting).utf8) == .tooLong(byteCount: 1_000_001))
    }

    @Test func `text that no note can hold is not signed`() throws {
        let signer = try Notes.signer("silta/porvoo")
        #expect(throws: NoteError.textWithoutNewline) { try SignedNote(signing: "", by: [signer]) }
        #expect(throws: NoteError.textWithoutNewline) { try SignedNote(signing: "text", by: [signer]) }
        #expect(throws: NoteError.controlCharacter(offset: 4)) { try SignedNote(signing: "text\r\n", by: [signer]) }
        #expect(throws: NoteError.controlCharacter(offset: 1)) { try SignedNote(signing: "a\u{7}\n", by: [signer]) }
        #expect(throws: NoteError.withoutSignatures) { try SignedNote(signing: "a\n\nb\n", by: []) }
        #expect(throws: NoteError.withoutSignatures) { try SignedNote(text: Notes.vector, signatures: []) }
    }

    @Test func `no part of a note, cut off or mixed up, is a trap`() throws {
        let seed: UInt64 = 31
        var random = SeededGenerator(seed: seed)
        let key = try NoteVerifierKey(parsing: Notes.vectorKey)
        let bytes = Array(Notes.vector.utf8)
        for count in 0..<bytes.count {
            #expect(throws: NoteError.self) { try SignedNote(parsing: bytes.prefix(count)).verify(with: [key]) }
        }
        let pieces = ["\n", "\n\n", "\u{2014} ", "k ", "AAAAAQI=", " ", "+", "\u{301}", "é", "=", "\u{2014} k AAAAAQI=\n"]
        for _ in 0..<3_000 {
            let text = (0..<Int.random(in: 0..<12, using: &random)).map { _ in pieces.randomElement(using: &random)! }.joined()
            if let note = try? SignedNote(parsing: text.utf8) {
                #expect(note.bytes == Array(text.utf8), "written as it was read, seed \(seed)")
            }
        }
    }
}
