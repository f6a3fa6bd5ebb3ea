public import Crypto

/// A private key, under a name, that signs notes with Ed25519.
public struct NoteSigner: Sendable {
    /// What others need in order to check its signatures.
    public let verifierKey: NoteVerifierKey
    private let privateKey: Curve25519.Signing.PrivateKey

    public init(name: KeyName, privateKey: Curve25519.Signing.PrivateKey) {
        self.privateKey = privateKey
        verifierKey = NoteVerifierKey(name: name, publicKey: privateKey.publicKey)
    }

    /// Signs the text of a note, its final newline included.
    ///
    /// - Throws: `NoteError.signing` if the key fails.
    public func sign(_ text: String) throws(NoteError) -> SignedNote.Signature {
        guard let signature = try? privateKey.signature(for: Array(text.utf8)) else { throw .signing }
        return SignedNote.Signature(keyName: verifierKey.name, keyID: verifierKey.keyID, bytes: Array(signature))
    }
}

/// Describes itself, dumps included, by its public half only.
extension NoteSigner: CustomStringConvertible, CustomReflectable {
    public var description: String { "signer of \(verifierKey)" }
    public var customMirror: Mirror { Mirror(self, children: ["verifierKey": verifierKey]) }
}
