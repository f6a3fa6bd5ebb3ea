import Foundation
import SiltaConfiguration
import SiltaCore
import SiltaFormats
import Testing

@testable import SiltaConnectors

@Suite struct `A program that its source describes` {
    private static let streams = """
        streams:
          absence:
            stream: attendance
            fields: {key: id, pupil: student, date: day, minutes: length, class: {column: kind, values-from: codes}}
            drop: [note]
        """

    /// A source of the connector that leaves everything to it.
    private func settings(_ text: String) throws -> SourceSettings {
        let manifest = try Manifest(folder: "\(Export.connectors)/singer")
        return try SourceSettings(YAMLDocument.parse(text, file: "/etc/silta/silta.yaml"), manifest: manifest)
    }

    private func problem(_ text: String) throws -> String {
        try #require(throws: ConfigurationError.self) { _ = try settings(text) }.description
    }

    @Test func `is run as the source says`() throws {
        let settings = try settings(
            """
            tap: [/opt/tap/bin/tap, --properties, /etc/tap.json]
            catalog: catalog.json
            tells: changes
            dates: d.M.yyyy
            limits: {memory: 2GiB, silence: 10m}
            coverage: {from: today-30d}
            codes: {A: health}
            \(Self.streams)
            """)
        let plan = try #require(settings.plan)
        #expect(plan.command == ["/opt/tap/bin/tap", "--properties", "/etc/tap.json"])
        #expect(plan.catalog == "/etc/silta/catalog.json")
        #expect(plan.telling == .changes)
        #expect(plan.limits.memory == 2 << 30 && plan.limits.silence == .seconds(600) && plan.limits.cpu == ProgramLimits().cpu)
        #expect(settings.coverage?.from == .before(days: 30) && settings.coverage?.through == .before(days: 0))
        #expect(settings.streams.map(\.file) == ["attendance"])
        #expect(settings.streams.first?.dropped == ["note"])
    }

    @Test func `has the usual where the source says nothing`() throws {
        let settings = try settings("tap: [tap]\ncodes: {A: health}\n\(Self.streams)\n")
        #expect(settings.plan?.telling == .everything && settings.plan?.catalog == nil && settings.plan?.limits == ProgramLimits())
        #expect(settings.coverage == nil)
        #expect(try settings.program?.file { _ in "" }.content == .object([]))
    }

    @Test func `is told its settings alone, as YAML has them, with its secrets`() throws {
        let settings = try settings(
            """
            tap: [tap]
            settings: {host: h.example, port: 5432, share: 0.5, ssl: true, nothing: null, text: "5432", day: 2026-08-12, zero: 0815,
              password: credential:db, deep: {list: [1, "credential:key", {a: ~}]}}
            codes: {A: health}
            \(Self.streams)
            """)
        let (content, secrets) = try #require(try settings.program?.file { "secret of \($0.name)" })
        #expect(
            content.text
                == #"{"host":"h.example","port":5432,"share":0.5,"ssl":true,"nothing":null,"text":"5432","day":"2026-08-12","#
                + #""zero":"0815","password":"secret of db","deep":{"list":[1,"secret of key",{"a":null}]}}"#)
        #expect(secrets == ["secret of db", "secret of key"])
    }

    @Test func `mistakes are told with their place in the source`() throws {
        #expect(try problem(Self.streams).contains("the key \"tap\" is missing"))
        #expect(try problem("tap: [tap]\n").contains("the key \"streams\" is missing"))
        #expect(
            try problem("tap: []\n\(Self.streams)\n").contains("/etc/silta/silta.yaml:1: tap: this list must have at least one element"))
        #expect(
            try problem("tap: [tap]\n\(Self.streams.replacing("minutes: length, ", with: ""))\n").contains(
                "/etc/silta/silta.yaml:5: streams.absence.fields: the key \"minutes\" is missing"))
        #expect(try problem("tap: [tap]\ntells: all\n\(Self.streams)\n").contains("/etc/silta/silta.yaml:2: tells:"))
        #expect(try problem("tap: [tap]\nlimits: {memory: much}\n\(Self.streams)\n").contains("/etc/silta/silta.yaml:2: limits.memory:"))
        #expect(try problem("tap: [tap]\ncoverage: {from: soon}\n\(Self.streams)\n").contains("/etc/silta/silta.yaml:2: coverage.from:"))
        #expect(
            try problem("tap: [tap]\nsettings: {password: \"credential:../key\"}\n\(Self.streams)\n").contains(
                "/etc/silta/silta.yaml:2: settings.password: this must be credential:NAME"))
    }
}
