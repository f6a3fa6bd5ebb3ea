import Foundation
import Testing

/// What people ask for and enter, and what the log says of it.
struct PeopleTests {
    private func played(_ change: (Municipality) -> Void = { _ in }) throws -> Municipality {
        let municipality = try Municipality()
        municipality.absences(on: 12)
        municipality.absences(on: 13)
        municipality.disclosure = "paused"
        change(municipality)
        try municipality.configure()
        try municipality.export()
        let answer = try municipality.sync("13T20:00:00")
        try #require(answer.status == 0, "\(answer)")
        return municipality
    }

    @Test func `JSON has the fields that scripts may rely on`() throws {
        let municipality = try played { $0.consent() }
        let pupil = try #require(try municipality.objects("pupils").first)
        #expect(
            Set(pupil.keys) == [
                "pupil", "keys", "grade", "school", "tier", "highestTier", "reachedOn", "absentMinutes", "expectedMinutes", "expected",
                "expectedDays", "asOf", "stale",
            ])
        #expect((pupil["keys"] as? [[String: String]]) == [["source": "primus", "key": "100"]])
        #expect(pupil["expected"] as? String == "statutory" && pupil["asOf"] as? String == "2026-08-13" && pupil["stale"] as? Bool == false)
        let notice = try #require(try municipality.objects("notices").first)
        #expect(
            Set(notice.keys).isSuperset(of: [
                "notice", "rule", "pupil", "keys", "state", "reason", "tier", "reachedOn", "recipient", "attempts", "prepared", "delivered",
            ]))
        #expect(notice["state"] as? String == "held" && notice["reason"] as? String == "paused")
        let source = try #require((try municipality.objects("status").first?["sources"] as? [[String: Any]])?.first)
        #expect(Set(source.keys) == ["source", "state", "reason", "lastCompleted", "through", "quarantined"])
        let verdict = try #require(try municipality.objects("audit", "verify").first)
        #expect(Set(verdict.keys).isSuperset(of: ["entries", "root", "ok"]) && verdict["ok"] as? Bool == true)
        let policy = try #require(try municipality.objects("policy", "show").first)
        #expect(policy["adopted"] as? Bool == true)
    }

    @Test func `whoever is shown a pupil is in the log before`() throws {
        let municipality = try played()
        #expect(try municipality.silta("pupil", "show", "primus/100", "--why", "meeting").status == 0)
        let access = try #require(try municipality.objects("audit", "list", "--type", "access.made.v1").last)
        let payload = try #require(access["payload"] as? [String: Any])
        #expect(access["actor"] as? String == "person/\(NSUserName())" && access["sealed"] != nil)
        #expect(payload["pupil"] as? String == (try municipality.objects("pupils").first?["pupil"] as? String))
        #expect((payload["fields"] as? [String])?.contains("names") ?? false)
    }

    @Test(.enabled(if: Ordinary.isPossible, "the binary cannot be run as a user without rights here"))
    func `what cannot be put into the log is not shown, and an unwritable folder is named`() throws {
        let municipality = try played()
        try Ordinary.give(municipality.folder)
        let size = try municipality.objects("audit", "list").count
        for (path, mode) in [(municipality.state, 0o500), (municipality.log, 0o400)] {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path.path)
            for words in [
                ["pupil", "show", "primus/100"], ["pupils"], ["consent", "list"], ["sync", "--now", "2026-08-13T21:00:00+03:00"],
            ] {
                let answer = try municipality.silta(words, through: Ordinary.user)
                #expect(answer.status == 1 && answer.out.isEmpty && answer.err.contains("/state/jarvenpaa"), "\(answer)")
            }
            #expect(try municipality.silta(["check"], through: Ordinary.user).status == 2)
            try FileManager.default.setAttributes([.posixPermissions: path == municipality.log ? 0o600 : 0o700], ofItemAtPath: path.path)
            // It heals when the cause goes.
            let healed = try municipality.silta(["status"], through: Ordinary.user)
            #expect(healed.status == 0, "\(healed)")
        }
        #expect(try municipality.objects("audit", "list").count == size)
    }

    @Test func `a pupil is shown as they were known then`() throws {
        let municipality = try played()
        let position = try #require(try municipality.objects("audit", "list").last?["position"] as? Int)
        municipality.marks.removeFirst(4)
        try municipality.export()
        #expect(try municipality.sync("13T21:00:00").status == 0)
        func minutes(_ words: String...) throws -> Int? {
            let known = try municipality.silta(["pupil", "show", "primus/100", "--json"] + words).objects.first
            return (known?["assessment"] as? [String: Any])?["absentMinutes"] as? Int
        }
        #expect(try minutes() == 180)
        #expect(try minutes("--as-of", String(position)) == 360)
        #expect(try minutes("--as-of", "2026-08-13T20:30:00+03:00") == 360)
        #expect(try minutes("--as-of", "2026-08-13T21:00:00+03:00") == 180)
        #expect(try municipality.silta("pupil", "show", "primus/100", "--as-of", "2026-08-13T19:00:00+03:00").status == 1)
        #expect(try municipality.silta("pupil", "show", "primus/100", "--as-of", "99999").status == 1)
        #expect(try municipality.silta("pupil", "show", "primus/100", "--as-of", "yesterday").status == 2)
    }

    @Test func `an entered consent is a basis at once, and a withdrawal outlasts the register's telling`() throws {
        let municipality = try played()
        #expect(try municipality.notice().reason == "no-consent")
        let give = [
            "consent", "give", "primus/100", "--giver", "guardian", "--purpose", "opiskeluhuolto", "--recipient", "hva-keusote", "--scope",
            "perus",
        ]
        #expect(try municipality.silta(give).status == 0)
        #expect(try municipality.notice().reason == "paused")
        let withdraw = ["consent", "withdraw", "primus/100", "--purpose", "opiskeluhuolto", "--recipient", "hva-keusote"]
        #expect(try municipality.silta(withdraw).status == 0)
        #expect(try municipality.notice().reason == "no-consent")
        municipality.consent(given: "13.8.2026")
        try municipality.export()
        _ = try municipality.sync("13T21:00:00")
        #expect(try municipality.notice().reason == "no-consent")
        municipality.consent("S2", given: "14.8.2026")
        try municipality.export(through: "14.8.2026")
        _ = try municipality.sync("14T21:00:00")
        #expect(try municipality.notice().reason == "paused")
        #expect(try municipality.objects("consent", "list", "primus/100").count == 3)
    }

    @Test(arguments: [
        ("--giver", "mother", 2), ("--scope", "kaikki", 2), ("--recipient", "hva", 2), ("--purpose", "", 2), ("--given", "2026-02-30", 2),
        ("--given", "2099-01-01", 2), ("--through", "2020-01-01", 2), ("primus/100", "primus/404", 1),
    ])
    func `a consent that cannot be is not entered`(option: String, value: String, status: Int32) throws {
        let municipality = try played()
        var words = [
            "consent", "give", "primus/100", "--giver", "guardian", "--purpose", "opiskeluhuolto", "--recipient", "hva-keusote", "--scope",
            "perus",
        ]
        if let place = words.firstIndex(of: option) {
            words[option.hasPrefix("--") ? place + 1 : place] = value
        } else {
            words += [option, value]
        }
        let answer = try municipality.silta(words)
        #expect(answer.status == status && answer.out.isEmpty && !answer.err.isEmpty, "\(answer)")
        #expect(try municipality.objects("consent", "list").isEmpty)
    }

    @Test func `a register that has been silent for eight days gives no basis`() throws {
        let municipality = try played { $0.consent() }
        #expect(try municipality.notice().reason == "paused")
        try FileManager.default.removeItem(at: municipality.url("export/kattavuus.csv"))
        #expect(try municipality.sync("20T19:00:00").status == 3)
        #expect(try municipality.notice().reason == "paused")
        #expect(try municipality.sync("21T20:00:01").status == 3)
        #expect(try municipality.notice().reason == "no-consent")
        try municipality.export()
        #expect(try municipality.sync("21T20:01:00").status == 0)
        #expect(try municipality.notice().reason == "paused")
    }

    @Test func `an export that is suddenly short is held until somebody accepts it`() throws {
        let municipality = try played { municipality in
            for day in 17...21 { municipality.absences(on: day) }
        }
        try municipality.export(through: "21.8.2026")
        #expect(try municipality.sync("21T20:00:00").status == 0)
        let marks = municipality.marks
        municipality.marks = Array(marks.prefix(4))
        try municipality.export(through: "21.8.2026")
        let before = try municipality.objects("pupils").first?["absentMinutes"] as? Int
        let held = try municipality.sync("21T21:00:00")
        #expect(held.status == 3 && held.out.contains("\"held\""), "\(held)")
        #expect(try municipality.objects("pupils").first?["absentMinutes"] as? Int == before)
        #expect(try municipality.silta("status").status == 3)
        #expect(try municipality.silta("source", "accept", "nobody").status == 2)
        #expect(try municipality.silta("source", "accept", "primus").status == 0)
        #expect(try municipality.sync("21T22:00:00").status == 0)
        #expect(try municipality.objects("pupils").first?["absentMinutes"] as? Int != before)
        let accepted = try municipality.objects("audit", "list", "--type", "poll.accepted.v1")
        #expect(accepted.map { $0["actor"] as? String } == ["person/\(NSUserName())"])
    }

    @Test func `what is not known is said to be unknown`() throws {
        let municipality = try played()
        for words in [
            ["pupil", "show", "primus/404"], ["pupil", "show", "nobody"], ["pupil", "show", String(repeating: "0", count: 32)],
            ["pupil", "show", String(repeating: "0", count: 32), "--why", "curious"],
            ["notice", "show", "00000000-0000-4000-8000-000000000000"], ["notice", "cancel", "00000000-0000-4000-8000-000000000000"],
            ["audit", "show", "99999"],
        ] {
            let answer = try municipality.silta(words)
            #expect(answer.status == 1 && answer.err.contains("there is no"), "\(answer)")
        }
        #expect(try municipality.silta("notice", "show", "x").status == 2)
    }
}

/// A user without rights, where the tests run as root and no mode would hold them back.
enum Ordinary {
    static let isRoot = geteuid() == 0
    static let user = isRoot ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : []

    static var isPossible: Bool {
        let answer = try? Program.run(user + [Silta.binary.path, "--version"], in: FileManager.default.temporaryDirectory)
        return answer?.status == 0
    }

    static func give(_ folder: URL) throws {
        if isRoot { _ = try Program.run(["chown", "-R", "65534:65534", folder.path], in: folder) }
    }
}
