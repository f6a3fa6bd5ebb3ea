internal import Crypto
internal import CryptoExtras
internal import Foundation

/// What a client shows to a token endpoint instead of a secret: a JSON Web Token that it has signed (RFC 7523, `private_key_jwt`).
///
/// With an RSA key of at least 2048 bits the signature is RS384, with a key on P-384 ES384.
public struct ClientAssertion: Sendable {
    /// Of the parameter `client_assertion_type`.
    public static let type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    /// How long it is good for, in seconds.
    private static let lifetime = 300

    private enum Key: Sendable {
        case rsa(_RSA.Signing.PrivateKey)
        case curve(P384.Signing.PrivateKey)
    }

    private let key: Key

    /// - Parameter pem: the private key, not encrypted: PKCS #8, PKCS #1 or SEC 1.
    public init(pem: String) throws(ClientKeyError) {
        if let curve = try? P384.Signing.PrivateKey(pemRepresentation: pem) {
            key = .curve(curve)
        } else if let rsa = try? _RSA.Signing.PrivateKey(pemRepresentation: pem), rsa.keySizeInBits >= 2048 {
            key = .rsa(rsa)
        } else {
            throw ClientKeyError()
        }
    }

    /// The token.
    ///
    /// - Parameters:
    ///   - audience: the URL of the token endpoint.
    ///   - id: of this token, used once.
    ///   - now: in seconds since 1970.
    ///   - keyID: which of the client's keys it is; nil where the server knows one only.
    public func token(client: String, audience: String, id: String, now: Int, keyID: String? = nil) throws(ClientKeyError) -> String {
        let algorithm =
            switch key {
            case .rsa: "RS384"
            case .curve: "ES384"
            }
        let header = JSON.fields(["alg": .string(algorithm), "typ": "JWT", "kid": keyID.map { .string($0) }])
        let claims: JSON = [
            "iss": .string(client), "sub": .string(client), "aud": .string(audience), "jti": .string(id), "iat": .integer(Int64(now)),
            "exp": .integer(Int64(now + ClientAssertion.lifetime)),
        ]
        let signed = ClientAssertion.encoded(header.bytes) + "." + ClientAssertion.encoded(claims.bytes)
        let digest = SHA384.hash(data: Array(signed.utf8))
        let signature: [UInt8]
        do {
            switch key {
            case .rsa(let key): signature = Array(try key.signature(for: digest, padding: .insecurePKCS1v1_5).rawRepresentation)
            case .curve(let key): signature = Array(try key.signature(for: digest).rawRepresentation)
            }
        } catch {
            throw ClientKeyError()
        }
        return signed + "." + ClientAssertion.encoded(signature)
    }

    /// Base64 for URLs, without padding.
    private static func encoded(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}

/// A text is no private key that a token can be signed with.
public struct ClientKeyError: Error, Equatable, CustomStringConvertible {
    public let description =
        "this must be a private key in PEM, not encrypted: RSA of at least 2048 bits (RS384) or on the curve P-384 (ES384)"
}
