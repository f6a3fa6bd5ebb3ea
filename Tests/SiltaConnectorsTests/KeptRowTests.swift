import SiltaConfiguration
import SiltaCore
import Testing

@testable import SiltaConnectors

/// Quarantined rows, read again.
struct KeptRowTests {
    private func connector(_ export: Export, _ codes: String = Export.codes) throws -> Connector {
        let text = "location: \(export.folder)\n\(codes)\n"
        return try Connector(Export.manifest(), configuration: YAMLDocument.parse(text, file: "config.yaml"))
    }

    private func kept(_ row: RejectedRow) -> KeptRow {
        KeptRow(kind: row.kind, file: row.file, line: row.line, isRecord: row.digest.rawValue.isEmpty, fields: row.fields)
    }

    @Test func `a row whose code has got a class is understood, and one of another code says why not`() throws {
        let export = try Export()
        export.write("tuntimerkinnat.csv", ["1;100;20.8.2026;8:15;45;77;EN9;Ope;x", "2;100;20.8.2026;8:15;45;88;EN9;Ope;x"])
        let before = try export.read().rejected
        #expect(before.map(\.key) == ["1", "2"])
        let rows = try connector(export, #"codes: {"01": unexplained, "77": health}"#).reread(before.map(kept))
        #expect(rows.map(\.key) == ["1", "2"])
        #expect(rows.map(\.pupil) == ["100", "100"])
        #expect(rows[0].reason == nil)
        #expect(rows[1].reason == #"column "Tyyppi" holds a code "88" that the configuration gives no class"#)
        guard case .absence(let record) = rows[0].outcome else { throw Unexpected() }
        #expect(record.mark.markClass == .health && record.mark.code == "77" && record.line == 2)
    }

    @Test func `a record that was read well is read back as it was`() throws {
        let fields = [
            ("key", "1"), ("pupil", "100"), ("date", "2026-08-20"), ("start", ""), ("minutes", "45"), ("class", "health"), ("code", "111"),
        ]
        let row = KeptRow(
            kind: .absence, file: "tuntimerkinnat.csv", line: 5, isRecord: true,
            fields: fields.map { RejectedRow.Field(name: $0.0, value: $0.1) })
        let read = try #require(try connector(Export()).reread([row]).first)
        guard case .absence(let record) = read.outcome else { throw Unexpected() }
        #expect(record.pupil == "100" && record.mark.code == "111" && record.mark.minutes == 45 && record.mark.start == nil)
    }

    @Test func `what was kept under other columns says that it must be told again`() throws {
        let row = KeptRow(kind: .absence, file: "x", line: 5, isRecord: false, fields: [.init(name: "raw", value: "{}")])
        let read = try #require(try connector(Export()).reread([row]).first)
        #expect(read.reason == "what was kept of the row is not what the mapping reads now; the register must tell it again")
    }

    private struct Unexpected: Error {}
}
