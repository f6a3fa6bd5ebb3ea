import Crypto
import SiltaFormats
import SiltaProof
import Testing

struct StandardWebhookTests {
    private static let secretText = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    private static let signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    private static let time: Int64 = 1_614_265_330
    private static let vector = StandardWebhookHeaders(id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: "1614265330", signature: signature)

    private let body = Array(#"{"test": 2432232314}"#.utf8)
    private let secret: WebhookSecret

    init() throws {
        secret = try WebhookSecret(parsing: Self.secretText)
    }

    private func refusal(
        id: String = vector.id, timestamp: String = vector.timestamp, signature: String = signature, body: [UInt8]? = nil, now: Int64 = time
    ) -> WebhookRefusal? {
        do throws(WebhookRefusal) {
            let headers = StandardWebhookHeaders(id: id, timestamp: timestamp, signature: signature)
            try secret.verify(headers, body: body ?? self.body, now: now)
            return nil
        } catch {
            return error
        }
    }

    @Test func `the vector is signed and verified`() throws {
        let id = try WebhookMessageID(Self.vector.id)
        #expect(secret.sign(id: id, timestamp: Self.time, body: body) == Self.signature)
        #expect(secret.headers(id: id, timestamp: Self.time, body: body) == Self.vector)
        #expect(refusal() == nil)
    }

    @Test func `a message that was changed in one bit is refused`() throws {
        for bit in 0..<body.count * 8 {
            var changed = body
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(refusal(body: changed) == .signature)
        }
        #expect(refusal(body: []) == .signature)
        #expect(refusal(body: body + [10]) == .signature)
        #expect(refusal(id: "msg_p5jXN8AQM9LWM0D4loKWxJel") == .signature)
        #expect(refusal(timestamp: "1614265331") == .signature)
        let other = try WebhookSecret(parsing: "whsec_NfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
        #expect(throws: WebhookRefusal.signature) { try other.verify(Self.vector, body: body, now: Self.time) }
    }

    @Test func `a signature that was changed in one bit is refused`() throws {
        let code = try #require(Base64.decode(Self.signature.utf8.dropFirst(3)))
        for bit in 0..<256 {
            var changed = code
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(refusal(signature: "v1," + Base64.encode(changed)) == .signature)
        }
    }

    @Test func `a changed body cannot borrow from the identifier or the time`() throws {
        let id = try WebhookMessageID("a")
        let signed = secret.sign(id: id, timestamp: Self.time, body: Array("x.y".utf8))
        #expect(refusal(id: "a.\(Self.time).x", signature: signed, body: Array("y".utf8)) == .messageID)
    }

    @Test(arguments: ["", ".", "a.b", "a b", "a\nb", "é", "a\u{7f}"])
    func `an identifier has no full stop, and nothing that a header cannot carry`(id: String) {
        #expect(throws: WebhookRefusal.messageID) { try WebhookMessageID(id) }
        #expect(refusal(id: id) == .messageID)
    }

    @Test(arguments: [
        "", " 1614265330", "1614265330 ", "+1614265330", "-1", "01614265330", "1614265330.0", "1e9", "99999999999999999999", "\u{661}",
    ])
    func `a timestamp is seconds in decimal digits`(timestamp: String) {
        #expect(refusal(timestamp: timestamp) == .timestamp)
    }

    @Test func `an attempt is good for five minutes both ways`() {
        #expect(refusal(now: Self.time + 300) == nil)
        #expect(refusal(now: Self.time - 300) == nil)
        #expect(refusal(now: Self.time + 301) == .stale(secondsAgo: 301))
        #expect(refusal(now: Self.time - 301) == .stale(secondsAgo: -301))
        for now in [Int64.min, .min + 1, .max, 0] {
            guard case .stale = refusal(now: now) else {
                Issue.record("now \(now)")
                continue
            }
        }
        #expect(refusal(timestamp: "9223372036854775807", now: 0) == .stale(secondsAgo: -.max))
        #expect(throws: Never.self) { try secret.verify(Self.vector, body: body, now: Self.time + 900, tolerance: .seconds(900)) }
    }

    @Test func `one good signature among several is enough, whatever the others are`() {
        let wrong = "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
        for others in [wrong, "v1a,\(wrong.dropFirst(3))", "v2,", "v1", "v1,", "v1,!", ",", "v1,AAAA", "", "é"] {
            #expect(refusal(signature: "\(others) \(Self.signature)") == nil, "\(others)")
            #expect(refusal(signature: "\(Self.signature) \(others)") == nil, "\(others)")
            #expect(refusal(signature: others) == .signature, "\(others)")
        }
    }

    @Test func `a signature under another version's name is not a v1 signature`() {
        let code = Self.signature.dropFirst(3)
        for signature in ["v1a,\(code)", "v2,\(code)", "V1,\(code)", "\(code)", "v1, \(code)", "v1,\(code.dropLast())", "v1,v1,\(code)"] {
            #expect(refusal(signature: signature) == .signature, "\(signature)")
        }
    }

    private static let malformedSecrets: [(error: WebhookSecretError, texts: [String])] = [
        (
            .prefix,
            [
                "", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                " whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            ]
        ),
        (.base64, ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS"]),
        (.length(bytes: 0), ["whsec_"]),
        (.length(bytes: 23), ["whsec_\(Base64.encode([UInt8](repeating: 1, count: 23)))"]),
        (.length(bytes: 65), ["whsec_\(Base64.encode([UInt8](repeating: 1, count: 65)))"]),
    ]

    @Test func `what is not a secret is refused by what is wrong with it, and not repeated`() {
        for (error, texts) in Self.malformedSecrets {
            for text in texts {
                #expect(throws: error) { try WebhookSecret(parsing: text) }
                #expect(text.count < 12 || !error.description.contains(text.dropFirst(6)))
            }
        }
    }

    @Test func `secrets of 24 and of 64 bytes are secrets`() throws {
        for count in [24, 64] {
            _ = try WebhookSecret(parsing: "whsec_" + Base64.encode([UInt8](repeating: 1, count: count)))
        }
    }

    @Test func `a secret never shows itself`() throws {
        let secret = try WebhookSecret(parsing: "whsec_" + Base64.encode([UInt8](repeating: 0xab, count: 32)))
        var dumped = ""
        dump(secret, to: &dumped)
        for text in [String(describing: secret), String(reflecting: secret), "\([secret])", dumped] {
            #expect(!text.contains("171") && !text.contains("abab") && !text.contains("q6ur") && !text.contains("SymmetricKey"), "\(text)")
        }
    }
}
