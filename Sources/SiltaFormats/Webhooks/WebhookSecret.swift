import Crypto
import SiltaProof

/// The secret that a sender and a recipient of webhooks share: `whsec_` and base64 of 24 to 64 random bytes.
///
/// It never shows itself: neither its description nor its errors hold any of it.
public struct WebhookSecret: Sendable {
    private static let prefix = "whsec_"
    private static let byteCounts = 24...64

    let key: SymmetricKey

    /// A secret from its written form, without a newline or spaces around it.
    ///
    /// - Throws: `WebhookSecretError`, by what is wrong with the text.
    public init(parsing text: String) throws(WebhookSecretError) {
        guard text.utf8.starts(with: Self.prefix.utf8) else { throw .prefix }
        guard let bytes = Base64.decode(text.utf8.dropFirst(Self.prefix.utf8.count)) else { throw .base64 }
        guard Self.byteCounts.contains(bytes.count) else { throw .length(bytes: bytes.count) }
        key = SymmetricKey(data: bytes)
    }
}

extension WebhookSecret: CustomStringConvertible, CustomReflectable {
    public var description: String { "webhook secret" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Why a text is not a webhook secret.
public enum WebhookSecretError: Error, Equatable, Sendable, CustomStringConvertible {
    case prefix
    case base64
    case length(bytes: Int)

    public var description: String {
        switch self {
        case .prefix:
            "A webhook secret must begin with whsec_"
        case .base64:
            "A webhook secret must be standard, padded base64 after whsec_, without spaces or newlines"
        case .length(let bytes):
            "A webhook secret must be 24 to 64 random bytes, such as `openssl rand -base64 32` gives [bytes: \(bytes)]"
        }
    }
}
