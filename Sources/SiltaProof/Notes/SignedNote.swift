/// Text signed by one or more keys (C2SP signed-note, https://c2sp.org/signed-note).
///
///     <text, any lines, the last one ending in a newline>
///     <empty line>
///     — <key name> <base64 of key id and signature>
///
/// A note that was parsed says nothing until `verify(with:)` has been asked. Reading is exact: what was parsed is
/// written again as the same bytes.
public struct SignedNote: Sendable {
    /// One signature line.
    public struct Signature: Hashable, Sendable {
        public let keyName: KeyName
        public let keyID: UInt32
        /// What the key made: for Ed25519, 64 bytes over the text's bytes.
        public let bytes: [UInt8]

        public init(keyName: KeyName, keyID: UInt32, bytes: [UInt8]) {
            self.keyName = keyName
            self.keyID = keyID
            self.bytes = bytes
        }
    }

    /// The longest note that is read: room for a log's text and a hundred post-quantum signatures.
    public static let maximumByteCount = 1_000_000
    /// The most signatures that are read. C2SP asks for 16 at least.
    public static let maximumSignatureCount = 100

    /// What is signed, its final newline included.
    public let text: String
    public let signatures: [Signature]

    /// Signs a text.
    ///
    /// - Throws: `NoteError.textWithoutNewline`, `.controlCharacter` or `.tooLong` if a note cannot hold the text,
    ///   `.withoutSignatures` or `.tooManySignatures` by the number of signers, `.signing` if a key fails.
    public init(signing text: String, by signers: [NoteSigner]) throws(NoteError) {
        var signatures: [Signature] = []
        for signer in signers {
            signatures.append(try signer.sign(text))
        }
        try self.init(text: text, signatures: signatures)
    }

    /// Puts a note together from its parts, such as a checkpoint and signatures of witnesses.
    ///
    /// - Throws: the `NoteError` with which the written note would be refused.
    public init(text: String, signatures: [Signature]) throws(NoteError) {
        guard text.utf8.last == UInt8(ascii: "\n") else { throw .textWithoutNewline }
        guard !signatures.isEmpty else { throw .withoutSignatures }
        self.text = text
        self.signatures = signatures
        // Reading what was written is the one check of all rules.
        _ = try SignedNote(parsing: bytes)
    }

    /// Reads a note.
    ///
    /// - Throws: the `NoteError` that says which rule of the format is broken.
    public init(parsing bytes: some Collection<UInt8>) throws(NoteError) {
        guard bytes.count <= Self.maximumByteCount else { throw .tooLong(byteCount: bytes.count) }
        let bytes = Array(bytes)
        if let offset = bytes.firstIndex(where: { $0 < 0x20 && $0 != UInt8(ascii: "\n") }) {
            throw .controlCharacter(offset: offset)
        }
        guard String(validating: bytes, as: UTF8.self) != nil else { throw .notUTF8 }
        // The last empty line separates: the text may hold empty lines of its own, signatures may not.
        let newline = UInt8(ascii: "\n")
        guard bytes.last == newline,
            let separator = bytes.indices.dropLast(2).last(where: { bytes[$0] == newline && bytes[$0 + 1] == newline })
        else { throw .withoutSignatures }
        text = String(decoding: bytes[...separator], as: UTF8.self)
        signatures = try Self.signatures(in: bytes[(separator + 2)...])
    }

    private static func signatures(in lines: ArraySlice<UInt8>) throws(NoteError) -> [Signature] {
        var reader = LineReader(lines)
        var signatures: [Signature] = []
        while let line = reader.next() {
            guard signatures.count < maximumSignatureCount else { throw .tooManySignatures }
            guard let signature = Signature(line: line) else { throw .signatureLine(signatures.count + 1) }
            signatures.append(signature)
        }
        return signatures
    }

    /// The note as it is written, UTF-8.
    public var bytes: [UInt8] {
        var bytes = Array(text.utf8)
        bytes.append(UInt8(ascii: "\n"))
        for signature in signatures {
            bytes += signature.line.utf8
        }
        return bytes
    }

    /// Checks the signatures by the keys that are trusted.
    ///
    /// Signatures by other keys are passed over, as C2SP demands: they may be of witnesses that are not known here.
    ///
    /// - Returns: the keys whose signatures are good, in the order of the note; at least one.
    /// - Throws: `NoteError.badSignature` if a signature that names a trusted key is not good, even if others are;
    ///   `NoteError.noKnownSignature` if none names a trusted key.
    @discardableResult
    public func verify(with keys: [NoteVerifierKey]) throws(NoteError) -> [NoteVerifierKey] {
        var verified: [NoteVerifierKey] = []
        for signature in signatures {
            for key in keys where key.isNamed(by: signature) {
                guard key.verifies(signature, of: text) else {
                    throw .badSignature(signature.keyName, keyID: signature.keyID)
                }
                verified.append(key)
            }
        }
        guard !verified.isEmpty else { throw .noKnownSignature }
        return verified
    }
}

extension SignedNote: Equatable {
    public static func == (one: SignedNote, other: SignedNote) -> Bool {
        areSameBytes(one.text, other.text) && one.signatures == other.signatures
    }
}

extension SignedNote.Signature {
    private static let mark = "\u{2014} "
    private static let keyIDByteCount = 4

    /// A signature from its line without the newline, or nil if it is not one.
    fileprivate init?(line: ArraySlice<UInt8>) {
        guard let parts = line.dropping(prefix: Self.mark), let space = parts.firstIndex(of: UInt8(ascii: " ")),
            let name = String(validating: parts[..<space], as: UTF8.self), let keyName = try? KeyName(name),
            let decoded = Base64.decode(parts[(space + 1)...]), decoded.count > Self.keyIDByteCount
        else { return nil }
        self.init(
            keyName: keyName,
            keyID: UInt32(bigEndianBytes: decoded.prefix(Self.keyIDByteCount)),
            bytes: Array(decoded.dropFirst(Self.keyIDByteCount)))
    }

    /// The signature's line, its newline included.
    fileprivate var line: String {
        "\(Self.mark)\(keyName) \(Base64.encode(keyID.bigEndianBytes + bytes))\n"
    }
}
