public import SiltaCore

/// The attributes of a notice as a CloudEvent 1.0 in HTTP binary mode: headers, with the body as it is.
public struct CloudEvent: Hashable, Sendable {
    public static let referralType = "silta.referral.v1"
    public static let withdrawalType = "silta.referral.withdrawn.v1"

    public var id: String
    /// A URI reference.
    public var source: String
    public var type: String
    public var time: Instant

    public init(message: Composition, provider: String, composed: Instant) {
        id = message.id.description
        source = "/silta/\(provider)"
        type = message.kind == .referral ? CloudEvent.referralType : CloudEvent.withdrawalType
        time = composed
    }

    /// CloudEvents HTTP protocol binding 1.0.2, section 3.1.3.
    public var headers: [(name: String, value: String)] {
        [
            ("ce-specversion", "1.0"), ("ce-id", CloudEvent.encoded(id)), ("ce-source", CloudEvent.encoded(source)),
            ("ce-type", CloudEvent.encoded(type)), ("ce-time", time.description), ("Content-Type", "application/json"),
        ]
    }

    /// Percent-encodes space, `"`, `%` and everything outside U+0021–U+007E (section 3.1.3.2).
    static func encoded(_ value: String) -> String {
        var text = ""
        for byte in value.utf8 {
            if (0x21...0x7E).contains(byte), byte != UInt8(ascii: "\""), byte != UInt8(ascii: "%") {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                text += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return text
    }
}
