import Foundation
import Testing

/// The same register on a server: what the log comes to is what it comes to from a folder.
@Suite(.serialized) struct RemoteRegisterTests {
    /// A script of another target's tests, and what it said of itself.
    private final class Server {
        let folder: URL
        let greeting: [String: Any]
        private let input = Pipe()

        /// - Parameter script: its path below the folder of the tests.
        init(_ script: String, _ arguments: [String]) throws {
            folder = FileManager.default.temporaryDirectory.appendingPathComponent("silta-server-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments =
                ["python3", "-B", "-W", "ignore", Silta.root.appendingPathComponent("Tests/\(script)").path]
                + arguments + [folder.path]
            let output = Pipe()
            process.standardInput = input
            process.standardOutput = output
            try process.run()
            greeting = try JSONSerialization.jsonObject(with: output.fileHandleForReading.availableData) as? [String: Any] ?? [:]
        }

        deinit {
            try? input.fileHandleForWriting.close()
            try? FileManager.default.removeItem(at: folder)
        }

        func file(_ name: String) throws -> Data { try Data(contentsOf: folder.appendingPathComponent(name)) }
    }

    private enum Way: String, CaseIterable {
        case sftp, https
    }

    private static let isThere = FileManager.default.isExecutableFile(atPath: "/usr/sbin/sshd")

    /// Has the municipality read its export from a server.
    private func serve(_ municipality: Municipality, over way: Way) throws -> Server {
        let export = municipality.url("export").path
        let server: Server
        let location: String
        switch way {
        case .sftp:
            server = try Server("SiltaTransferTests/Server/sftp.py", [])
            let ports = try #require(server.greeting["ports"] as? [String: Int])
            try server.file("user_key").write(to: municipality.url("credentials/register-key"))
            location = """
                sftp://127.0.0.1:\(ports["plain"] ?? 0)\(export)
                          user: \(server.greeting["user"] as? String ?? "")
                          key: credential:register-key
                          host-key: \(server.greeting["ecdsa"] as? String ?? "")
                """
        case .https:
            server = try Server("SiltaTransferTests/Server/files.py", [export])
            try server.file("identity.pem").write(to: municipality.url("credentials/register-identity"))
            try server.file("cert.pem").write(to: municipality.url("ca.pem"))
            location = """
                https://127.0.0.1:\(server.greeting["mutual"] as? Int ?? 0)/
                          client-certificate: credential:register-identity
                          ca-file: ca.pem
                """
        }
        let text = try municipality.text("silta.yaml")
        try municipality.write(
            "silta.yaml",
            text.replacingOccurrences(of: "location: export", with: "location: \(location)\n          allow-addresses: [127.0.0.0/8]"))
        return server
    }

    /// What the log holds, without what differs from one log to another: identifiers, keys, proofs.
    private func content(_ municipality: Municipality) throws -> [String] {
        let entries = try municipality.objects("audit", "list").map { $0["type"] as? String ?? "?" }.sorted()
        let pupils = try municipality.objects("pupils").map { pupil in
            ["keys", "absentMinutes", "expectedMinutes", "tier", "highestTier", "reachedOn"].map { key in
                let value = pupil[key].flatMap {
                    try? JSONSerialization.data(withJSONObject: $0, options: [.sortedKeys, .fragmentsAllowed])
                }
                return String(decoding: value ?? Data(), as: UTF8.self)
            }.joined(separator: " ")
        }
        return entries + pupils.sorted()
    }

    /// - Parameter days: the folders of exports, in order.
    private func play(_ days: [URL], _ municipality: Municipality) throws -> [String] {
        let export = municipality.url("export")
        for (index, day) in days.enumerated() {
            for file in try FileManager.default.contentsOfDirectory(at: day, includingPropertiesForKeys: nil) {
                let target = export.appendingPathComponent(file.lastPathComponent)
                try Data(contentsOf: file).write(to: target)
                try FileManager.default.setAttributes(
                    [.modificationDate: Date(timeIntervalSinceNow: Double(index * 60 - 3600))], ofItemAtPath: target.path)
            }
            let moment = "\(day.lastPathComponent)T20:00:00+03:00"
            for _ in 0..<2 {
                let answer = try municipality.silta("sync", "--now", moment, "--json")
                try #require(answer.status == 0, "\(answer)")
            }
        }
        return try content(municipality)
    }

