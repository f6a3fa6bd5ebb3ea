internal import SiltaConfiguration
internal import SiltaFormats

/// How requests show who asks, as a source configures it: which of the properties are there decides.
struct Authentication: Sendable {
    enum Login: Sendable {
        case none
        /// `token`.
        case bearer(SecretReference)
        /// `user` and `password`.
        case basic(user: String, SecretReference)
        /// `token-url` and `client-id`: client credentials (RFC 6749 section 4.4).
        case client(ClientLogin)
    }

    struct ClientLogin: Sendable {
        enum Proof: Sendable {
            /// `client-secret`.
            case secret(SecretReference, HTTPPlan.SecretPlace)
            /// `client-key`: the private key, for `private_key_jwt`.
            case key(SecretReference, id: String?, ClientAssertion.Algorithm?)
        }

        let url: String
        let client: String
        let proof: Proof
        let scope: String?
    }

    let login: Login
    /// `api-key`, beside any login.
    let apiKey: (secret: SecretReference, place: HTTPPlan.Place)?

    /// What must be there to ask.
    var secrets: [SecretReference] {
        let login: [SecretReference] =
            switch login {
            case .none: []
            case .bearer(let secret), .basic(_, let secret): [secret]
            case .client(let client):
                switch client.proof {
                case .secret(let secret, _), .key(let secret, _, _): [secret]
                }
            }
        return login + [apiKey?.secret].compactMap(\.self)
    }

    /// The properties of a configuration that are read here, beside those of a folder on a server.
    static let keys = ["api-key", "token-url", "client-id", "client-secret", "client-key", "client-key-id", "scope"]

    init(_ properties: [String: Setting], plan: HTTPPlan) throws(ConfigurationError) {
        if let key = properties["api-key"] {
            apiKey = (try key.secretReference(), plan.apiKey)
        } else {
            apiKey = nil
        }
        if let url = properties["token-url"] {
            for other in ["token", "user", "password"] {
                if let stray = properties[other] { throw stray.error("there is a token-url beside it; keep one of them") }
            }
            login = .client(try Authentication.client(url, properties, plan))
            return
        }
        for key in ["client-id", "client-secret", "client-key", "client-key-id", "scope"] {
            if let stray = properties[key] { throw stray.error("this goes with token-url, the URL of a token endpoint of OAuth 2") }
        }
        if let token = properties["token"] {
            login = .bearer(try token.secretReference())
        } else if let user = properties["user"], let password = properties["password"] {
            login = .basic(user: try user.string(), try password.secretReference())
        } else {
            login = .none
        }
    }

    private static func client(
        _ url: Setting, _ properties: [String: Setting], _ plan: HTTPPlan
    ) throws(ConfigurationError) -> ClientLogin {
        let address = try url.webAddress()
        guard let id = properties["client-id"] else {
            throw url.error("a token endpoint wants to know who asks: write client-id: NAME beside it")
        }
        let proof: ClientLogin.Proof
        switch (properties["client-secret"], properties["client-key"]) {
        case (let secret?, nil): proof = .secret(try secret.secretReference(), plan.secretPlace)
        case (nil, let key?): proof = .key(try key.secretReference(), id: try properties["client-key-id"]?.string(), plan.algorithm)
        case (nil, nil):
            throw id.error("the client needs client-secret: credential:NAME or client-key: credential:NAME beside it")
        case (_, let key?): throw key.error("there is a client-secret beside it; keep one of them")
        }
        return ClientLogin(url: address.text, client: try id.string(), proof: proof, scope: try properties["scope"]?.string())
    }
}
