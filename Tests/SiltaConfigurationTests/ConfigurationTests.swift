import SiltaConfiguration
import SiltaCore
import Testing

struct ConfigurationTests {
    @Test func `everything that may stand in silta.yaml is read`() throws {
        let read = try Configuration.parse(Samples.configuration, file: "silta.yaml")
        #expect(read.state == ConfiguredPath("state"))
        #expect(read.credentials == ConfiguredPath("credentials"))
        #expect(read.connectors == [ConfiguredPath("connectors")])
        #expect(read.console?.host == "127.0.0.1")
        #expect(read.console?.port == 8642)
        let provider = read.providers[0]
        #expect(provider.id == "jarvenpaa")
        #expect(provider.municipality == "091")
        #expect(provider.masterKey.name == "jarvenpaa-master-key")
        #expect(provider.disclosure == .open)
        #expect(provider.origin == "silta.example/jarvenpaa")
        let source = provider.sources[0]
        #expect(source.every == .seconds(1800))
        #expect(source.consentAge == .seconds(3 * 86_400))
        #expect(source.withdrawalGuard == WithdrawalGuard(rows: 5, shareHundredths: 250))
        #expect(try source.config["codes"].entries().map(\.key) == ["01", "02"])
        #expect(source.config["location"].path.description == "providers[0].sources[0].config.location")
        let recipient = provider.recipients[0]
        #expect(recipient.delivery.url.host == "vastaanotto.example")
        #expect(recipient.delivery.url.port == 443)
        #expect(recipient.delivery.timeout == .seconds(5))
        #expect(recipient.delivery.allowAddresses == ["127.0.0.0/8", "::1/128"])
        #expect(recipient.delivery.proxy?.port == 3128)
        #expect(recipient.delivery.caFile == ConfiguredPath("ca.pem"))
        #expect(
            provider.recipients.routes == [
                Route(
                    recipient: "hva-keusote", name: "Keski-Uudenmaan hyvinvointialue", services: ["pupil-welfare"], schools: .all,
                    municipalities: ["186", "091"],
                    valid: DateSpan(from: LocalDate("2026-08-01")!, through: LocalDate("2027-07-31")!),
                    url: "https://vastaanotto.example/notices")
            ])
    }

    @Test func `what is not said has its default`() throws {
        let read = try Configuration.parse(
            """
            state: /var/lib/silta
            providers:
              - {id: p, name: P, municipality: 186, master-key: credential:m, signing-key: credential:s, calendar: c, policy: p,
                 sources: [{id: s, connector: c}],
                 recipients: [{id: r, name: R, services: [a], schools: [1.2.246.562.10.1], deliver: {url: "https://r.example", format: cloudevents, sign: credential:w}}]}
            """, file: "silta.yaml")
        #expect(read.credentials == nil)
        #expect(read.console == nil)
        #expect(read.connectors.map(\.text) == ["/etc/silta/connectors", "/usr/share/silta/connectors"])
        let provider = read.providers[0]
        #expect(provider.disclosure == .paused)
        #expect(provider.timezone == "Europe/Helsinki")
        #expect(provider.origin == "silta/p")
        let source = provider.sources[0]
        #expect(source.every == .seconds(900))
        #expect(source.consentAge == .seconds(7 * 86_400))
        #expect(source.withdrawalGuard == WithdrawalGuard())
        #expect(try source.config.entries().isEmpty)
        #expect(provider.recipients[0].schools == .listed(["1.2.246.562.10.1"]))
        #expect(provider.recipients[0].delivery.timeout == .seconds(20))
        #expect(provider.recipients[0].delivery.allowAddresses.isEmpty)
    }

    @Test func `a file that is not a mapping is refused`() {
        #expect(problems { try Configuration.parse("- a\n", file: "f") } == "f:1: this must be a mapping, {key: value}, not a list")
        #expect(problems { try Configuration.parse("a\n", file: "f") } == "f:1: this must be a mapping, {key: value}, not text")
        #expect(
            problems { try Configuration.parse("{}\n", file: "f") }
                == "f:1: the key \"state\" is missing\nf:1: the key \"providers\" is missing")
    }

    @Test(arguments: [
        Spoilt("state: state", "state:", "1: state: there is no value here"),
        Spoilt("state: state", "state: ~/silta", "1: state: ~ is not known here; write the folder's whole path"),
        Spoilt("[connectors]", "[]", "3: connectors: this list must have at least one element"),
        Spoilt("[connectors]", "connectors", "3: connectors: this must be a list, [a, b], not text"),
        Spoilt("\"127.0.0.1:8642\"", "\"8642\"", "4: console.listen: \"8642\" is not an address and a port, such as 127.0.0.1:8642"),
        Spoilt("8642", "65536", "4: console.listen: \"127.0.0.1:65536\" is not an address and a port, such as 127.0.0.1:8642"),
        Spoilt(
            "id: jarvenpaa", "id: Järvenpää",
            "6: providers[0].id: \"Järvenpää\" is not an id: lower-case letters a to z, digits and hyphens, a letter or digit first, at most 63"
        ),
        Spoilt("name: Järvenpää", "name: [a]", "7: providers[0].name: this must be text, not a list"),
        Spoilt("091", "91", "8: providers[0].municipality: \"91\" is not a municipality's code, three digits, such as 186"),
        Spoilt(
            "credential:jarvenpaa-master-key", "bXktc2VjcmV0",
            "9: providers[0].master-key: this must be credential:NAME, where NAME is a file in the credentials folder; the secret itself must not stand here"
        ),
        Spoilt(
            "credential:jarvenpaa-signing-key", "credential:../key",
            "10: providers[0].signing-key: this must be credential:NAME, where NAME is a file in the credentials folder; the secret itself must not stand here"
        ),
        Spoilt(
            "disclosure: open", "disclosure: opn", "13: providers[0].disclosure: \"opn\" is not one of open, paused; did you mean \"open\"?"
        ),
        Spoilt(
            "Europe/Helsinki", "Europe//Helsinki",
            "14: providers[0].timezone: \"Europe//Helsinki\" is not the name of a time zone, such as Europe/Helsinki"),
        Spoilt(
            "origin: silta", "origin: a+",
            "15: providers[0].origin: this must be one word without +, at most 200 bytes, such as silta/jarvenpaa"),
        Spoilt("every:", "evry:", "19: providers[0].sources[0].evry: there is no such key; did you mean \"every\"?"),
        Spoilt(
            "30m", "30 min",
            "19: providers[0].sources[0].every: \"30 min\" is not a duration: a whole number and ms, s, m, h or d, such as 15m"),
        Spoilt("30m", "0s", "19: providers[0].sources[0].every: this must be from 1s to 31d"),
        Spoilt(
            "guard: {rows: 5, share: 2.5 %}", "quarantine: {failing-above: many}",
            "21: providers[0].sources[0].quarantine.failing-above: \"many\" is not a whole number from 0 to 1000000"),
        Spoilt("rows: 5", "rows: -5", "21: providers[0].sources[0].guard.rows: \"-5\" is not a whole number from 0 to 1000000"),
        Spoilt(
            "2.5 %", "2.505 %",
            "21: providers[0].sources[0].guard.share: \"2.505 %\" is not a share from 0 % to 100 %, at most two decimals, such as 7.5 %"),
        Spoilt(
            "id: second", "id: primus",
            "25: providers[0].sources[1]: there is a source \"primus\" already, on line 17; give this one another id"),
        Spoilt("[pupil-welfare]", "[]", "30: providers[0].recipients[0].services: this list must have at least one element"),
        Spoilt(
            "schools: all", "schools: al",
            "31: providers[0].recipients[0].schools: \"al\" is not all or a list of schools' OIDs or codes; did you mean \"all\"?"),
        Spoilt(
            "through: 2027-07-31", "through: 2026-07-31",
            "33: providers[0].recipients[0].valid: this ends on 2026-07-31, before it begins on 2026-08-01"),
        Spoilt(
            "format: cloudevents", "format: fhir",
            "36: providers[0].recipients[0].deliver.format: this version sends only cloudevents; fhir is not there yet"),
        Spoilt(
            "format: cloudevents", "format: cloudevent",
            "36: providers[0].recipients[0].deliver.format: \"cloudevent\" is not cloudevents; did you mean \"cloudevents\"?"),
        Spoilt(
            "credential:keusote-webhook", "whsec_c2VjcmV0",
            "37: providers[0].recipients[0].deliver.sign: this must be credential:NAME, where NAME is a file in the credentials folder; the secret itself must not stand here"
        ),
        Spoilt("timeout: 5s", "timeout: 301s", "38: providers[0].recipients[0].deliver.timeout: this must be from 1s to 5m"),
        Spoilt(
            "127.0.0.0/8", "127.0.0.0",
            "39: providers[0].recipients[0].deliver.allow-addresses[0]: \"127.0.0.0\" is not a block of addresses, such as 127.0.0.0/8 or ::1/128"
        ),
        Spoilt("ca-file: ca.pem", "ca-file: ''", "41: providers[0].recipients[0].deliver.ca-file: there is no value here"),
        Spoilt(
            "        schools: all\n        municipalities: [\"186\", 091]\n", "",
            "28: providers[0].recipients[0]: say whose notices come here: schools: all, schools: [OID, …] or municipalities: [\"186\", …]"),
    ])
    func `what is wrong in silta.yaml is told with line, key path and what would be right`(spoilt: Spoilt) {
        #expect(
            problems { try Configuration.parse(spoilt.apply(to: Samples.configuration), file: "silta.yaml") } == "silta.yaml:" + spoilt.told
        )
    }

    @Test func `all problems of a file are told at once, by line`() throws {
        var text = Samples.configuration
        for (piece, other) in [("state:", "stat:"), ("30m", "x"), ("091", "9"), ("id: second", "id: '-'"), ("https:", "ftp:")] {
            text = try Spoilt(piece, other, "").apply(to: text)
        }
        let told = problems { try Configuration.parse(text, file: "silta.yaml") }
        #expect(told.split(separator: "\n").map { $0.split(separator: ":")[1] } == ["1", "8", "19", "25", "35"], "\(told)")
    }

    @Test func `ids are unique among providers, sources and recipients`() {
        let provider = "{id: p, name: P, municipality: 186, master-key: credential:m, signing-key: credential:s, calendar: c, policy: p}"
        let told = problems { try Configuration.parse("state: s\nproviders:\n  - \(provider)\n  - \(provider)\n", file: "f") }
        #expect(told == "f:4: providers[1]: there is a provider \"p\" already, on line 3; give this one another id")
    }
}