    @Test(
        .enabled(if: isThere, "there is no /usr/sbin/sshd: install openssh-server"),
        .enabled(if: YearOfExports.isThere, "the synthetic school year is not beside the project"))
    func `a year of exports gives the same log over sftp, over https and from the folder`() throws {
        let year = try YearOfExports()
        let local = try Municipality()
        try year.configure(local)
        let expected = try play(year.days, local)
        #expect(expected.count > 300)
        for way in Way.allCases {
            let municipality = try Municipality()
            try year.configure(municipality)
            let server = try serve(municipality, over: way)
            let content = try play(year.days, municipality)
            #expect(content == expected, "\(way)")
            withExtendedLifetime(server) {}
        }
    }

    @Test(.enabled(if: isThere, "there is no /usr/sbin/sshd: install openssh-server"), arguments: ["sftp", "https"])
    func `a server that is not the known one, or has no export, is said so`(name: String) throws {
        let way = try #require(Way(rawValue: name))
        let municipality = try Municipality()
        try municipality.export()
        let server = try serve(municipality, over: way)
        let check = try municipality.silta("check", "--online")
        #expect(check.out.contains("source primus: right"), "\(check)")

        try FileManager.default.removeItem(at: municipality.url("export/kattavuus.csv"))
        let missing = try municipality.sync("13T20:00:00")
        #expect(missing.status == 3 && missing.out.contains("kattavuus.csv: this file is not on the server"), "\(missing)")

        let text = try municipality.text("silta.yaml")
        switch way {
        case .sftp:
            let other = server.greeting["ed25519"] as? String ?? ""
            let right = server.greeting["ecdsa"] as? String ?? ""
            try municipality.write("silta.yaml", text.replacingOccurrences(of: right, with: other))
            #expect(try municipality.sync("13T20:01:00").out.contains("shows another host key than the known one"))
            try municipality.write("silta.yaml", text.replacingOccurrences(of: right, with: "SHA256:abc"))
            let wrong = try municipality.sync("13T20:02:00")
            #expect(wrong.status == 2 && wrong.err.contains("config.host-key: this must be SHA256: and 43 characters"), "\(wrong)")
        case .https:
            try municipality.write("silta.yaml", text.replacingOccurrences(of: "          ca-file: ca.pem\n", with: ""))
            #expect(try municipality.sync("13T20:01:00").out.contains("No trusted TLS connection came about"))
            try FileManager.default.removeItem(at: municipality.url("credentials/register-identity"))
            let wrong = try municipality.silta("check")
            #expect(wrong.status == 2 && wrong.err.contains("credentials/register-identity: the credential cannot be read"), "\(wrong)")
        }
    }

