internal import Crypto
internal import CryptoExtras
internal import Foundation

/// What a client shows to a token endpoint instead of a secret: a JSON Web Token that it has signed (RFC 7523, `private_key_jwt`).
///
/// With an RSA key of at least 2048 bits the signature is RS384 where nothing else is asked for, with a key on P-384 ES384, with one on
/// P-256 ES256 (RFC 7518).
public struct ClientAssertion: Sendable {
    public enum Algorithm: String, CaseIterable, Sendable {
        case rs256 = "RS256"
        case rs384 = "RS384"
        case ps256 = "PS256"
        case es256 = "ES256"
        case es384 = "ES384"
    }

    /// Of the parameter `client_assertion_type`.
    public static let type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    /// How long it is good for, in seconds.
    private static let lifetime = 300

    private enum Key: Sendable {
        case rsa(_RSA.Signing.PrivateKey)
        case p256(P256.Signing.PrivateKey)
        case p384(P384.Signing.PrivateKey)
    }

    private let key: Key
    private let algorithm: Algorithm

    /// - Parameters:
    ///   - pem: the private key, not encrypted: PKCS #8, PKCS #1 or SEC 1.
    ///   - wanted: what the server asks for; nil leaves it to the key.
    public init(pem: String, algorithm wanted: Algorithm? = nil) throws(ClientKeyError) {
        if let curve = try? P384.Signing.PrivateKey(pemRepresentation: pem) {
            (key, algorithm) = (.p384(curve), .es384)
        } else if let curve = try? P256.Signing.PrivateKey(pemRepresentation: pem) {
            (key, algorithm) = (.p256(curve), .es256)
        } else if let rsa = try? _RSA.Signing.PrivateKey(pemRepresentation: pem), rsa.keySizeInBits >= 2048 {
            key = .rsa(rsa)
            algorithm = wanted.flatMap { [.rs256, .rs384, .ps256].contains($0) ? $0 : nil } ?? .rs384
        } else {
            throw ClientKeyError()
        }
        guard wanted == nil || wanted == algorithm else { throw ClientKeyError() }
    }

    /// A key of nobody, in PEM, to try with.
    public static func inventedKey() -> String { P384.Signing.PrivateKey().pemRepresentation }

    /// The token.
    ///
    /// - Parameters:
    ///   - audience: the URL of the token endpoint.
    ///   - id: of this token, used once.
    ///   - now: in seconds since 1970.
    ///   - keyID: which of the client's keys it is; nil where the server knows one only.
    public func token(client: String, audience: String, id: String, now: Int, keyID: String? = nil) throws(ClientKeyError) -> String {
        let header = JSON.fields(["alg": .string(algorithm.rawValue), "typ": "JWT", "kid": keyID.map { .string($0) }])
        let claims: JSON = [
            "iss": .string(client), "sub": .string(client), "aud": .string(audience), "jti": .string(id), "iat": .integer(Int64(now)),
            "exp": .integer(Int64(now + ClientAssertion.lifetime)),
        ]
        let signed = ClientAssertion.encoded(header.bytes) + "." + ClientAssertion.encoded(claims.bytes)
        guard let signature = try? signature(of: Array(signed.utf8)) else { throw ClientKeyError() }
        return signed + "." + ClientAssertion.encoded(signature)
    }

    private func signature(of bytes: [UInt8]) throws -> [UInt8] {
        switch key {
        case .rsa(let key):
            switch algorithm {
            case .rs256: Array(try key.signature(for: SHA256.hash(data: bytes), padding: .insecurePKCS1v1_5).rawRepresentation)
            case .ps256: Array(try key.signature(for: SHA256.hash(data: bytes), padding: .PSS).rawRepresentation)
            default: Array(try key.signature(for: SHA384.hash(data: bytes), padding: .insecurePKCS1v1_5).rawRepresentation)
            }
        case .p256(let key): Array(try key.signature(for: SHA256.hash(data: bytes)).rawRepresentation)
        case .p384(let key): Array(try key.signature(for: SHA384.hash(data: bytes)).rawRepresentation)
        }
    }

    /// Base64 for URLs, without padding.
    private static func encoded(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}

/// A text is no private key that a token can be signed with.
public struct ClientKeyError: Error, Equatable, CustomStringConvertible {
    public let description =
        "this must be a private key in PEM, not encrypted: RSA of at least 2048 bits (RS384, RS256, PS256), or on the curve P-384 (ES384) or "
        + "P-256 (ES256), and oauth2.algorithm of the manifest, where it is there, one that goes with it"
}
