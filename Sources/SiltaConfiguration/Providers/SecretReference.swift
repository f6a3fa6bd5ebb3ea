/// The name of a file with a secret in the credentials folder; `credential:NAME` in the configuration.
public struct SecretReference: Hashable, Sendable {
    /// Letters, digits, `.`, `_` and `-`, a letter or digit first, at most 128: always one plain file of the folder.
    public let name: String

    public init?(_ text: String) {
        let prefix = "credential:"
        guard text.hasPrefix(prefix) else { return nil }
        let name = text.dropFirst(prefix.count)
        let isSafe = name.utf8.allSatisfy { $0.isLetterOrDigit || [UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-")].contains($0) }
        guard let first = name.utf8.first, first.isLetterOrDigit, isSafe, name.utf8.count <= 128 else { return nil }
        self.name = String(name)
    }
}

extension SecretReference: CustomStringConvertible {
    public var description: String { "credential:" + name }
}

extension Setting {
    /// `credential:NAME`. What stands there instead may be the secret itself, and is never shown.
    public func secretReference() throws(ConfigurationError) -> SecretReference {
        guard let reference = try SecretReference(string()) else {
            throw error(
                "this must be credential:NAME, where NAME is a file in the credentials folder; the secret itself must not stand here")
        }
        return reference
    }
}
