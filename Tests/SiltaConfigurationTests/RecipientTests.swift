import SiltaConfiguration
import Testing

struct WebAddressTests {
    @Test(arguments: [
        ("https://a", "a", 443), ("http://a.example:8080/x?y=z", "a.example", 8080), ("https://127.0.0.1/", "127.0.0.1", 443),
        ("https://[::1]:1/", "::1", 1), ("https://a?x", "a", 443),
    ])
    func `an address has a host and a port`(text: String, host: String, port: Int) throws {
        let address = try value("\"\(text)\"").webAddress()
        #expect(address.text == text)
        #expect(address.host == host)
        #expect(address.port == port)
    }

    @Test(arguments: [
        ("ftp://a", "this must begin with https://"),
        ("a.example", "this must begin with https://"),
        ("HTTPS://a", "this must begin with https://"),
        ("https://u:p@a/", "a user name or password must not stand in an address"),
        ("https://a/#b", "an address to send to has no fragment (#…)"),
        ("https://a/ä", "an address has no spaces, only ASCII, and at most 2000 characters; write others in percent encoding"),
        ("https://a b/", "an address has no spaces, only ASCII, and at most 2000 characters; write others in percent encoding"),
        ("https://", "there is no host here that one could send to; write for example https://host.example/notices"),
        ("https:///x", "there is no host here that one could send to; write for example https://host.example/notices"),
        ("https://a:0/", "there is no host here that one could send to; write for example https://host.example/notices"),
        ("https://a:65536/", "there is no host here that one could send to; write for example https://host.example/notices"),
        ("https://a:/", "there is no host here that one could send to; write for example https://host.example/notices"),
        ("https://-a/", "there is no host here that one could send to; write for example https://host.example/notices"),
        ("https://a..b/", "there is no host here that one could send to; write for example https://host.example/notices"),
        ("https://[::1/", "there is no host here that one could send to; write for example https://host.example/notices"),
        ("https://[zz]/", "there is no host here that one could send to; write for example https://host.example/notices"),
        ("https://a%41/", "there is no host here that one could send to; write for example https://host.example/notices"),
    ])
    func `what is none is refused`(text: String, sentence: String) {
        #expect(problems { try value("\"\(text)\"").webAddress() } == "x.yaml:1: v: \(sentence)")
    }
}

struct RecipientTests {
    private func told(_ recipients: String...) -> String {
        let deliver = "name: R, deliver: {url: \"https://r.example\", format: cloudevents, sign: credential:w}"
        let lines = recipients.enumerated().map { "    {id: r\($0), \(deliver), \($1)}" }.joined(separator: ",\n")
        let provider = "id: p, name: P, municipality: 186, master-key: credential:m, signing-key: credential:s, calendar: c, policy: p"
        return problems {
            try Configuration.parse("state: s\nproviders:\n  - {\(provider), recipients: [\n\(lines)]}\n", file: "f")
        }
    }

    private let refusal = """
        f:5: providers[0].recipients[1]: notices for a would go both here and to "r0" on line 4; \
        give the two different schools or municipalities, or valid dates that do not overlap
        """

    @Test func `two ways for one notice are refused`() {
        #expect(told("services: [a], schools: all", "services: [a], schools: all") == refusal)
        #expect(told("services: [a, b], schools: all", "services: [c, a], schools: [x]") == refusal)
        #expect(told("services: [a], schools: [x, y]", "services: [a], schools: [y]") == refusal)
        #expect(told("services: [a], municipalities: [\"186\"]", "services: [a], municipalities: [091, 186]") == refusal)
        #expect(
            told(
                "services: [a], valid: {from: 2026-01-01, through: 2026-06-01}, schools: all",
                "services: [a], valid: {from: 2026-06-01}, schools: all") == refusal)
        #expect(told("services: [a], valid: {from: 2026-01-01}, schools: all", "services: [a], schools: all") == refusal)
    }

    @Test func `recipients that never meet are not`() {
        #expect(told("services: [a], schools: all", "services: [b], schools: all").isEmpty)
        #expect(told("services: [a], schools: [x]", "services: [a], schools: [y]").isEmpty)
        #expect(told("services: [a], municipalities: [186]", "services: [a], municipalities: [091]").isEmpty)
        #expect(told("services: [a], municipalities: [186]", "services: [a], schools: all").isEmpty)
        #expect(told("services: [a], municipalities: [186], schools: all", "services: [a], municipalities: [091], schools: all").isEmpty)
        #expect(
            told(
                "services: [a], valid: {from: 2026-01-01, through: 2026-05-31}, schools: all",
                "services: [a], valid: {from: 2026-06-01}, schools: all"
            ).isEmpty)
    }

    @Test func `plain http is only for addresses that are listed`() {
        let text = Samples.configuration.replacing("https://v", with: "http://v")
        #expect(problems { try Configuration.parse(text, file: "f") }.isEmpty)
        #expect(
            problems { try Configuration.parse(text.replacing("[127.0.0.0/8, \"::1/128\"]", with: "[]"), file: "f") }
                == "f:35: providers[0].recipients[0].deliver.url: plain http is only for trying out: write https, or list the address under allow-addresses"
        )
    }
}
