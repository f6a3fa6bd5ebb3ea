import Foundation
import Testing

/// The daemon, from the outside.
struct DaemonTests {
    /// A pupil at tier 3 whose guardian has consented, a recipient that answers like that, and a poll every second.
    private func ready(_ answers: [String] = [], _ change: (Municipality) -> Void = { _ in }) throws -> (Municipality, Recipient) {
        let recipient = try Recipient(answers: answers)
        let municipality = try Municipality()
        municipality.port = recipient.port
        municipality.every = "1s"
        municipality.absences(on: 12)
        municipality.absences(on: 13)
        municipality.consent()
        change(municipality)
        try municipality.configure()
        try municipality.export()
        return (municipality, recipient)
    }

    @Test func `it polls, assesses and delivers by itself, and what it did holds`() throws {
        let (municipality, recipient) = try ready()
        let daemon = try RunningDaemon(municipality)
        try daemon.wait("the notice arrives") { recipient.received.count == 1 }
        try daemon.wait("it is delivered") { try municipality.notice().state == "delivered" }
        #expect(recipient.received.map { $0.headers["webhook-id"] } == [try municipality.notice().id])
        let ended = daemon.stop()
        #expect(ended.status == 0 && ended.seconds < 5)
        #expect(try municipality.silta("audit", "verify").status == 0)
        let digest = try #require(try municipality.objects("status", "--digest").first?["state"] as? [String: Any])["digest"] as? String
        #expect(try municipality.objects("rebuild").first?["digest"] as? String == digest)
        #expect(!daemon.journal.contains(Municipality.guardedName) && !daemon.journal.contains(Municipality.guardedCode))
    }

    @Test func `commands go through its socket, under the caller's name`() throws {
        let (municipality, recipient) = try ready { $0.release = "by-person" }
        let daemon = try RunningDaemon(municipality)
        try daemon.waitUntilWorking()
        try daemon.wait("the notice waits for a person") { try municipality.notice().reason == "release" }
        let notice = try municipality.notice()
        let released = try municipality.silta("notice", "release", notice.id)
        #expect(released.status == 0, "\(released)")
        try daemon.wait("it is delivered") { try municipality.notice().state == "delivered" }
        #expect(recipient.received.count == 1)
        let entry = try #require(try municipality.objects("audit", "list", "--type", "notice.released.v1").first)
        #expect(entry["actor"] as? String == "person/\(NSUserName())")
        #expect(try municipality.silta("notice", "release", notice.id).status == 1)
        #expect(try municipality.silta("notice", "release", "x").status == 2)
        #expect(try municipality.silta("sync", "--now", "2026-08-13T21:00:00+03:00").status == 2)
        for words in [["sync"], ["source", "poll", "primus"], ["rebuild"], ["pupils"], ["audit", "checkpoint"], ["policy", "show"]] {
            let answer = try municipality.silta(words)
            #expect(answer.status == 0, "\(answer)")
        }
    }

    @Test func `a second daemon on the same folder is refused with a sentence`() throws {
        let (municipality, _) = try ready()
        let daemon = try RunningDaemon(municipality)
        try daemon.waitUntilWorking()
        let second = try municipality.silta("run")
        #expect(second.status == 1 && second.err.contains("Another silta"), "\(second)")
        #expect(try municipality.silta("status").status == 0)
    }

    @Test func `SIGTERM ends it in five seconds with 0, also while a recipient keeps it waiting`() throws {
        let (municipality, recipient) = try ready(["slow 15"])
        municipality.timeout = "20s"
        try municipality.configure()
        let daemon = try RunningDaemon(municipality)
        try daemon.wait("the attempt is under way") { !recipient.received.isEmpty }
        let ended = daemon.stop()
        #expect(ended.status == 0 && ended.seconds < 5, "\(ended)")
        let again = try RunningDaemon(municipality)
        try again.wait("what was cut off is sent again, under the same id") { recipient.received.count == 2 }
        #expect(Set(recipient.received.map { $0.headers["webhook-id"] }).count == 1)
    }

