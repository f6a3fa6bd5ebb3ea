import Foundation
import Testing

@testable import SiltaTransfer

/// Against Python's own https server. One after the other: asking blocks its thread.
@Suite(.serialized) final class `A server is asked over one connection` {
    private let server: FileServer
    private let session = RequestSession(userAgent: "silta/test")

    init() throws { server = try FileServer() }

    private func request(_ path: String, _ headers: HTTPHeaders = [:]) throws -> HTTPRequest {
        var request = HTTPRequest(.get, "https://127.0.0.1:\(server.ports.secure)\(path)", headers: headers)
        request.addresses = try .loopback
        request.caFile = server.caFile
        return request
    }

    private func failure(_ request: HTTPRequest, stallLimit: Duration = .seconds(60)) -> TransferFailure? {
        do { _ = try session.ask(request, stallLimit: stallLimit) {} } catch { return error as? TransferFailure }
        return nil
    }

    @Test func `and answers whole, whatever its status`() throws {
        let answer = try session.ask(request("/b.csv")) {}
        #expect(answer.status == 200 && answer.body == Array("hello".utf8) && answer.ending == nil)
        let (date, modified) = (try #require(answer.date), try #require(answer.modified))
        #expect((3500...3700).contains(date - modified))
        for status in [404, 410, 429, 500, 503] {
            let refused = try session.ask(request("/status/\(status)")) {}
            #expect(refused.status == status && refused.ending == nil)
            #expect(refused.retryAfter == ([429, 503].contains(status) ? .seconds(120) : nil))
        }
        #expect(try session.ask(request("/tagged", ["If-None-Match": "\"one\""])) {}.status == 304)
    }

    @Test func `which leads on within its origin only`() throws {
        #expect(try session.ask(request("/moved")) {}.body == Array("hello".utf8))
        #expect(try failure(request("/away"))?.code == .redirected)
        #expect(try failure(request("/round"))?.sentence.hasPrefix("The answer leads on and on") == true)
    }

    @Test func `and says where its answer is not whole`() throws {
        var half = try request("/cut")
        half.responseLimit = 1_000_000
        let cut = try session.ask(half) {}
        #expect(cut.status == 200 && cut.ending?.code == .interrupted && cut.body.count == 300_000)
        var endless = try request("/endless")
        endless.responseLimit = 1_000_000
        let long = try session.ask(endless) {}
        #expect(long.ending?.code == .tooLarge && long.body.count == 1_000_000)
        #expect(try failure(request("/stall"), stallLimit: .milliseconds(500))?.code == .timedOut)
    }

    @Test func `until somebody stops it`() throws {
        struct Stop: Error {}
        var steps = 0
        #expect(throws: Stop.self) {
            _ = try session.ask(request("/endless")) {
                steps += 1
                if steps > 3 { throw Stop() }
            }
        }
    }

    @Test func `and not at all where addresses, certificates or headers are not right`() throws {
        var confined = try request("/b.csv")
        confined.addresses = AddressPolicy()
        #expect(failure(confined)?.code == .forbiddenAddress)
        var strange = try request("/b.csv")
        strange.caFile = nil
        #expect(failure(strange)?.code == .tls)
        #expect(try failure(request("/b.csv", ["X": "a\r\nY: b"]))?.code == .malformedRequest)
        var mutual = try request("/b.csv")
        mutual.url = "https://127.0.0.1:\(server.ports.mutual)/b.csv"
        #expect([.tls, .interrupted].contains(failure(mutual)?.code))
        mutual.identity = TLSIdentity(certificatePath: server.script.path("identity.pem"), keyPath: server.script.path("identity.pem"))
        #expect(try session.ask(mutual) {}.status == 200)
    }
}