struct SecretTests {
    @Test(arguments: ["credential:a", "credential:A.b_c-9", "credential:a..b"])
    func `names of files are references`(text: String) {
        #expect(SecretReference(text)?.description == text)
    }

    @Test(arguments: [
        "", "a", "credential:", "credential:.a", "credential:-a", "credential:a/b", "credential:../a", "Credential:a", "credential:ä",
        "credential: a",
    ])
    func `anything else is none`(text: String) {
        #expect(SecretReference(text) == nil)
    }

    @Test func `no error shows what stands in the place of a secret, wherever the file is broken`() {
        let secret = "c2VjcmV0LXNlY3JldA"
        for key in ["master-key: ", "signing-key: ", "sign: ", "url: ", "proxy: "] {
            for value in [
                secret, "whsec_" + secret, "\"whsec_\(secret)", "[\(secret)]", "{a: \(secret)}", "https://user:\(secret)@h.example/",
                "credential:\(secret)/", "@\(secret)",
            ] {
                var lines = Samples.configuration.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
                guard let at = lines.firstIndex(where: { $0.contains(key) }), let range = lines[at].firstRange(of: key) else { continue }
                lines[at] = lines[at][..<range.upperBound] + value
                let told = problems { try Configuration.parse(lines.joined(separator: "\n"), file: "silta.yaml") }
                #expect(!told.isEmpty, "\(key)\(value)")
                #expect(!told.contains(secret), "\(told)")
            }
        }
    }
}

