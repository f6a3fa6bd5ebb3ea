import Testing

/// Sound files, to be spoilt.
enum Samples {
    static let configuration = """
        state: state
        credentials: credentials
        connectors: [connectors]
        console: {listen: "127.0.0.1:8642"}
        providers:
          - id: jarvenpaa
            name: Järvenpää
            municipality: 091
            master-key: credential:jarvenpaa-master-key
            signing-key: credential:jarvenpaa-signing-key
            calendar: calendar.yaml
            policy: sky.yaml
            disclosure: open
            timezone: Europe/Helsinki
            origin: silta.example/jarvenpaa
            sources:
              - id: primus
                connector: primus-csv
                every: 30m
                consent-age: 3d
                guard: {rows: 5, share: 2.5 %}
                config:
                  location: export
                  codes: {"01": unexplained, 02: late}
              - id: second
                connector: program
            recipients:
              - id: hva-keusote
                name: Keski-Uudenmaan hyvinvointialue
                services: [pupil-welfare]
                schools: all
                municipalities: ["186", 091]
                valid: {from: 2026-08-01, through: 2027-07-31}
                deliver:
                  url: https://vastaanotto.example/notices
                  format: cloudevents
                  sign: credential:keusote-webhook
                  timeout: 5s
                  allow-addresses: [127.0.0.0/8, "::1/128"]
                  proxy: http://proxy.example:3128
                  ca-file: ca.pem

        """

    static let policy = """
        policy: sky-2026
        grades: [9, 5, 6]
        period: {last-school-days: 60}
        scopes: {perus: [identity, tier], laaja: [identity, hetu, reasons]}
        counts: [unexplained, late]
        minimum-school-days: 10
        tiers:
          - {tier: 1, from: 5 %}
          - {tier: 2, from: 7.5 %}
          - {tier: 3, above: 600 min}
        notices:
          - rule: contact
            tier: 2
            service: pupil-welfare
            purpose: opiskeluhuolto
            release: by-person
            include: [identity, tier]
            deadline: 2d
            contact: {role: Kuraattori, phone: "09 123 4567"}

        """

    static let calendar = """
        start: 2026-08-12
        end: 2027-06-05
        terms:
          - {name: autumn, from: 2026-08-12, through: 2026-12-19}
          - {name: spring, from: 2027-01-07, through: 2027-06-05}
        holidays:
          - {from: 2026-10-12, through: 2026-10-18}
        extra-school-days: [2027-01-16]

        """
}

/// A sound text with one piece of it replaced, and the problems that are to be told, a line for each.
struct Spoilt: CustomTestStringConvertible, Sendable {
    let piece: String
    let other: String
    let told: String

    init(_ piece: String, _ other: String, _ told: String) {
        self.piece = piece
        self.other = other
        self.told = told
    }

    var testDescription: String { "\(piece) → \(other)" }

    func apply(to text: String) throws -> String {
        let range = try #require(text.firstRange(of: piece), "the sample has no \(piece)")
        return text[..<range.lowerBound] + other + text[range.upperBound...]
    }
}