    @Test func `SIGTERM ends it with 0 at any moment of its start`() throws {
        let (municipality, _) = try ready()
        for milliseconds in [20, 60, 100, 200, 400] {
            let daemon = try RunningDaemon(municipality)
            Thread.sleep(forTimeInterval: Double(milliseconds) / 1000)
            let ended = daemon.stop()
            // Before it listens to signals it ends by this one; nothing has begun then.
            #expect([0, 143].contains(ended.status) && ended.seconds < 5, "after \(milliseconds) ms: \(ended)")
        }
        #expect(try municipality.silta("audit", "verify").status == 0)
    }

    @Test func `SIGHUP takes a good configuration, and says why a bad one is not taken`() throws {
        let (municipality, recipient) = try ready { $0.disclosure = "paused" }
        let daemon = try RunningDaemon(municipality)
        try daemon.wait("the notice waits") { try municipality.notice().reason == "paused" }
        let good = try municipality.text("silta.yaml")
        try municipality.write("silta.yaml", good.replacingOccurrences(of: "disclosure: paused", with: "disclosur: open"))
        daemon.signal(SIGHUP)
        try daemon.wait("it says why not") { daemon.journal.contains("not taken") && daemon.journal.contains("did you mean") }
        try municipality.write("silta.yaml", good)
        #expect(try municipality.notice().reason == "paused")
        try municipality.write("silta.yaml", good.replacingOccurrences(of: "disclosure: paused", with: "disclosure: open"))
        #expect(recipient.received.isEmpty)
        daemon.signal(SIGHUP)
        try daemon.wait("it is delivered") { try municipality.notice().state == "delivered" }
        #expect(recipient.received.count == 1)
    }

    @Test func `a provider that cannot be opened keeps no other from its work, and joins when it can`() throws {
        let (municipality, recipient) = try ready { $0.more = $0.provider("kuusela") }
        #expect(try municipality.silta("init").status == 0)
        let keys = municipality.url("state/kuusela/keys.db")
        let aside = municipality.url("keys-aside.db")
        try FileManager.default.moveItem(at: keys, to: aside)
        let daemon = try RunningDaemon(municipality)
        try daemon.wait("the other one delivers") { recipient.received.count == 1 }
        #expect(daemon.journal.contains("no keys.db"))
        try FileManager.default.moveItem(at: aside, to: keys)
        try daemon.wait("it joins") { recipient.received.count == 2 }
    }

    @Test func `a source that vanishes is failing, and recovers by itself`() throws {
        let (municipality, _) = try ready()
        let daemon = try RunningDaemon(municipality)
        func state() throws -> String? {
            (try municipality.objects("status").first?["sources"] as? [[String: Any]])?.first?["state"] as? String
        }
        try daemon.waitUntilWorking()
        let (export, away) = (municipality.url("export"), municipality.url("away"))
        try daemon.wait("it was polled") { try state() == "stale" }
        try FileManager.default.moveItem(at: export, to: away)
        try daemon.wait("it is failing") { try state() == "failing" }
        #expect(try municipality.silta("status").status == 3)
        try FileManager.default.moveItem(at: away, to: export)
        // After a failure it waits as long as its schedule says, here a second.
        try daemon.wait("it has recovered") { try state() == "stale" }
        #expect(daemon.journal.contains("the source can be polled again"))
    }

    @Test func `the console says how it stands, to this machine only`() throws {
        let (municipality, recipient) = try ready { $0.head = "console: {listen: \"127.0.0.1:\(18_642 + Int.random(in: 0..<2000))\"}" }
        let daemon = try RunningDaemon(municipality)
        try daemon.wait("the notice arrives") { recipient.received.count == 1 }
        let address = try #require(municipality.head.split(separator: "\"").dropFirst().first)
        func get(_ path: String) throws -> String {
            try Program.run(["curl", "-s", "-w", "\n%{http_code}", "http://\(address)\(path)"], in: municipality.folder).out
        }
        #expect(try get("/healthz").hasSuffix("200") && get("/readyz").hasSuffix("200"))
        try daemon.wait("the delivery is counted") { try get("/metrics").contains("outcome=\"delivered\"") }
        let metrics = try get("/metrics")
        for name in ["silta_polls_total", "silta_log_entries", "silta_log_append_duration_seconds_count", "silta_notices"] {
            #expect(metrics.contains(name))
        }
        #expect(!metrics.contains("silta_assessments_total{provider=\"jarvenpaa\"} 0\n"))
        #expect(!metrics.contains(Municipality.guardedName) && !metrics.contains(Municipality.guardedCode))
    }
}
