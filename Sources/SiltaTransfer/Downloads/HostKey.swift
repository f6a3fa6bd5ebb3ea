/// The key by which an SSH server shows that it is the one that is meant.
///
/// Without one, whoever answers at the address would get the password, and could tell anything of anybody.
public enum HostKey: Hashable, Sendable {
    /// SHA-256 of the key in base64 without padding, as `ssh-keygen -l` writes it after `SHA256:`.
    case fingerprint(String)
    /// The path of a file as OpenSSH's `known_hosts`.
    case knownHosts(path: String)

    /// The fingerprint that `text` spells: `SHA256:` and 43 characters of base64.
    public init(fingerprint text: String) throws(HostKeyError) {
        let prefix = "SHA256:"
        guard text.hasPrefix(prefix) else { throw HostKeyError() }
        var digits = text.dropFirst(prefix.count)
        if digits.hasSuffix("=") { digits.removeLast() }
        let isBase64 = { (byte: UInt8) -> Bool in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
            default: byte == UInt8(ascii: "+") || byte == UInt8(ascii: "/")
            }
        }
        guard digits.utf8.count == 43, digits.utf8.allSatisfy(isBase64) else { throw HostKeyError() }
        self = .fingerprint(String(digits))
    }
}

/// A text is no fingerprint of a host key.
public struct HostKeyError: Error, Equatable, CustomStringConvertible {
    public let description =
        "this must be SHA256: and 43 characters, as `ssh-keyscan -t ecdsa,ed25519 HOST | ssh-keygen -lf -` shows it; "
        + "compare it with what the keeper of the server says"
}
