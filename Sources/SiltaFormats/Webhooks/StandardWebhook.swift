import Crypto
import SiltaProof

/// The three headers with which a webhook is signed (Standard Webhooks, https://www.standardwebhooks.com).
public struct StandardWebhookHeaders: Equatable, Sendable {
    public static let idName = "webhook-id"
    public static let timestampName = "webhook-timestamp"
    public static let signatureName = "webhook-signature"

    /// The message's identifier, the same over every attempt.
    public let id: String
    /// When this attempt was made, in seconds since 1970, as decimal digits.
    public let timestamp: String
    /// Signatures with a space between them, each a version, a comma and base64.
    public let signature: String

    /// Headers as they were received; nothing about them is trusted.
    public init(id: String, timestamp: String, signature: String) {
        self.id = id
        self.timestamp = timestamp
        self.signature = signature
    }
}

/// The identifier of a webhook message: visible ASCII characters, none of them a full stop.
///
/// The full stop separates what is signed; with one in the identifier, two messages could have the same signature.
public struct WebhookMessageID: Hashable, Sendable, CustomStringConvertible {
    public let description: String

    /// - Throws: `WebhookRefusal.messageID` if the text cannot be an identifier.
    public init(_ text: String) throws(WebhookRefusal) {
        let isAllowed = { (byte: UInt8) in (0x21...0x7e).contains(byte) && byte != UInt8(ascii: ".") }
        guard !text.isEmpty, text.utf8.allSatisfy(isAllowed) else { throw .messageID }
        description = text
    }
}

/// Why a webhook was refused.
public enum WebhookRefusal: Error, Equatable, Sendable, CustomStringConvertible {
    case messageID
    case timestamp
    /// The attempt was made too long ago, or by a clock that is ahead: positive seconds are in the past.
    case stale(secondsAgo: Int64)
    case signature

    public var description: String {
        switch self {
        case .messageID:
            "The header \(StandardWebhookHeaders.idName) must be visible ASCII characters without a full stop"
        case .timestamp:
            "The header \(StandardWebhookHeaders.timestampName) must be seconds since 1970 in decimal digits"
        case .stale(let seconds):
            "The webhook was signed too far from now: it is old, or a clock is wrong [seconds ago: \(seconds)]"
        case .signature:
            "The header \(StandardWebhookHeaders.signatureName) has no signature of version v1 that fits the message and the secret"
        }
    }
}

extension WebhookSecret {
    private static let version = "v1"

    /// Signs one attempt.
    ///
    /// - Parameters:
    ///   - timestamp: the true time of this attempt, in seconds since 1970.
    ///   - body: the exact bytes that are sent.
    /// - Returns: the value of one signature: `v1,` and the base64 of HMAC-SHA256 over identifier, time and body.
    public func sign(id: WebhookMessageID, timestamp: Int64, body: [UInt8]) -> String {
        "\(Self.version),\(Base64.encode(authenticationCode(id: id, timestamp: timestamp, body: body)))"
    }

    /// Signs one attempt and returns all its headers.
    public func headers(id: WebhookMessageID, timestamp: Int64, body: [UInt8]) -> StandardWebhookHeaders {
        StandardWebhookHeaders(
            id: id.description, timestamp: String(timestamp), signature: sign(id: id, timestamp: timestamp, body: body))
    }

    /// Checks a webhook that was received. Signatures of other versions than v1 are passed over.
    ///
    /// - Parameters:
    ///   - body: the exact bytes that were received.
    ///   - now: seconds since 1970.
    ///   - tolerance: how far the attempt may be from now, both ways, in whole seconds.
    /// - Throws: the `WebhookRefusal` by what is wrong. Signatures are compared in constant time.
    public func verify(
        _ headers: StandardWebhookHeaders,
        body: [UInt8],
        now: Int64,
        tolerance: Duration = .seconds(300)
    ) throws(WebhookRefusal) {
        let id = try WebhookMessageID(headers.id)
        // Only the one spelling of the number, since the number and not its spelling is what is signed again here.
        guard let timestamp = Int64(headers.timestamp), timestamp >= 0, String(timestamp).utf8.elementsEqual(headers.timestamp.utf8)
        else { throw .timestamp }
        let (secondsAgo, overflow) = now.subtractingReportingOverflow(timestamp)
        guard !overflow, Int64(clamping: secondsAgo.magnitude) <= tolerance.components.seconds else {
            throw .stale(secondsAgo: secondsAgo)
        }
        let expected = authenticationCode(id: id, timestamp: timestamp, body: body)
        let prefix = "\(Self.version),"
        let isSigned = headers.signature.utf8.split(separator: UInt8(ascii: " ")).contains { candidate in
            guard candidate.starts(with: prefix.utf8), let code = Base64.decode(candidate.dropFirst(prefix.utf8.count)) else {
                return false
            }
            // This comparison of Crypto takes the same time wherever the bytes differ.
            return expected == code
        }
        guard isSigned else { throw .signature }
    }

    private func authenticationCode(id: WebhookMessageID, timestamp: Int64, body: [UInt8]) -> HMAC<SHA256>.MAC {
        var code = HMAC<SHA256>(key: key)
        code.update(data: Array("\(id).\(timestamp).".utf8))
        code.update(data: body)
        return code.finalize()
    }
}
