import Foundation
import Testing

/// What leaves the house, what comes back, and what is made of it.
struct DeliveryTests {
    /// A pupil at tier 3 whose guardian has consented, and a recipient that answers like that.
    private func ready(_ answers: [String] = [], _ change: (Municipality) -> Void = { _ in }) throws -> (Municipality, Recipient) {
        let recipient = try Recipient(answers: answers)
        let municipality = try Municipality()
        municipality.port = recipient.port
        municipality.absences(on: 12)
        municipality.absences(on: 13)
        municipality.consent()
        change(municipality)
        try municipality.configure()
        try municipality.export()
        return (municipality, recipient)
    }

    @Test func `what was not taken is sent again under the same id, with the same bytes and evidence`() throws {
        let (municipality, recipient) = try ready(["503"])
        let first = try municipality.sync("13T20:00:00")
        #expect(first.status == 0, "\(first)")
        #expect(try municipality.notice().state == "ready")
        #expect(try municipality.sync("13T20:01:00").status == 0)
        let notice = try municipality.notice()
        #expect(notice.state == "delivered")
        // Once more: what has arrived is not sent again.
        #expect(try municipality.sync("13T20:30:00").status == 0)
        let received = recipient.received
        try #require(received.count == 2)
        for header in ["webhook-id", "silta-evidence", "ce-id", "ce-type", "ce-time", "content-type"] {
            #expect(received[0].headers[header] != nil && received[0].headers[header] == received[1].headers[header], "\(header)")
        }
        #expect(received[0].headers["webhook-id"] == notice.id)
        #expect(received[0].body == received[1].body)
    }

    @Test func `a signature's timestamp is the true time, whatever moment is played`() throws {
        let (municipality, recipient) = try ready()
        _ = try municipality.sync("13T20:00:00")
        let received = try #require(recipient.received.first)
        let timestamp = try #require(received.headers["webhook-timestamp"].flatMap(Double.init))
        #expect(abs(timestamp - received.at) < 30)
    }

