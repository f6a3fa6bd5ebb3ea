import SiltaProof
import Testing

struct CheckpointTests {
    private static let root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="

    private func refusal(_ text: String) -> CheckpointError? {
        do throws(CheckpointError) {
            _ = try Checkpoint(parsing: text)
            return nil
        } catch {
            return error
        }
    }

    @Test func `the text is three lines, and reads as what was written`() throws {
        let root = try #require(TreeHash(base64: Self.root))
        let checkpoint = Checkpoint(origin: try LogOrigin("example.com/behind-the-sofa"), size: 20_852_163, root: root)
        #expect(checkpoint.text == "example.com/behind-the-sofa\n20852163\n\(Self.root)\n")
        #expect(try Checkpoint(parsing: checkpoint.text) == checkpoint)
    }

    @Test func `an empty and the largest log have checkpoints`() throws {
        #expect(try Checkpoint(parsing: "o\n0\n\(TreeHash.emptyRoot.base64)\n").size == 0)
        #expect(try Checkpoint(parsing: "o\n18446744073709551615\n\(Self.root)\n").size == .max)
    }

    @Test func `extension lines are kept and written again`() throws {
        let text = "o\n1\n\(Self.root)\nfirst\nsecond \u{e4}\n"
        let checkpoint = try Checkpoint(parsing: text)
        #expect(checkpoint.extensionLines == ["first", "second \u{e4}"])
        #expect(checkpoint.text == text)
        #expect(try checkpoint != Checkpoint(parsing: "o\n1\n\(Self.root)\n"))
        #expect(try checkpoint != Checkpoint(parsing: "o\n1\n\(Self.root)\nfirst\nsecond a\u{308}\n"))
    }

    private static let malformed: [(error: CheckpointError, texts: [String])] = [
        (.origin, ["", "o", "\n1\n\(root)\n", "o\u{1}\n1\n\(root)\n", "o\r\n1\r\n\(root)\r\n"]),
        (.size, ["o\n", "o\n1"]),
        (
            .size,
            [
                "", "01", "00", "+1", "-1", " 1", "1 ", "1_0", "0x1", "1\r", "\u{661}", "18446744073709551616", "184467440737095516150",
                "99999999999999999999999999999999999999999999999999",
            ].map { "o\n\($0)\n\(root)\n" }
        ),
        (
            .root,
            [
                "o\n1\n", "o\n1\n\(root)", "o\n1\n\n", "o\n1\n\(root)=\n", "o\n1\n \(root)\n", "o\n1\nAAAA\n",
                "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n",
            ]
        ),
        (.extensionLine, ["\n", "x", "x\n\ny\n", "x\ty\n", "x\r\n"].map { "o\n1\n\(root)\n\($0)" }),
    ]

    @Test func `text that is not exactly a checkpoint is refused by its line`() {
        for (error, texts) in Self.malformed {
            for text in texts { #expect(refusal(text) == error, "\(text.debugDescription)") }
        }
    }

    @Test func `a signed checkpoint is taken only from its own log and with its own key`() throws {
        let log = try Notes.signer("silta/porvoo", seed: 1)
        let other = try Notes.signer("silta/sipoo", seed: 2)
        let checkpoint = Checkpoint(origin: LogOrigin(log.verifierKey.name), size: 3, root: .leaf(of: [1]))
        let note = try checkpoint.signed(by: log)
        #expect(try Checkpoint(verifying: note, key: log.verifierKey) == checkpoint)
        #expect(try Checkpoint(verifying: SignedNote(parsing: note.bytes), key: log.verifierKey) == checkpoint)
        #expect(throws: CheckpointError.note(.noKnownSignature)) { try Checkpoint(verifying: note, key: other.verifierKey) }

        let foreign = try Checkpoint(origin: LogOrigin("silta/sipoo"), size: 3, root: .leaf(of: [1])).signed(by: log)
        let expected = CheckpointError.otherLog(expected: try LogOrigin("silta/porvoo"), found: try LogOrigin("silta/sipoo"))
        #expect(throws: expected) { try Checkpoint(verifying: foreign, key: log.verifierKey) }
        #expect(expected.description == "The checkpoint is of another log [expected: silta/porvoo, found: silta/sipoo]")
        #expect(try Checkpoint(verifying: foreign, keys: [log.verifierKey], origin: LogOrigin("silta/sipoo")).size == 3)
    }

    @Test func `while a log changes keys, its checkpoints hold for who knows either`() throws {
        let (old, new) = (try Notes.signer("silta/porvoo", seed: 1), try Notes.signer("silta/porvoo", seed: 2))
        let note = try Checkpoint(origin: LogOrigin("silta/porvoo"), size: 1, root: .leaf(of: [])).signed(by: old, new)
        for keys in [[old.verifierKey], [new.verifierKey], [old.verifierKey, new.verifierKey]] {
            #expect(try Checkpoint(verifying: note, keys: keys, origin: LogOrigin("silta/porvoo")).size == 1)
        }
    }

    @Test func `a good signature over text that is no checkpoint is not one`() throws {
        let log = try Notes.signer("silta/porvoo")
        let note = try SignedNote(signing: "silta/porvoo\n007\n\(Self.root)\n", by: [log])
        #expect(throws: CheckpointError.size) { try Checkpoint(verifying: note, key: log.verifierKey) }
    }
}
