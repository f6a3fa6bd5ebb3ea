import Foundation
import Glibc
import SiltaConfiguration
import SiltaCore
import Testing

@testable import SiltaConnectors

@Suite struct `An export is known again` {
    private let export: Export

    init() throws { export = try Export() }

    private func connector(_ more: String = Export.codes, program: String = "1") throws -> Connector {
        try Connector(
            try Export.manifest(), configuration: YAMLDocument.parse("location: \(export.folder)\n\(more)\n", file: "config.yaml"),
            program: program)
    }

    private func cursor() throws -> String {
        guard case .read(let reading) = try connector().read(after: nil, step: {}) else { return "" }
        return try #require(reading.cursor)
    }

    /// The cursor of an export that is unchanged; nil where it was read.
    private func unchanged(since cursor: String, _ connector: Connector? = nil, step: () throws -> Void = {}) throws -> String? {
        switch try (connector ?? self.connector()).read(after: SourceCursor(cursor), step: step) {
        case .unchanged(let cursor): cursor
        case .read: nil
        }
    }

    /// As if all files had been written long ago.
    private func age() throws {
        for name in Export.headers.keys {
            var times = [timespec(tv_sec: 1_700_000_000, tv_nsec: 0), timespec(tv_sec: 1_700_000_000, tv_nsec: 0)]
            #expect(utimensat(AT_FDCWD, "\(export.folder)/\(name)", &times, 0) == 0)
        }
    }

    @Test func `by its bytes, also where it was written again`() throws {
        let first = try cursor()
        #expect(try unchanged(since: first) != nil)
        for name in Export.headers.keys {
            export.replace(name, try Data(contentsOf: URL(filePath: "\(export.folder)/\(name)")))
        }
        let second = try #require(try unchanged(since: first))
        #expect(ExportCursor(second)?.content == ExportCursor(first)?.content)
        #expect(ExportCursor(second)?.stamps != ExportCursor(first)?.stamps)
    }

    @Test func `without being read, where its files have settled`() throws {
        try age()
        var fresh = try #require(ExportCursor(try cursor()))
        #expect(!fresh.isSettled, "their change is younger than two seconds, whatever the time of writing says")
        fresh.isSettled = true
        var steps = 0
        #expect(try unchanged(since: fresh.description) { steps += 1 } == fresh.description)
        #expect(steps == 0)
        fresh.isSettled = false
        #expect(try unchanged(since: fresh.description) { steps += 1 } != nil)
        #expect(steps == 4)
    }

    @Test func `not where a byte of it is another`() throws {
        let first = try cursor()
        export.write("tuntimerkinnat.csv", ["5000001;100001;14.09.2026;08:15;45;02;MA1;ope1;"])
        #expect(try unchanged(since: first) == nil)
        export.write("tuntimerkinnat.csv", ["5000001;100001;14.09.2026;08:15;45;01;MA1;ope1;"])
        #expect(try unchanged(since: first) != nil)
        export.write("tuntimerkinnat.csv", ["5000001;100001;14.09.2026;08:15;45;01;MA1;ope1;", "5000002;100001;14.09.2026;09:15;45;01;;;"])
        #expect(try unchanged(since: first) == nil)
    }

    @Test func `not where it would mean something else`() throws {
        let first = try cursor()
        #expect(try unchanged(since: first, connector(program: "2")) == nil)
        #expect(try unchanged(since: first, connector(Export.codes.replacing("late", with: "ignore"))) == nil)
        #expect(try unchanged(since: first, connector(Export.codes + "\ncolumns: {absence: {start: \"\"}}")) == nil)
        #expect(try unchanged(since: first, connector()) != nil)
    }

    @Test func `not by a cursor that cannot be read`() throws {
        let first = try cursor()
        for text in ["", "1", "2 " + first.dropFirst(2), first + " x", first.replacing("fresh", with: "perhaps"), "ä ö 1 2 3"] {
            #expect(try unchanged(since: text) == nil, "\(text)")
        }
        #expect(ExportCursor(first)?.description == first)
    }

    @Test func `and fails as ever where a file is gone`() throws {
        let first = try cursor()
        try FileManager.default.removeItem(atPath: "\(export.folder)/kattavuus.csv")
        #expect(throws: ReadFailure.self) { _ = try unchanged(since: first) }
    }

    @Test func `and reading ends where it is asked to stop`() throws {
        struct Stop: Error {}
        let first = try cursor()
        #expect(throws: Stop.self) { _ = try connector().read(after: nil) { throw Stop() } }
        #expect(throws: Stop.self) { _ = try connector().read(after: SourceCursor(first)) { throw Stop() } }
    }
}
