import Foundation
import Testing

/// Who may ask the daemon for what. Other users of the system are needed, so these run as root.
@Suite(.enabled(if: geteuid() == 0, "only root can be another user"))
struct RoleTests {
    /// Nobody, who is a member of the socket's group.
    private static let nobody = ["setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups"]

    private func daemon(_ roles: String) throws -> (Municipality, RunningDaemon) {
        let municipality = try Municipality()
        municipality.head = "socket: {path: silta.sock, group: nogroup}\nroles: {\(roles)}"
        municipality.release = "by-person"
        municipality.absences(on: 12)
        municipality.absences(on: 13)
        municipality.consent()
        try municipality.configure()
        try municipality.export()
        let daemon = try RunningDaemon(municipality)
        try daemon.wait("the notice waits for a person") { try municipality.notice().reason == "release" }
        return (municipality, daemon)
    }

    @Test func `a role lets a user do what is theirs, and their name is in the log`() throws {
        let (municipality, daemon) = try daemon("releaser: [nobody]")
        let released = try municipality.silta(["notice", "release", try municipality.notice().id], through: RoleTests.nobody)
        #expect(released.status == 0, "\(released)")
        let entry = try #require(try municipality.objects("audit", "list", "--type", "notice.released.v1").first)
        #expect(entry["actor"] as? String == "person/nobody")
        _ = daemon
    }

    @Test func `what a role does not allow is refused, and the log says so`() throws {
        let (municipality, daemon) = try daemon("operator: [\"@nogroup\"]")
        let refused = try municipality.silta(["notice", "release", try municipality.notice().id], through: RoleTests.nobody)
        #expect(refused.status == 1 && refused.err.contains("releaser"), "\(refused)")
        let entry = try #require(try municipality.objects("audit", "list", "--type", "access.refused.v1").first)
        #expect(entry["actor"] as? String == "person/nobody")
        #expect(try municipality.notice().reason == "release")
        for words in [["pupil", "show", "primus/100"], ["audit", "show", "--open", "5"], ["consent", "list"]] {
            let answer = try municipality.silta(words, through: RoleTests.nobody)
            #expect(answer.status == 1 && !answer.out.contains(Municipality.guardedName), "\(answer)")
        }
        #expect(try municipality.silta(["source", "poll", "primus"], through: RoleTests.nobody).status == 0)
        #expect(try municipality.silta(["audit", "list"], through: RoleTests.nobody).out.contains("poll.completed.v1"))
        _ = daemon
    }

    @Test func `who is not in the socket's group is not heard at all`() throws {
        let (municipality, daemon) = try daemon("operator: [nobody]")
        let stranger = ["setpriv", "--reuid", "nobody", "--regid", "daemon", "--clear-groups"]
        let answer = try municipality.silta(["status"], through: stranger)
        #expect(answer.status == 1 && answer.err.contains("not for you"), "\(answer)")
        _ = daemon
    }
}
