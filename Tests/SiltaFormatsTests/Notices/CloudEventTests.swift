import SiltaCore
import SiltaTesting
import Testing

@testable import SiltaFormats

/// CloudEvents 1.0, HTTP binary mode.
struct CloudEventTests {
    private func headers(_ kind: Message.Kind, provider: String = "jarvenpaa") -> [String: String] {
        let composition = Composition(kind: kind, id: Example.notice, recipient: Example.recipient, basis: nil, fields: [])
        let event = CloudEvent(message: composition, provider: provider, composed: instant("2026-11-05T17:00:00.123Z"))
        return Dictionary(event.headers.map { ($0.name, $0.value) }, uniquingKeysWith: { _, _ in "twice" })
    }

    @Test func `a referral and what takes it back have their types, and the body's media type is its own header`() {
        #expect(
            headers(.referral) == [
                "ce-specversion": "1.0", "ce-id": Example.notice.description, "ce-source": "/silta/jarvenpaa",
                "ce-type": "silta.referral.v1",
                "ce-time": "2026-11-05T17:00:00.123Z", "Content-Type": "application/json",
            ])
        #expect(headers(.withdrawal)["ce-type"] == "silta.referral.withdrawn.v1")
        #expect(headers(.referral)["ce-datacontenttype"] == nil)
    }

    @Test(arguments: [
        ("", ""), ("abc-._~!#$&'()*+,/:;=?@[]", "abc-._~!#$&'()*+,/:;=?@[]"), ("a b", "a%20b"), ("\"", "%22"), ("%", "%25"),
        ("100%25", "100%2525"), ("ä", "%C3%A4"),
        ("€", "%E2%82%AC"), ("🧒", "%F0%9F%A7%92"), ("\u{7F}", "%7F"), ("\r\nX: y", "%0D%0AX:%20y"), ("\u{0}", "%00"), ("\u{1F}", "%1F"),
        ("a\u{30A}", "a%CC%8A"),
    ])
    func `a value is percent-encoded as the binding says`(value: String, encoded: String) {
        #expect(CloudEvent.encoded(value) == encoded)
    }

    @Test func `no header can break out of its line`() {
        for seed in UInt64(1)...200 {
            var random = SeededRandom(seed: seed)
            for value in headers(.referral, provider: random.text()).values {
                #expect(value.utf8.allSatisfy { (0x21...0x7E).contains($0) }, "seed \(seed)")
            }
        }
    }
}
