/// Why a note, or a key for notes, was refused.
public enum NoteError: Error, Equatable, Sendable {
    /// The note is longer than `SignedNote.maximumByteCount`.
    case tooLong(byteCount: Int)
    /// The note is not valid UTF-8.
    case notUTF8
    /// The note holds a control character at this byte.
    case controlCharacter(offset: Int)
    /// The text to be signed does not end in a newline.
    case textWithoutNewline
    /// No empty line with signature lines after it.
    case withoutSignatures
    /// More signatures than `SignedNote.maximumSignatureCount`.
    case tooManySignatures
    /// A signature line that is not one; lines are counted from 1 after the empty line.
    case signatureLine(Int)
    /// The name of a key cannot be one.
    case keyName
    /// A verifier key is not of the form name, id and key.
    case verifierKey
    /// A verifier key is for another kind of signature than Ed25519.
    case keyType(UInt8)
    /// The id in a verifier key is not the one that follows from its name and key.
    case keyID(stated: UInt32, computed: UInt32)
    /// A signature of a known key does not fit the text.
    case badSignature(KeyName, keyID: UInt32)
    /// None of the signatures is by a known key.
    case noKnownSignature
    /// The signing key could not sign.
    case signing
}

extension NoteError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .tooLong(let byteCount):
            "A signed note has at most \(SignedNote.maximumByteCount) bytes [bytes: \(byteCount)]"
        case .notUTF8:
            "A signed note must be UTF-8"
        case .controlCharacter(let offset):
            "A signed note must not hold control characters other than newline [byte: \(offset)]"
        case .textWithoutNewline:
            "The text of a note must end in a newline"
        case .withoutSignatures:
            "A signed note must end in an empty line and, after it, a line for each signature"
        case .tooManySignatures:
            "A signed note has at most \(SignedNote.maximumSignatureCount) signatures"
        case .signatureLine(let line):
            "A signature line must be an em dash, the key's name, and base64 of key id and signature, with one space between [signature line: \(line)]"
        case .keyName:
            "A key's name must not be empty nor hold spaces, control characters or a plus sign"
        case .verifierKey:
            "A verifier key must be name+id+key, the id in 8 lower-case hexadecimal digits, the key in base64 of a type byte and 32 bytes"
        case .keyType(let type):
            "A verifier key must be of type 01, Ed25519 [type: \(Hexadecimal.encode([type]))]"
        case .keyID(let stated, let computed):
            "The id of a verifier key does not fit its name and key; was it copied in full? [stated: \(stated.keyIDText), computed: \(computed.keyIDText)]"
        case .badSignature(let name, let keyID):
            "The signature does not fit the text: the note was changed, or signed by another key of the same name and id [key: \(name)+\(keyID.keyIDText)]"
        case .noKnownSignature:
            "The note has no signature by a key that is trusted here"
        case .signing:
            "The note could not be signed with this key"
        }
    }
}