    @Test func `a server's lists are tried, read, and not read again where they are what they were`() throws {
        let municipality = try Municipality()
        let server = try Server("SiltaConnectorsTests/Requests/Server/api.py", [])
        try server.file("cert.pem").write(to: municipality.url("ca.pem"))
        try municipality.write("credentials/register-secret", "hunter2 & 3?\n")
        try FileManager.default.createDirectory(at: municipality.url("own/asked"), withIntermediateDirectories: true)
        try municipality.write(
            "own/asked/connector.yaml",
            """
            name: asked
            version: "1"
            reads: an API
            configuration:
              type: object
              required: [url, api-key]
              properties:
                url: {type: string}
                path: {type: string}
                api-key: {type: string, secret: true}
                ca-file: {type: string, path: true}
                allow-addresses: {type: array, items: {type: string}}
            read: {location: {setting: url}, format: json}
            streams:
              enrolment:
                request: {path: /once}
                items: ""
                fields: {key: id, pupil: pupil.number, family-name: id, given-names: id, school-name: {constant: Koulu A},
                         grade: {constant: "7"}, from: day}
              absence:
                request: {path: /once}
                items: ""
                fields: {key: id, pupil: pupil.number, date: day, minutes: minutes, class: {constant: unexplained}}
              coverage:
                request: {path: /once}
                items: ""
                fields: {from: {constant: "2026-08-12"}, through: day}
            """)
        let text = try municipality.text("silta.yaml").replacingOccurrences(of: "connectors: [", with: "connectors: [own, ")
        let start = try #require(text.range(of: "connector: primus-csv"))
        let end = try #require(text.range(of: "    recipients:"))
        let source = """
            connector: asked
                    config:
                      url: https://127.0.0.1:\(server.greeting["port"] as? Int ?? 0)
                      api-key: credential:register-secret
                      ca-file: ca.pem
                      allow-addresses: [127.0.0.0/8]

            """
        try municipality.write("silta.yaml", text[..<start.lowerBound] + source + text[end.lowerBound...])

        let check = try municipality.silta("check", "--online")
        #expect(check.out.contains("source primus: right"), "\(check)")
        for minute in 0..<2 {
            let read = try municipality.sync("14T20:0\(minute):00")
            #expect(read.status == 0, "\(read)")
        }
        let polls = try municipality.objects("audit", "list").filter { ($0["type"] as? String)?.hasPrefix("poll.completed") == true }
        #expect(polls.count == 2)
        try municipality.write("credentials/register-secret", "hunter3 & 4?\n")
        try municipality.write(
            "own/asked/connector.yaml", municipality.text("own/asked/connector.yaml").replacingOccurrences(of: "/once", with: "/mine/key"))
        let refused = try municipality.sync("14T20:02:00")
        #expect(refused.out.contains("/mine/key: the server does not take these credentials [status 401]"), "\(refused)")
        #expect(!refused.out.contains("hunter3") && !refused.err.contains("hunter3"))
        withExtendedLifetime(server) {}
    }
}

/// What `generate.py` writes, as a municipality reads it.
private final class YearOfExports {
    private static let folder = Silta.root.deletingLastPathComponent().appendingPathComponent("shared/school-year")
    static var isThere: Bool { FileManager.default.fileExists(atPath: folder.appendingPathComponent("generate.py").path) }

    let place: URL
    let days: [URL]

    init() throws {
        place = FileManager.default.temporaryDirectory.appendingPathComponent("silta-year-\(UUID().uuidString)")
        let words = ["python3", "-B", YearOfExports.folder.appendingPathComponent("generate.py").path, place.path]
        let answer = try Program.run(
            words + ["--seed", "7", "--pupils", "60", "--days", "40", "--every", "10"], in: FileManager.default.temporaryDirectory)
        try #require(answer.status == 0, "\(answer)")
        days = try FileManager.default.contentsOfDirectory(
            at: place.appendingPathComponent("days"), includingPropertiesForKeys: nil
        ).sorted { $0.path < $1.path }
    }

    deinit { try? FileManager.default.removeItem(at: place) }

    func configure(_ municipality: Municipality) throws {
        municipality.disclosure = "paused"
        try municipality.configure()
        try Data(contentsOf: place.appendingPathComponent("calendar.yaml")).write(to: municipality.url("calendar.yaml"))
        let codes =
            #"codes: {"01": unexplained, "02": late, "03": elsewhere, "04": ignore, "21": unauthorised, "31": ignore, "111": health, "#
            + #""112": leave, "113": explained}"#
        let text = try municipality.text("silta.yaml")
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            guard let indent = line.range(of: "codes: {") else { return String(line) }
            return line[..<indent.lowerBound] + codes
        }
        try municipality.write("silta.yaml", lines.joined(separator: "\n"))
    }
}
