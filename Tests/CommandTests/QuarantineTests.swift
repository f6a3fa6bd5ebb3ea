import Foundation
import Testing

/// Rows that nobody understood, and what people do about them.
struct QuarantineTests {
    /// A municipality whose export has a mark of a code that is not mapped.
    private func municipality() throws -> Municipality {
        let municipality = try Municipality()
        municipality.disclosure = "paused"
        municipality.absences(on: 12)
        municipality.absences(on: 13, code: "77")
        try municipality.configure()
        try municipality.export()
        let answer = try municipality.sync("13T20:00:00")
        try #require(answer.status == 0, "\(answer)")
        return municipality
    }

    private func ids(_ municipality: Municipality) throws -> [String] {
        try municipality.objects("quarantine", "list").compactMap { $0["id"] as? String }
    }

    @Test func `a row is shown with what it says and how it is read now, and the log says who looked`() throws {
        let municipality = try municipality()
        let ids = try ids(municipality)
        #expect(ids.count == 4)
        let answer = try municipality.silta("quarantine", "show", ids[0], "--why", "a teacher asked")
        #expect(answer.status == 0, "\(answer)")
        #expect(answer.out.contains("Korttinumero: 100") && answer.out.contains("Tyyppi: 77"))
        #expect(answer.out.contains("read now: column \"Tyyppi\" holds a code \"77\" that the configuration gives no class"))
        #expect(!answer.out.contains(Municipality.freeText) && !answer.out.contains(Municipality.teacher))
        let log = try municipality.silta("audit", "list", "--json").out
        #expect(log.contains("access.made.v1") && log.contains("quarantine show"))
        #expect(!log.contains("a teacher asked"))
    }

    @Test func `rows that a mended mapping understands are taken in by a retry, under a person's name`() throws {
        let municipality = try municipality()
        #expect(try municipality.silta("quarantine", "retry").status == 3)
        let path = "silta.yaml"
        try municipality.write(
            path, municipality.text(path).replacingOccurrences(of: "\"04\": ignore", with: "\"04\": ignore, \"77\": health"))
        let answer = try municipality.silta("quarantine", "retry", "primus", "--json")
        #expect(answer.status == 0, "\(answer)")
        #expect(answer.objects.first?["tried"] as? Int == 4)
        #expect((answer.objects.first?["left"] as? [Any])?.isEmpty == true)
        #expect(try ids(municipality).isEmpty)
        #expect(try municipality.silta("audit", "list").out.contains("quarantine.retried.v1"))
    }

    @Test func `a dropped row does not come back with the next poll`() throws {
        let municipality = try municipality()
        let first = try ids(municipality)[0]
        #expect(try municipality.silta("quarantine", "drop", "1234").status != 0)
        let answer = try municipality.silta("quarantine", "drop", String(first.prefix(12)), "--why", "entered twice")
        #expect(answer.status == 0 && answer.out == "1 row is dropped\n", "\(answer)")
        try municipality.export()
        #expect(try municipality.sync("13T21:00:00").status == 0)
        #expect(try ids(municipality).count == 3)
        #expect(try municipality.silta("audit", "list").out.contains("quarantine.dropped.v1"))
    }

    @Test func `a source with too many bad rows is failing although its polls complete`() throws {
        let municipality = try municipality()
        try municipality.write(
            "silta.yaml",
            municipality.text("silta.yaml").replacingOccurrences(
                of: "every: 15m", with: "every: 15m\n        quarantine: {failing-above: 3}"))
        let answer = try municipality.silta("status", "--json")
        #expect(answer.status == 3, "\(answer)")
        let source = (answer.objects.first?["sources"] as? [[String: Any]])?.first
        #expect(source?["state"] as? String == "failing")
        #expect((source?["reason"] as? String)?.hasPrefix("4 rows are in quarantine") == true)
        #expect(try municipality.sync("13T21:00:00").status == 3)
    }

    @Test func `what rows say is destroyed at their age`() throws {
        let municipality = try municipality()
        try municipality.write(
            "silta.yaml",
            municipality.text("silta.yaml").replacingOccurrences(of: "every: 15m", with: "every: 15m\n        quarantine: {keep: 1d}"))
        #expect(try municipality.sync("15T21:00:00").status == 0)
        let answer = try municipality.silta("quarantine", "show", ids(municipality)[0])
        #expect(answer.out.contains("read now: its fields were not kept, or have reached their age"), "\(answer)")
        #expect(!answer.out.contains("Korttinumero"))
        #expect(try municipality.silta("audit", "list").out.contains("quarantine.aged.v1"))
    }
}
