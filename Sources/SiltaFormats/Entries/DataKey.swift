import Crypto
import Foundation
import SiltaCore

/// A 256-bit key and its name. Sealing is AES-256-GCM (NIST SP 800-38D): a 12-byte nonce, the ciphertext, a 16-byte tag.
public struct DataKey: Sendable {
    public let id: KeyID
    private let key: SymmetricKey

    public static let byteCount = 32
    public static let nonceByteCount = 12

    /// - Parameter bytes: 32 of them; anything else is refused.
    public init(id: KeyID, bytes: some Collection<UInt8>) throws(EntryError) {
        guard bytes.count == DataKey.byteCount else { throw EntryError("a key is \(bytes.count) bytes long and should be 32") }
        self.id = id
        key = SymmetricKey(data: Array(bytes))
    }

    public func seal(_ plaintext: [UInt8], nonce: [UInt8], authenticating place: [UInt8]) throws(EntryError) -> [UInt8] {
        guard nonce.count == DataKey.nonceByteCount else { throw EntryError("a nonce is \(nonce.count) bytes long and should be 12") }
        do {
            let box = try AES.GCM.seal(plaintext, using: key, nonce: AES.GCM.Nonce(data: nonce), authenticating: place)
            var sealed = nonce
            sealed.reserveCapacity(nonce.count + plaintext.count + 16)
            sealed += box.ciphertext
            sealed += box.tag
            return sealed
        } catch {
            throw EntryError("sealing failed")
        }
    }

    public func open(_ sealed: [UInt8], authenticating place: [UInt8]) throws(EntryError) -> [UInt8] {
        do {
            return Array(try AES.GCM.open(AES.GCM.SealedBox(combined: sealed), using: key, authenticating: place))
        } catch {
            throw EntryError("what is sealed does not open with its key: it was changed, moved, or the key is another")
        }
    }

    /// A key for another use, derived from this one (HKDF-SHA256, RFC 5869).
    public func derived(for use: String) -> DataKey {
        DataKey(id: KeyID(use), derived: HKDF<SHA256>.deriveKey(inputKeyMaterial: key, info: Data(use.utf8), outputByteCount: 32))
    }

    /// HMAC-SHA256 (RFC 2104) of a message: a digest that says nothing to whoever does not have the key.
    public func authenticationCode(of message: some Sequence<UInt8>) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Array(message), using: key))
    }

    private init(id: KeyID, derived key: SymmetricKey) {
        self.id = id
        self.key = key
    }

    /// For wrapping under another key; never written in the clear.
    public func withBytes<Result>(_ body: ([UInt8]) -> Result) -> Result {
        body(key.withUnsafeBytes(Array.init))
    }
}
