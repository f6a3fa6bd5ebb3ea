import Foundation
import SiltaConfiguration
import Testing

@testable import SiltaConnectors

/// Against an https server of its own. One after the other: asking blocks its thread.
@Suite(.serialized) final class `Who asks a server` {
    private let server: RegisterServer
    private var client: String {
        "token-url: https://127.0.0.1:\(server.port)/token/WAY\nclient-id: client+1\nscope: attendance.read\n"
    }

    init() throws { server = try RegisterServer() }

    @Test(arguments: [
        ("/mine/bearer", "{}", "token: credential:secret"), ("/mine/basic", "{}", "user: silta\npassword: credential:password"),
        ("/mine/key", "{}", "api-key: credential:secret"), ("/mine/query", "{api-key: {query: key}}", "api-key: credential:secret"),
        ("/mine/headers", "{headers: {X-Tenant: {setting: tenant}, accept: application/x+json}}", "tenant: north"),
    ])
    func `is shown by what is configured`(path: String, http: String, config: String) throws {
        #expect(try server.connector(path, http: http, config: config).keys().count == 7)
        let failure = try server.connector(path).failure()
        #expect(failure.contains("does not take these credentials [status 401]"))
    }

    @Test(arguments: ["header", "body"])
    func `gets a token for its secret, and keeps it from poll to poll`(place: String) throws {
        let config = client.replacing("WAY", with: place) + "client-secret: credential:secret"
        let connector = try server.connector("/mine/oauth", http: "{oauth2: {secret-in: \(place)}}", config: config)
        #expect(try connector.keys().count == 7)
        #expect(try connector.keys().count == 7)
        #expect(try server.set() == ["POST /token/\(place)", "GET /mine/oauth", "GET /mine/oauth"])
        // Taken back before its time.
        try server.set("\"valid\": \"token-2\"")
        #expect(try connector.keys().count == 7)
        #expect(try server.set() == ["GET /mine/oauth", "POST /token/\(place)", "GET /mine/oauth"])
    }

    @Test func `gets a new token when the old one ends`() throws {
        try server.set("\"lifetime\": 30")
        let config = client.replacing("WAY", with: "header") + "client-secret: credential:secret"
        let connector = try server.connector("/mine/oauth", config: config)
        #expect(try connector.keys().count == 7)
        #expect(try connector.keys().count == 7)
        #expect(try server.set().count { $0.hasPrefix("POST") } == 2)
    }

    @Test(arguments: [("ES384", nil), ("ES256", nil), ("RSA", nil), ("RSA", "RS256"), ("RSA", "PS256"), ("ES256", "ES256")])
    func `gets a token for what it has signed`(key: String, algorithm: String?) throws {
        server.secrets["key"] = try String(contentsOfFile: "\(server.folder)/\(key).pem", encoding: .utf8)
        let config = client.replacing("WAY", with: "jwt") + "client-key: credential:key"
        let http = algorithm.map { "{oauth2: {algorithm: \($0)}}" } ?? "{}"
        #expect(try server.connector("/mine/oauth", http: http, config: config).keys().count == 7)
    }

    @Test func `signs with no key that is of another algorithm`() throws {
        server.secrets["key"] = try String(contentsOfFile: "\(server.folder)/ES384.pem", encoding: .utf8)
        let config = client.replacing("WAY", with: "jwt") + "client-key: credential:key"
        let error = #expect(throws: (any Error).self) {
            try server.connector("/mine/oauth", http: "{oauth2: {algorithm: RS256}}", config: config).keys()
        }
        #expect(error.map { "\($0)" }?.contains("BEGIN") == false)
    }

    @Test func `is refused in a sentence without a secret`() throws {
        server.secrets["other"] = "wrong & 4?"
        let config = client.replacing("WAY", with: "header") + "client-secret: credential:other"
        let failure = try server.connector("/mine/oauth", config: config).failure()
        #expect(failure.hasPrefix("token-url: the token endpoint gives no token [status 401, invalid_client]"))
        #expect(!failure.contains("hunter2") && !failure.contains("wrong"))
        server.secrets["key"] = "-----BEGIN NOTHING-----"
        let keyed = client.replacing("WAY", with: "jwt") + "client-key: credential:key"
        #expect(try server.connector("/mine/oauth", config: keyed).failure().contains("credential:key: this must be a private key in PEM"))
        let none = client.replacing("token/WAY", with: "object") + "client-secret: credential:secret"
        #expect(try server.connector("/mine/oauth", config: none).failure().contains("has no access_token"))
    }

    @Test(arguments: [
        ("token-url: https://a/b", "a token endpoint wants to know who asks"),
        ("token-url: https://a/b\nclient-id: c", "the client needs client-secret"), ("client-id: c", "this goes with token-url"),
        ("token-url: https://a/b\nclient-id: c\ntoken: credential:d", "there is a token-url beside it"),
        (
            "token-url: https://a/b\nclient-id: c\nclient-secret: credential:d\nclient-key: credential:e",
            "there is a client-secret beside it"
        ),
        ("rate: often", "is not a number of requests and a time"),
    ])
    func `must be configured in one way`(config: String, sentence: String) throws {
        let error = try #require(throws: ConfigurationError.self) {
            try server.connector("/same", http: "{rate: {setting: rate}}", config: config)
        }
        #expect("\(error)".contains(sentence), "\(error)")
    }
}
