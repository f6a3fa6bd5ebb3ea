internal import Foundation
internal import SiltaFormats

/// What is asked of a token endpoint, and what its answer says (RFC 6749 section 4.4, RFC 7523).
struct TokenRequest {
    let headers: [(name: String, value: String)]
    let body: [UInt8]

    /// - Parameters:
    ///   - proof: the secret, or the private key in PEM.
    ///   - id: of the assertion, used once.
    ///   - now: in seconds since 1970.
    init(_ login: Authentication.ClientLogin, proof: String, id: String, now: Int) throws(ReadFailure) {
        var parameters = [(name: "grant_type", value: "client_credentials")]
        var headers = [
            (name: "Content-Type", value: "application/x-www-form-urlencoded"), (name: "Accept", value: "application/json"),
        ]
        if let scope = login.scope { parameters.append(("scope", scope)) }
        switch login.proof {
        case .secret(_, .header):
            // Both halves are encoded as in a form before they are joined (RFC 6749 section 2.3.1).
            let pair = TokenRequest.encoded(login.client) + ":" + TokenRequest.encoded(proof)
            headers.append(("Authorization", "Basic " + Data(pair.utf8).base64EncodedString()))
        case .secret(_, .body): parameters += [("client_id", login.client), ("client_secret", proof)]
        case .key(let secret, let keyID, let algorithm):
            let token: String
            do {
                token = try ClientAssertion(pem: proof, algorithm: algorithm).token(
                    client: login.client, audience: login.url, id: id, now: now, keyID: keyID)
            } catch {
                throw ReadFailure(.unreadable, file: nil, "\(secret): \(error)")
            }
            parameters += [
                ("client_id", login.client), ("client_assertion_type", ClientAssertion.type), ("client_assertion", token),
            ]
        }
        self.headers = headers
        body = Array(
            parameters.map { TokenRequest.encoded($0.name) + "=" + TokenRequest.encoded($0.value) }.joined(separator: "&").utf8)
    }

    struct Grant: Equatable {
        let token: String
        let lifetime: Duration?
    }

    /// - Throws: where the answer grants nothing.
    static func grant(_ answer: WebAnswer) throws(ReadFailure) -> Grant {
        var said: JSON?
        if answer.problemWithBody == nil { said = try? JSON.parse(answer.body) }
        guard answer.status == 200 else {
            let word = said?["error"]?.string.flatMap { errors.contains($0) ? $0 : nil }
            throw failed(
                "the token endpoint gives no token [status \(answer.status)\(word.map { ", \($0)" } ?? "")]; client-id, its secret or key, "
                    + "scope and token-url must be those that the server's keeper has given")
        }
        guard let said, let token = said["access_token"]?.string, !token.isEmpty, token.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else {
            throw failed("the answer of the token endpoint has no access_token; token-url must be the URL of a token endpoint of OAuth 2")
        }
        guard said["token_type"]?.string?.lowercased() ?? "bearer" == "bearer" else {
            throw failed("the token endpoint gives a token of a type that is not understood; bearer would be right")
        }
        let seconds = said["expires_in"]?.scalarText.flatMap { Int($0) }
        return Grant(token: token, lifetime: seconds.map { .seconds(max(0, min($0, 86_400))) })
    }

    private static func failed(_ sentence: String) -> ReadFailure { ReadFailure(.unreadable, file: nil, sentence) }

    /// RFC 6749 section 5.2. Other words are not shown.
    private static let errors: Set<String> = [
        "invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type", "invalid_scope",
    ]

    /// As in a form.
    private static func encoded(_ text: String) -> String { WebLocation.encoded(text).replacing("%20", with: "+") }
}
