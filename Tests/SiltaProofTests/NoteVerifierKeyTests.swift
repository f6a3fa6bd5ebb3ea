import Crypto
import SiltaProof
import Testing

struct NoteVerifierKeyTests {
    private func refusal(_ text: String) -> NoteError? {
        do throws(NoteError) {
            _ = try NoteVerifierKey(parsing: text)
            return nil
        } catch {
            return error
        }
    }

    @Test func `the vector's key is read and written again`() throws {
        let key = try NoteVerifierKey(parsing: Notes.vectorKey)
        #expect(key.name.text == "example.com/foo")
        #expect(key.keyID == 0x530d_903a)
        #expect(key.description == Notes.vectorKey)
        #expect(try NoteVerifierKey(parsing: key.description) == key)
    }

    @Test func `every key's written form leads back to it, plus signs in its base64 or not`() throws {
        var withPlus = 0
        for seed in UInt8.min...UInt8.max {
            let key = try Notes.signer("silta/porvoo", seed: seed).verifierKey
            #expect(try NoteVerifierKey(parsing: key.description) == key)
            withPlus += key.description.split(separator: "+", maxSplits: 2)[2].contains("+") ? 1 : 0
        }
        #expect(withPlus > 0)
    }

    private static let malformed: [(error: NoteError, texts: [String])] = [
        (
            .verifierKey,
            [
                "", "++", "example.com/foo", "example.com/foo+530d903a", "example.com/foo+530d903a+", "example.com/foo+530d903a+AQ==",
                "example.com/foo+530d903+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
                "example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
                "example.com/foo+530d903g+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
                "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2kAA==",
                "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k\n",
            ]
        ),
        (.keyType(4), ["example.com/foo+530d903a+BOkyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"]),
        (
            .keyID(stated: 0x530d_903b, computed: 0x530d_903a),
            ["example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"]
        ),
        (
            .keyName,
            [
                "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
                "example com+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
            ]
        ),
    ]

    @Test func `what is not a verifier key is refused by what is wrong with it`() {
        for (error, texts) in Self.malformed {
            for text in texts { #expect(refusal(text) == error, "\(text.debugDescription)") }
        }
    }

    @Test func `the name belongs to the key's id`() throws {
        let text = Notes.vectorKey.replacing("foo", with: "bar")
        guard case .keyID(stated: 0x530d_903a, _) = refusal(text) else {
            Issue.record("a key under another name has another id")
            return
        }
    }

    @Test(arguments: ["", " ", "a b", "a+b", "a\nb", "a\u{0}b", "a\u{a0}b", "a\u{2003}b", "a\u{3000}b", "a\u{85}b"])
    func `a name with spaces, control characters or a plus sign is none`(text: String) {
        #expect(throws: NoteError.keyName) { try KeyName(text) }
    }

    @Test func `a signer shows only its public half`() throws {
        let signer = try Notes.signer("silta/porvoo", seed: 0xab)
        var dumped = ""
        dump(signer, to: &dumped)
        let secret = String(repeating: "ab", count: 4)
        for text in [String(describing: signer), String(reflecting: signer), "\([signer])", dumped] {
            #expect(text.contains("silta/porvoo+"))
            #expect(!text.contains(secret) && !text.contains("171, 171") && !text.contains("q6urq6ur"))
            #expect(!dumped.contains("privateKey") && !dumped.contains(": 171"))
        }
    }

    @Test func `sentences say what would be right`() {
        #expect(NoteError.keyType(4).description == "A verifier key must be of type 01, Ed25519 [type: 04]")
        #expect(
            NoteError.keyID(stated: 1, computed: 0x530d_903a).description
                == "The id of a verifier key does not fit its name and key; was it copied in full? [stated: 00000001, computed: 530d903a]")
        #expect(
            NoteError.controlCharacter(offset: 4).description
                == "A signed note must not hold control characters other than newline [byte: 4]")
    }
}
