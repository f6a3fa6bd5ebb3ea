public import SiltaCore

import Crypto
import Foundation

/// A message with the exact bytes that every attempt sends, as its `notice.composed` entry holds it: sealed, and in the clear
/// only a commitment to the body.
public struct ComposedMessage: Hashable, Sendable {
    public static let eventType = "notice.composed.v1"

    public var composition: Composition
    public var body: [UInt8]
    /// 32 random bytes: without them the commitment says nothing of the body.
    public var salt: [UInt8]

    public init(composition: Composition, body: [UInt8], salt: [UInt8]) {
        self.composition = composition
        self.body = body
        self.salt = salt
    }

    /// SHA-256 of the salt and the body, as 64 hexadecimal digits.
    public static func commitment(salt: [UInt8], body: [UInt8]) -> SiltaCore.Digest {
        var hash = SHA256()
        hash.update(data: salt)
        hash.update(data: body)
        return SiltaCore.Digest(hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
    }

    public var eventBytes: EventBytes {
        var secret: [JSON.Member] = []
        if case .object(let members) = composition.json { secret = members }
        secret.append(.init("salt", .string(Data(salt).base64EncodedString())))
        secret.append(.init("body", .string(String(decoding: body, as: UTF8.self))))
        return EventBytes(
            type: ComposedMessage.eventType,
            payload: [
                "message": composition.kind.json, "id": composition.id.json, "recipient": composition.recipient.json,
                "commitment": ComposedMessage.commitment(salt: salt, body: body).json,
            ],
            secret: .object(secret))
    }

    /// - Parameter secret: the entry's sealed payload, in the clear.
    public init(secret: JSON) throws(EntryError) {
        composition = try Composition(json: secret)
        body = Array(try secret.read("body", as: String.self).utf8)
        guard let salt = Data(base64Encoded: try secret.read("salt", as: String.self)) else { throw EntryError("\"salt\" is not base64") }
        self.salt = Array(salt)
    }
}
