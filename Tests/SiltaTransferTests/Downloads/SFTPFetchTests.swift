import Foundation
import Testing

@testable import SiltaTransfer

/// Against OpenSSH's server. One after the other: fetching blocks its thread.
@Suite(
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/sbin/sshd"), "there is no /usr/sbin/sshd: install openssh-server"),
    .serialized)
final class `Files are fetched over sftp` {
    private struct Greeting: Decodable {
        struct Ports: Decodable {
            let plain: Int
            let cut: Int
            let stalled: Int
        }

        let ports: Ports
        let user: String
        let ecdsa: String
        let ed25519: String
    }

    private let served: ServedFolder
    private let server: Script
    private let greeting: Greeting
    private let session = FetchSession(userAgent: "silta/test")

    init() throws {
        served = try ServedFolder()
        server = try Script("sftp.py")
        greeting = try JSONDecoder().decode(Greeting.self, from: server.greeting)
    }

    deinit { served.remove() }

    private func request(_ name: String, port: Int? = nil) throws -> FetchRequest {
        var request = FetchRequest("sftp://127.0.0.1:\(port ?? greeting.ports.plain)\(served.url.path)/\(name)")
        request.addresses = try .loopback
        request.login = .key(user: greeting.user, path: server.path("user_key"))
        request.hostKey = try HostKey(fingerprint: greeting.ecdsa)
        return request
    }

    @Test func `whole, and known again by size and time`() throws {
        let (response, content) = try session.fetch(request("a.csv"))
        #expect(response.answer == .content && content == served.large)
        let version = try #require(response.version)
        #expect(version.size == 3_000_000 && version.modified != nil && version.isSettled)

        let before = try server.report(Int.self)
        var again = try request("a.csv")
        again.known = version
        let (unchanged, nothing) = try session.fetch(again)
        #expect(unchanged.answer == .unchanged && nothing.isEmpty)
        #expect(try session.look(again) {}.answer == .unchanged)
        #expect(try server.report(Int.self) - before < 20_000, "nothing of the file came again")

        try served.write("a.csv", "changed")
        #expect(try session.look(again) {}.answer == .content)
        let (changed, newContent) = try session.fetch(again)
        #expect(changed.answer == .content && newContent == Data("changed".utf8))
        #expect(changed.version?.isSettled == false, "it was written less than a minute ago")
    }

    @Test func `also empty ones, and ones with unusual names`() throws {
        try served.write("tyhjä ä.csv", "")
        let (response, content) = try session.fetch(request("tyhj%C3%A4%20%C3%A4.csv"))
        #expect(response.answer == .content && response.version?.size == 0 && content.isEmpty)
    }

    @Test func `but not where there are none`() throws {
        #expect(try session.fetch(request("nothing.csv")).0.answer == .missing)
        #expect(try session.look(request("nothing.csv")) {}.answer == .missing)
        #expect(try session.fetch(request("nothing/a.csv")).0.answer == .missing)
    }

    @Test func `from a folder that can be listed`() throws {
        var folder = try request("")
        #expect(try session.list(folder) {} == ["a.csv", "b.csv"])
        folder.url += "nothing/"
        #expect(throws: TransferFailure.self) { try session.list(folder) {} }
    }

    @Test func `by whoever has the key or the password`() throws {
        for login in [
            FetchRequest.Login.key(user: greeting.user, path: server.path("other_key")),
            .key(user: greeting.user, path: server.path("no_key")), .password(user: greeting.user, "vaara-salasana"),
            .key(user: "nobody-of-this-name", path: server.path("user_key")),
        ] {
            var request = try request("b.csv")
            request.login = login
            let failure = try #require(session.failure(request))
            #expect(failure.code == .login, "\(failure)")
            #expect(!failure.sentence.contains("salasana") && !failure.sentence.contains(server.folder.path))
        }
        var request = try request("b.csv")
        request.login = .none
        #expect(session.failure(request)?.code == .malformedRequest)
    }

    @Test func `from the host with the known key, and no other`() throws {
        var request = try request("b.csv")
        request.hostKey = .knownHosts(path: server.path("known_hosts"))
        #expect(try session.fetch(request).1 == Data("hello".utf8))
        // OpenSSH has it as well, but shows the other one.
        request.hostKey = try HostKey(fingerprint: greeting.ed25519)
        let failure = try #require(FetchSession(userAgent: "silta/test").failure(request))
        #expect(failure.code == .hostKey && !failure.mayHaveArrived)
        #expect(failure.sentence.hasPrefix("The server shows another host key than the known one;"), "\(failure)")
        #expect(failure.sentence.hasSuffix("[host 127.0.0.1, port \(greeting.ports.plain): \(greeting.ecdsa)]."), "\(failure)")

        try Data("[127.0.0.1]:1 ssh-ed25519 AAAA\n".utf8).write(to: server.folder.appendingPathComponent("others"))
        for name in ["others", "no_file"] {
            request.hostKey = .knownHosts(path: server.path(name))
            #expect(FetchSession(userAgent: "silta/test").failure(request)?.code == .hostKey, "\(name)")
        }
        request.hostKey = nil
        let unpinned = session.failure(request)
        #expect(unpinned?.code == .hostKey)
        let command = "`ssh-keyscan -t ecdsa,ed25519 -p \(greeting.ports.plain) 127.0.0.1 | ssh-keygen -lf -`"
        #expect(unpinned?.sentence.contains(command) == true)
    }

    @Test(arguments: [
        "", "SHA256:", "MD5:16:27", "SHA256:b0wr7q8fFYJ4sH45le/VKpbDdA5XM/6Ssd6GwdRJnn",
        "SHA256:b0wr7q8fFYJ4sH45le/VKpbDdA5XM/6Ssd6GwdRJn n",
    ])
    func `and what is no fingerprint is refused`(text: String) {
        #expect(throws: HostKeyError.self) { try HostKey(fingerprint: text) }
    }

    @Test func `and a part of one is no file`() throws {
        let failure = try #require(session.failure(try request("a.csv", port: greeting.ports.cut)))
        #expect(failure.code == .interrupted && failure.mayHaveArrived, "\(failure)")
    }

    @Test func `while bytes come, and up to the limit of their size`() throws {
        var request = try request("a.csv", port: greeting.ports.stalled)
        request.stallLimit = .milliseconds(500)
        #expect(session.failure(request)?.sentence.hasPrefix("Not a byte came for 0.5 seconds") == true)
        request = try self.request("a.csv")
        request.sizeLimit = 2_999_999
        #expect(session.failure(request)?.code == .tooLarge)
    }

    @Test func `from listed addresses only`() throws {
        var request = try request("b.csv")
        request.addresses = AddressPolicy()
        let failure = session.failure(request)
        #expect(failure?.code == .forbiddenAddress && failure?.mayHaveArrived == false)
    }
}