struct ConfiguredPathTests {
    @Test(arguments: [
        ("a", "/etc/silta", "/etc/silta/a"), ("./a/b", "/etc/silta/", "/etc/silta/a/b"), ("/a", "/etc/silta", "/a"), ("a", "", "a"),
        ("../a", "/etc/silta", "/etc/silta/../a"), (".", "/etc", "/etc"), ("a", "/", "/a"), ("a", "conf", "conf/a"),
    ])
    func `relative paths are below the folder`(text: String, folder: String, resolved: String) {
        #expect(ConfiguredPath(text).resolve(relativeTo: folder) == resolved)
    }
}

struct QuarantineRulesTests {
    @Test func `a source has the quarantine rules of its provider, but for what it says itself`() throws {
        let text = Samples.configuration
            .replacing("disclosure: open", with: "disclosure: open\n    quarantine: {keep: 30d, failing-above: 2.5 %}")
            .replacing("guard: {rows: 5, share: 2.5 %}", with: "quarantine: {failing-above: 100}")
        let sources = try Configuration.parse(text, file: "silta.yaml").providers[0].sources
        #expect(sources[0].quarantine == QuarantineRules(keep: .seconds(30 * 86_400), rows: 100, shareHundredths: 0))
        #expect(sources[1].quarantine == QuarantineRules(keep: .seconds(30 * 86_400), rows: 0, shareHundredths: 250))
    }
}

/// A source whose register keys are another's.
struct KeysOfTests {
    private func parse(_ sources: String) throws -> Configuration {
        try Configuration.parse(
            """
            state: /var/lib/silta
            providers:
              - {id: p, name: P, municipality: 186, master-key: credential:m, signing-key: credential:s, calendar: c, policy: p,
                 sources: [\(sources)]}
            """, file: "silta.yaml")
    }

    @Test func `a source may have the keys of another`() throws {
        let read = try parse("{id: roster, connector: c}, {id: marks, connector: c, keys-of: roster}")
        #expect(read.providers[0].sources.map(\.keysOf) == [nil, "roster"])
    }

    @Test(arguments: [
        "{id: marks, connector: c, keys-of: roster}", "{id: marks, connector: c, keys-of: marks}",
        "{id: a, connector: c, keys-of: b}, {id: b, connector: c, keys-of: a}",
    ])
    func `keys are those of another source that has keys of its own`(sources: String) {
        let error = #expect(throws: ConfigurationError.self) { try parse(sources) }
        #expect(error?.problems.first?.description.contains("keys-of") == true)
    }
}
