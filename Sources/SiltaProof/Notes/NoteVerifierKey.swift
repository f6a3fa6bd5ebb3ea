public import Crypto

/// A public key, under a name, that checks Ed25519 signatures of notes; written as a C2SP verifier key ("vkey"):
/// `name+id+key`, such as `silta/porvoo+530d903a+Aekye…`.
public struct NoteVerifierKey: Sendable {
    /// The signature type of plain Ed25519 in key ids and verifier keys (C2SP signed-note).
    private static let ed25519Type: UInt8 = 0x01

    public let name: KeyName
    /// The first four bytes, big-endian, of SHA-256 over name, newline, signature type and public key.
    public let keyID: UInt32
    public let publicKey: Curve25519.Signing.PublicKey

    public init(name: KeyName, publicKey: Curve25519.Signing.PublicKey) {
        self.name = name
        self.publicKey = publicKey
        var hasher = SHA256()
        hasher.update(data: Array(name.text.utf8))
        hasher.update(data: [UInt8(ascii: "\n"), Self.ed25519Type])
        hasher.update(data: publicKey.rawRepresentation)
        keyID = UInt32(bigEndianBytes: hasher.finalize().prefix(4))
    }

    /// A key from its written form.
    ///
    /// - Throws: `NoteError.verifierKey`, `.keyName`, `.keyType` or `.keyID`, by what is wrong with it.
    public init(parsing text: String) throws(NoteError) {
        // Base64 may hold a plus sign too, so only the first two separate.
        let parts = text.utf8.split(separator: UInt8(ascii: "+"), maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let name = String(parts[0]) else { throw .verifierKey }
        guard let stated = UInt32(keyIDText: parts[1]), let encoded = Base64.decode(parts[2]), let type = encoded.first else {
            throw .verifierKey
        }
        guard type == Self.ed25519Type else { throw .keyType(type) }
        guard let publicKey = try? Curve25519.Signing.PublicKey(rawRepresentation: encoded.dropFirst()) else {
            throw .verifierKey
        }
        self.init(name: try KeyName(name), publicKey: publicKey)
        guard keyID == stated else { throw .keyID(stated: stated, computed: keyID) }
    }

    /// Whether a signature says that it is by this key; it need not be true.
    func isNamed(by signature: SignedNote.Signature) -> Bool {
        signature.keyID == keyID && signature.keyName == name
    }

    /// Whether a signature is by this key and over this text.
    func verifies(_ signature: SignedNote.Signature, of text: String) -> Bool {
        publicKey.isValidSignature(signature.bytes, for: Array(text.utf8))
    }
}

extension NoteVerifierKey: Hashable {
    public static func == (one: NoteVerifierKey, other: NoteVerifierKey) -> Bool {
        one.name == other.name && one.publicKey.rawRepresentation == other.publicKey.rawRepresentation
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(keyID)
    }
}

extension NoteVerifierKey: CustomStringConvertible {
    /// The written form, which `init(parsing:)` reads.
    public var description: String {
        "\(name)+\(keyID.keyIDText)+\(Base64.encode([Self.ed25519Type] + publicKey.rawRepresentation))"
    }
}

extension UInt32 {
    /// A number from four bytes, the most significant first.
    init(bigEndianBytes bytes: some Sequence<UInt8>) {
        self = bytes.reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// The four bytes, the most significant first.
    var bigEndianBytes: [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: self >> $0) } }

    /// A key id from eight lower-case hexadecimal digits, or nil.
    fileprivate init?(keyIDText digits: Substring.UTF8View) {
        guard digits.count == 8 else { return nil }
        var value: UInt32 = 0
        for digit in digits {
            guard let nibble = Hexadecimal.value(of: digit), !(UInt8(ascii: "A")...UInt8(ascii: "F")).contains(digit) else {
                return nil
            }
            value = value << 4 | UInt32(nibble)
        }
        self = value
    }

    /// This key id in eight lower-case hexadecimal digits.
    var keyIDText: String { Hexadecimal.encode(bigEndianBytes) }
}
