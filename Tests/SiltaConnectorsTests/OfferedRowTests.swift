import Foundation
import SiltaConfiguration
import SiltaCore
import Testing

@testable import SiltaConnectors

@Suite struct `Rows of offered minutes` {
    private static let manifest = """
        name: hours
        version: "1"
        reads: hours
        configuration: {type: object, properties: {location: {type: string}}, required: [location]}
        read: {location: {setting: location}, format: csv, csv: {separator: ";", quoting: none}, encoding: utf-8, dates: yyyy-MM-dd}
        streams:
          offered:
            file: hours.csv
            fields:
              {key: Id, pupil: Pupil, group: Group, school: School, from: From, through: To, minutes: Min, quality: {column: Kind, values: {T: offered, L: scheduled}}}
        """

    private func read(_ rows: [String]) throws -> Reading {
        let folder = FileManager.default.temporaryDirectory.appending(path: "silta-hours-\(UUID())/hours")
        defer { try? FileManager.default.removeItem(at: folder.deletingLastPathComponent()) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(Self.manifest.utf8).write(to: folder.appending(path: "connector.yaml"))
        let text = (["Id;Pupil;Group;School;From;To;Min;Kind"] + rows).map { $0 + "\n" }.joined()
        try Data(text.utf8).write(to: folder.appending(path: "hours.csv"))
        let configuration = try YAMLDocument.parse("location: \(folder.path())\n", file: "config.yaml")
        return try Connector(Manifest(folder: folder.path()), configuration: configuration).read()
    }

    @Test func `a row is of a pupil or of a group`() throws {
        let reading = try read([
            "1;100001;;;2026-08-12;2026-08-31;3600;T", "2;;7B;;2026-08-12;2026-08-12;0;", "3;;7B;S1;2026-08-12;2026-08-12;45;T",
            "4;100001;;;2026-08-12;2026-08-12;45;",
        ])
        #expect(reading.complete == [.offered])
        #expect(
            reading.offered.map(\.subject) == [
                .pupil("100001"), .group("7B", school: nil), .group("7B", school: "S1"), .pupil("100001"),
            ])
        #expect(reading.offered.map(\.offered.quality) == [.offered, .scheduled, .offered, .offered])
        #expect(reading.offered.map(\.offered.minutes) == [3600, 0, 45, 45])
        #expect(
            reading.canonicalLines().first
                == #"{"record":"offered","line":2,"key":"1","pupil":"100001","from":"2026-08-12","through":"2026-08-31","minutes":3600,"quality":"offered"}"#
        )
    }

    @Test func `a row of both, of neither or of an impossible time is not understood`() throws {
        let reading = try read([
            "1;100001;7B;;2026-08-12;2026-08-31;3600;", "2;;;;2026-08-12;2026-08-31;3600;", "3;100001;;;2026-08-12;2026-08-11;3600;",
            "4;100001;;;2026-08-12;;3600;", "5;100001;;;2026-08-12;2026-08-12;-1;", "6;100001;;;2026-08-12;2026-08-12;1;X",
        ])
        #expect(reading.offered.isEmpty)
        #expect(reading.rejected.map(\.pupil) == ["100001", nil, "100001", "100001", "100001", "100001"])
        #expect(
            reading.rejected.map(\.reason) == [
                #"columns "Pupil" and "Group" must not both be filled"#, #"columns "Pupil" and "Group" must not both be empty"#,
                #"column "To" must not be before column "From""#, #"column "To" must not be empty"#,
                #"column "Min" must be a whole number from 0 to 1000000"#,
                #"column "Kind" holds a word that is not known here; known are L, T"#,
            ])
    }
}
