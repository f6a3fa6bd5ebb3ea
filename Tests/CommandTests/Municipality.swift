import Foundation

/// A provider of its own in a temporary folder: configuration, register exports, one recipient.
final class Municipality {
    static let oid = "1.2.246.562.10.1"
    /// What every export carries as free text, and who taught: no part of Silta may know either.
    static let freeText = "KANARIA-migreeni"
    static let teacher = "ope-Opettajainen"
    static let guardedName = "Tiitinen-Åkerblom"
    static let guardedCode = "010112A900K"

    let folder: URL
    var port = 1
    var disclosure = "open"
    var release = "automatic"
    var consentAge: String?
    var every = "15m"
    var timeout = "1s"
    /// Lines of the configuration beside the providers, such as the console's.
    var head = ""
    /// Lines of further providers.
    var more = ""

    var pupils = [Pupil(key: "100")]
    var marks: [String] = []
    var consents: [String] = []

    struct Pupil {
        var key: String
        var family = Municipality.guardedName
        var hetu = Municipality.guardedCode

        var row: String {
            "\(key);;\(hetu);\(family);Väinämö;Väinämö;Koulu A;\(Municipality.oid);7A;7;186;12.8.2026;;;"
        }
    }

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("silta-command-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder.appendingPathComponent("export"), withIntermediateDirectories: true)
        try FileManager.default.createDirectory(
            at: folder.appendingPathComponent("credentials"), withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700])
        try write("credentials/webhook", "whsec_" + Data(repeating: 0x6B, count: 32).base64EncodedString() + "\n")
        try write(
            "calendar.yaml",
            """
            start: 2026-08-12
            end: 2027-06-05
            terms:
              - {name: autumn, from: 2026-08-12, through: 2026-12-19}
            holidays: []

            """)
        try configure()
        _ = try silta("init")
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    var state: URL { folder.appendingPathComponent("state/jarvenpaa") }
    var log: URL { state.appendingPathComponent("log.db") }

    func url(_ path: String) -> URL { folder.appendingPathComponent(path) }

    func write(_ path: String, _ text: String) throws {
        try Data(text.utf8).write(to: url(path))
    }

    func text(_ path: String) throws -> String {
        try String(contentsOf: url(path), encoding: .utf8)
    }

    // MARK: - Configuration

    func provider(_ id: String = "jarvenpaa", masterKey: String = "master-key", export: String = "export") -> String {
        """
          - id: \(id)
            name: Järvenpää
            municipality: "186"
            master-key: credential:\(masterKey)
            signing-key: credential:signing-key
            calendar: calendar.yaml
            policy: sky.yaml
            disclosure: \(disclosure)
            sources:
              - id: primus
                connector: primus-csv
                every: \(every)\(consentAge.map { "\n            consent-age: \($0)" } ?? "")
                config:
                  location: \(export)
                  codes: {"01": unexplained, "02": late, "111": health, "04": ignore}
            recipients:
              - id: hva-keusote
                name: Keski-Uudenmaan hyvinvointialue
                services: [pupil-welfare]
                schools: all
                deliver:
                  url: http://127.0.0.1:\(port)/notices
                  format: cloudevents
                  sign: credential:webhook
                  timeout: \(timeout)
                  allow-addresses: [127.0.0.0/8]

        """
    }

    func configure() throws {
        try write(
            "silta.yaml",
            """
            state: state
            credentials: credentials
            connectors: ["\(Silta.connectors.path)"]
            \(head)
            providers:

            """ + provider() + more)
        try write(
            "sky.yaml",
            """
            policy: sky
            grades: [5, 6, 7, 8, 9]
            period: school-year
            scopes: {perus: [identity, school, grade, tier, minutes, period, contact]}
            counts: [unexplained, health]
            minimum-school-days: 1
            tiers:
              - {tier: 1, from: 5 %}
              - {tier: 2, from: 10 %}
              - {tier: 3, above: 20 %}
            notices:
              - rule: pupil-welfare-contact
                tier: 2
                service: pupil-welfare
                purpose: opiskeluhuolto
                release: \(release)
                include: [identity, school, grade, tier, minutes, period]

            """)
    }

    // MARK: - The register

    /// Four lessons of absence on a day of August, enough for tier 3.
    func absences(of key: String = "100", on day: Int, code: String = "01") {
        for hour in 8..<12 {
            marks.append(
                "\(key)-\(day)-\(hour);\(key);\(day).8.2026;\(hour < 10 ? "0" : "")\(hour):15;45;\(code);MA1;\(Municipality.teacher);\(Municipality.freeText)"
            )
        }
    }

    func consent(_ id: String = "S1", of key: String = "100", given: String = "12.8.2026", withdrawn: String = "") {
        consents.append("\(id);\(key);huoltaja;opiskeluhuolto;hva-keusote;perus;\(given);\(given);;\(withdrawn)")
    }

    /// - Parameter through: the last day that the export claims to cover.
    func export(through: String = "13.8.2026", encoding: String.Encoding = .utf8) throws {
        let files = [
            "oppilaat":
                [
                    "Korttinumero;Oppijanumero;Hetu;Sukunimi;Etunimet;Kutsumanimi;Koulu;Koulu-OID;Luokka;Vuosiluokka;Kotikunta;Alkupvm;"
                        + "Loppupvm;Turvakielto alku;Turvakielto loppu"
                ] + pupils.map(\.row),
            "tuntimerkinnat": ["Merkintä-ID;Korttinumero;Pvm;Alku;Kesto;Tyyppi;Kurssi;Opettaja;Lisätieto"] + marks,
            "suostumukset":
                ["Suostumus-ID;Korttinumero;Antaja;Tarkoitus;Saaja;Laajuus;Annettu;Voimassa alkaen;Voimassa asti;Peruttu"] + consents,
            "kattavuus": ["Koulu-OID;Alkaen;Asti", "\(Municipality.oid);12.8.2026;\(through)"],
        ]
        for (name, rows) in files {
            let bytes = (rows.joined(separator: "\r\n") + "\r\n").data(using: encoding) ?? Data()
            try bytes.write(to: url("export/\(name).csv"))
        }
    }

    // MARK: - Commands

    func silta(_ words: String..., through wrapper: [String] = []) throws -> Answer {
        try silta(words, through: wrapper)
    }

    func silta(_ words: [String], through wrapper: [String] = []) throws -> Answer {
        try Silta.run(words + ["--config", url("silta.yaml").path], in: folder, through: wrapper)
    }

    /// - Parameter moment: such as `13T20:00:00`, of August 2026 in Finland.
    func sync(_ moment: String, through wrapper: [String] = []) throws -> Answer {
        try silta(["sync", "--now", "2026-08-\(moment)+03:00", "--json"], through: wrapper)
    }

    func objects(_ words: String...) throws -> [[String: Any]] {
        try silta(words + ["--json"]).objects
    }

    /// Where the one notice stands.
    func notice() throws -> (id: String, state: String, reason: String?) {
        let notice = try objects("notices").last { $0["state"] as? String != "withdrawn" } ?? [:]
        return (notice["notice"] as? String ?? "", notice["state"] as? String ?? "none", notice["reason"] as? String)
    }
}