    @Test func `the body says what the rule includes, and nothing more`() throws {
        let (municipality, recipient) = try ready()
        _ = try municipality.sync("13T20:00:00")
        let received = try #require(recipient.received.first)
        let body = try #require(try JSONSerialization.jsonObject(with: received.body) as? [String: Any])
        #expect(
            Set(body.keys) == ["notice", "rule", "service", "purpose", "provider", "pupil", "school", "grade", "absence", "basis"])
        #expect((body["pupil"] as? [String: Any])?.keys.sorted() == ["name"])
        #expect((body["absence"] as? [String: Any])?["absentMinutes"] as? Int == 360)
    }

    @Test func `410 stops the endpoint until somebody tries again`() throws {
        let (municipality, recipient) = try ready(["410"])
        _ = try municipality.sync("13T20:00:00")
        _ = try municipality.sync("20T20:00:00")
        #expect(recipient.received.count == 1)
        let stopped = try municipality.notice()
        #expect(stopped.state == "ready" && stopped.reason == "endpoint-stopped")
        let status = try municipality.silta("status")
        #expect(status.status == 3 && status.out.contains("gone"), "\(status)")
        #expect(try municipality.silta("notice", "retry", stopped.id).status == 0)
        _ = try municipality.sync("20T20:10:00")
        #expect(try municipality.notice().state == "delivered")
    }

    @Test(arguments: [400, 401, 404, 413, 422])
    func `a refusal fails the notice at once`(status: Int) throws {
        let (municipality, recipient) = try ready([String(status)])
        #expect(try municipality.sync("13T20:00:00").status == 3)
        let failed = try municipality.notice()
        #expect(failed.state == "failed")
        #expect(try municipality.sync("14T20:00:00").status == 3)
        #expect(recipient.received.count == 1)
        #expect(try municipality.silta("notice", "retry", failed.id).status == 0)
        #expect(try municipality.sync("14T20:10:00").status == 0)
        #expect(recipient.received.map { $0.headers["webhook-id"] } == [failed.id, failed.id])
    }

    @Test(arguments: ["301", "302", "307", "308"])
    func `a redirect is not followed`(status: String) throws {
        let (municipality, recipient) = try ready(["\(status) Location=/elsewhere"])
        _ = try municipality.sync("13T20:00:00")
        #expect(recipient.received.map(\.path) == ["/notices"])
        #expect(try municipality.notice().state == "ready")
    }

    @Test func `a time-out is unknown, and tried again under the same id`() throws {
        let (municipality, recipient) = try ready(["slow 3"])
        let cycle = try municipality.sync("13T20:00:00").objects.first
        #expect((cycle?["attempts"] as? [String: Int])?["unknown"] == 1)
        #expect(try municipality.sync("13T20:01:00").status == 0)
        let notice = try municipality.notice()
        #expect(notice.state == "delivered")
        #expect(recipient.received.map { $0.headers["webhook-id"] } == [notice.id, notice.id])
        #expect(Set(recipient.received.map(\.body)).count == 1)
    }

    @Test func `a notice that may have arrived is withdrawn at the recipient when corrected facts lower the tier`() throws {
        let (municipality, recipient) = try ready(["slow 3"])
        _ = try municipality.sync("13T20:00:00")
        municipality.marks = []
        try municipality.export()
        #expect(try municipality.sync("13T20:01:00").status == 0)
        let received = recipient.received
        try #require(received.count == 2)
        #expect(received.map { $0.headers["ce-type"] } == ["silta.referral.v1", "silta.referral.withdrawn.v1"])
        let body = String(decoding: received.last?.body ?? Data(), as: UTF8.self)
        #expect(!body.contains(Municipality.guardedName) && body.contains(received[0].headers["webhook-id"] ?? "?"), "\(body)")
    }

    @Test func `Retry-After is honoured`() throws {
        let (municipality, recipient) = try ready(["503 Retry-After=3600"])
        _ = try municipality.sync("13T20:00:00")
        _ = try municipality.sync("13T20:59:00")
        #expect(recipient.received.count == 1)
        _ = try municipality.sync("13T21:00:01")
        #expect(recipient.received.count == 2)
    }

    @Test func `paused disclosure sends nothing`() throws {
        let (municipality, recipient) = try ready { $0.disclosure = "paused" }
        _ = try municipality.sync("13T20:00:00")
        #expect(try municipality.notice().reason == "paused")
        #expect(recipient.received.isEmpty)
        municipality.disclosure = "open"
        try municipality.configure()
        _ = try municipality.sync("13T20:01:00")
        #expect(recipient.received.count == 1)
    }

    @Test func `by-person waits for a person, whose name is in the log`() throws {
        let (municipality, recipient) = try ready { $0.release = "by-person" }
        _ = try municipality.sync("13T20:00:00")
        let waiting = try municipality.notice()
        #expect(waiting.reason == "release" && recipient.received.isEmpty)
        #expect(try municipality.silta("notice", "release", waiting.id).status == 0)
        let released = try municipality.objects("audit", "list", "--type", "notice.released.v1")
        #expect(released.map { $0["actor"] as? String } == ["person/\(NSUserName())"])
        _ = try municipality.sync("13T20:01:00")
        #expect(try municipality.notice().state == "delivered")
        #expect(try municipality.silta("notice", "release", waiting.id).status == 1)
    }

    @Test func `a cancelled notice never leaves`() throws {
        let (municipality, recipient) = try ready { $0.release = "by-person" }
        _ = try municipality.sync("13T20:00:00")
        let id = try municipality.notice().id
        #expect(try municipality.silta("notice", "cancel", id).status == 0)
        #expect(try municipality.silta("notice", "release", id).status == 1)
        _ = try municipality.sync("13T20:01:00")
        #expect(recipient.received.isEmpty)
    }

    @Test func `what leaves can be verified by a receiver that has only the public key`() throws {
        let (municipality, recipient) = try ready()
        _ = try municipality.sync("13T20:00:00")
        let evidence = try #require(recipient.received.first?.headers["silta-evidence"].flatMap { Data(base64Encoded: $0) })
        let object = try #require(try JSONSerialization.jsonObject(with: evidence) as? [String: String])
        let line = try #require(object["entry"])
        #expect(line.contains("\"type\":\"notice.composed.v1\"") && object["salt"] != nil)
        let key = try municipality.silta("audit", "key").out.trimmingCharacters(in: .whitespacesAndNewlines)
        let origin = try #require(key.split(separator: "+").first)
        #expect(object["proof"]?.hasPrefix("c2sp.org/tlog-proof@v1\n") ?? false)
        #expect(object["proof"]?.contains("— \(origin) ") ?? false)
        // The entry is the log's, byte for byte.
        let position = try #require(
            (try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])?["position"] as? Int)
        #expect(try municipality.silta("audit", "show", String(position)).out == line + "\n")
    }
}
