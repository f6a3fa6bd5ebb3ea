import Foundation
import Testing

/// Two providers in one configuration: one that is broken disturbs the other in nothing.
struct ProviderTests {
    private func two() throws -> Municipality {
        let municipality = try Municipality()
        municipality.absences(on: 12)
        municipality.absences(on: 13)
        municipality.more = municipality.provider("tuusula", masterKey: "second-key")
        try municipality.configure()
        try municipality.export()
        try #require(try municipality.silta("init").status == 0)
        let answer = try municipality.sync("13T20:00:00")
        try #require(answer.status == 0 && answer.objects.count == 2, "\(answer)")
        return municipality
    }

    @Test(arguments: ["its key is missing", "its log is damaged", "its folder is held"])
    func `a broken one disturbs the other in nothing`(trouble: String) throws {
        let municipality = try two()
        var wrapper: [String] = []
        switch trouble {
        case "its key is missing": try FileManager.default.removeItem(at: municipality.url("credentials/master-key"))
        case "its log is damaged": try Data(repeating: 7, count: 5000).write(to: municipality.log)
        default: wrapper = ["flock", "--exclusive", municipality.state.appendingPathComponent("lock").path]
        }
        let status: Int32 = trouble == "its key is missing" ? 2 : 1
        let sync = try municipality.sync("13T20:01:00", through: wrapper)
        #expect(sync.status == status && sync.objects.map { $0["provider"] as? String } == ["tuusula"], "\(sync)")
        for words in [["status"], ["pupils"], ["notices"], ["rebuild"], ["policy", "show"]] {
            let answer = try municipality.silta(words + ["--json"], through: wrapper)
            if !wrapper.isEmpty, ["status", "policy"].contains(words[0]) {
                // What only reads is read beside whoever holds the folder.
                #expect(answer.status == 0 && answer.objects.count == 2, "\(answer)")
                continue
            }
            #expect(answer.status == status && answer.objects.count == 1 && answer.err.contains("jarvenpaa"), "\(answer)")
        }
        #expect(try municipality.silta(["status", "--provider", "tuusula"], through: wrapper).status == 0)
    }

    @Test func `a command about one says which there are`() throws {
        let municipality = try two()
        for words in [
            ["pupil", "show", "primus/100"], ["audit", "verify"], ["audit", "list"], ["consent", "list"], ["audit", "checkpoint"],
        ] {
            let answer = try municipality.silta(words)
            #expect(answer.status == 2 && answer.err.contains("jarvenpaa, tuusula"), "\(answer)")
            #expect(try municipality.silta(words + ["--provider", "tuusula"]).status == 0)
        }
        let unknown = try municipality.silta("status", "--provider", "nurmijarvi")
        #expect(unknown.status == 2 && unknown.err.contains("jarvenpaa, tuusula"), "\(unknown)")
    }

    @Test func `each has keys, pupils and accesses of its own`() throws {
        let municipality = try two()
        let pupils = try municipality.objects("pupils").compactMap { $0["pupil"] as? String }
        #expect(Set(pupils).count == 2)
        let foreign = try municipality.silta("pupil", "show", pupils[0], "--provider", "tuusula")
        #expect(foreign.status == 1 && !foreign.out.contains(Municipality.guardedName), "\(foreign)")
    }
}
