import Foundation
import SiltaConfiguration
import SiltaCore
import Synchronization
import Testing

@testable import SiltaConnectors

/// A server that has the files of an export, and what it was asked.
private final class Server: Sendable {
    struct State {
        var questions: [String] = []
        /// Of the next question about the file.
        var answers: [String: Fetcher.Answer] = [:]
        var isSettled = true
        /// The file that somebody writes before one is looked at once more.
        var changing: String?
        var failure: Fetcher.Failure?
    }

    let state = Mutex(State())
    let folder: String

    init(_ folder: String) { self.folder = folder }

    var questions: [String] {
        state.withLock { state in
            defer { state.questions = [] }
            return state.questions
        }
    }

    func fetcher(into place: String) -> Fetcher {
        Fetcher(folder: place) { [self] in
            Fetcher.Session { [self] name, known, descriptor, step in
                try step()
                if let answer = try answer(name, "fetch") { return answer }
                let (content, stamp) = try file(name)
                if stamp == known { return .unchanged }
                try FileHandle(fileDescriptor: descriptor, closeOnDealloc: false).write(contentsOf: content)
                return .content(stamp, isSettled: state.withLock(\.isSettled))
            } look: { [self] name, known, _ in
                if let changing = state.withLock(\.changing) { try Data("x".utf8).write(to: URL(filePath: "\(folder)/\(changing)")) }
                if let answer = try answer(name, "look") { return answer }
                let stamp = try file(name).1
                return stamp == known ? .unchanged : .content(stamp, isSettled: true)
            }
        }
    }

    private func answer(_ name: String, _ verb: String) throws -> Fetcher.Answer? {
        try state.withLock { state in
            state.questions.append("\(verb) \(name)")
            if let failure = state.failure { throw failure }
            return state.answers["\(verb) \(name)"]
        }
    }

    /// Its ETag is its content, which no other content has.
    private func file(_ name: String) throws -> (Data, RemoteStamp) {
        let content = try Data(contentsOf: URL(filePath: "\(folder)/\(name)"))
        return (content, RemoteStamp(size: content.count, etag: "\"\(content.base64EncodedString())%; \"", modified: nil))
    }
}

@Suite struct `An export on a server` {
    private static let names = ["oppilaat.csv", "tuntimerkinnat.csv", "suostumukset.csv", "kattavuus.csv"]

    private let export: Export
    private let place: Export
    private let server: Server
    private let connector: Connector

    init() throws {
        export = try Export()
        place = try Export()
        let server = Server(export.folder)
        self.server = server
        let place = place.folder
        connector = try Connector(
            try Export.manifest(),
            configuration: YAMLDocument.parse("location: https://host/export\n\(Export.codes)\n", file: "config.yaml")
        ) { remote in
            #expect(remote.url == "https://host/export")
            return server.fetcher(into: place)
        }
    }

    private func read(after cursor: String? = nil) throws -> (reading: Reading?, cursor: String) {
        switch try connector.read(after: cursor.map { SourceCursor($0) }, step: {}) {
        case .read(let reading): (reading, try #require(reading.cursor))
        case .unchanged(let cursor): (nil, cursor)
        }
    }

    private func failure(after cursor: String? = nil) throws -> ReadFailure {
        try #require(throws: ReadFailure.self) { _ = try connector.read(after: cursor.map { SourceCursor($0) }, step: {}) }
    }

    @Test func `is read as one in a folder is, and leaves nothing behind`() throws {
        let before = try FileManager.default.contentsOfDirectory(atPath: place.folder).sorted()
        let remote = try #require(try read().reading)
        #expect(server.questions == Self.names.map { "fetch \($0)" } + Self.names.map { "look \($0)" })
        #expect(remote.canonicalLines() == (try export.read()).canonicalLines())
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.folder).sorted() == before)
    }

    @Test func `is known again without being fetched`() throws {
        let first = try read()
        _ = server.questions
        let second = try read(after: first.cursor)
        #expect(second.reading == nil && second.cursor == first.cursor)
        #expect(server.questions == Self.names.map { "fetch \($0)" })
    }

    @Test func `is fetched whole where one file has changed`() throws {
        let first = try read()
        _ = server.questions
        export.write("suostumukset.csv", [])
        let second = try read(after: first.cursor)
        #expect(second.reading?.consents.isEmpty == true && second.reading?.absences.count == 1)
        let asked = server.questions.filter { $0.hasPrefix("fetch") }
        #expect(
            asked == [
                "fetch oppilaat.csv", "fetch tuntimerkinnat.csv", "fetch suostumukset.csv", "fetch oppilaat.csv",
                "fetch tuntimerkinnat.csv", "fetch kattavuus.csv",
            ])
    }

    @Test func `that had just been written is fetched once more, and known by its bytes`() throws {
        server.state.withLock { $0.isSettled = false }
        let first = try read()
        server.state.withLock { $0.isSettled = true }
        let second = try read(after: first.cursor)
        #expect(second.reading == nil && second.cursor != first.cursor)
        _ = server.questions
        #expect(try read(after: second.cursor).cursor == second.cursor)
        #expect(server.questions.count == 4)
    }

    @Test func `that changes while it is fetched is not read`() throws {
        server.state.withLock { $0.changing = "kattavuus.csv" }
        let failure = try failure()
        #expect(failure.code == .changed && failure.file == "kattavuus.csv")
        #expect(failure.sentence.hasPrefix("this file has changed on the server while the export was fetched"))
    }

    @Test func `on a server that cannot be asked for changes is read nevertheless`() throws {
        server.state.withLock { state in for name in Self.names { state.answers["look \(name)"] = .status(405) } }
        #expect(try read().reading != nil)
    }

    @Test(arguments: [
        (Fetcher.Answer.missing, ReadFailure.Code.missing, "this file is not on the server"),
        (.denied(status: 403), .unreadable, "the server does not show this file to this user [status 403]"),
        (.status(500), .unreadable, "the server sends no file [status 500]"),
    ])
    func `without one of its files fails`(answer: Fetcher.Answer, code: ReadFailure.Code, sentence: String) throws {
        server.state.withLock { $0.answers["fetch kattavuus.csv"] = answer }
        let failure = try failure()
        #expect(failure.code == code && failure.file == "kattavuus.csv" && failure.sentence.hasPrefix(sentence), "\(failure)")
    }

    @Test func `that cannot be reached fails with what the way there says`() throws {
        server.state.withLock { $0.failure = Fetcher.Failure("No connection came about [host host, port 443].") }
        #expect("\(try failure())" == "oppilaat.csv: No connection came about [host host, port 443].")
    }

    @Test func `is left alone as long as the server wants`() throws {
        server.state.withLock { $0.answers["fetch tuntimerkinnat.csv"] = .later(.seconds(3600)) }
        #expect(try failure().code == .limited)
        #expect(server.questions == ["fetch oppilaat.csv", "fetch tuntimerkinnat.csv"])
        server.state.withLock { $0.answers = [:] }
        let failure = try failure()
        #expect(failure.code == .limited && failure.sentence.hasPrefix("the server wants to be asked again in 3"), "\(failure)")
        #expect(server.questions.isEmpty)
    }

    @Test func `is not fetched further once somebody stops it`() throws {
        struct Stop: Error {}
        #expect(throws: Stop.self) { _ = try connector.read(after: nil) { throw Stop() } }
        #expect(server.questions.isEmpty)
    }

    @Test func `has stamps that come through the log as they were`() throws {
        for stamp in [
            RemoteStamp(size: 0, etag: nil, modified: nil),
            .init(size: 7, etag: "W/\"a;b%20 c%\"", modified: "Sun, 22 Nov 2026 22:16:36 GMT"),
            .init(size: 1, etag: nil, modified: "1790000000"),
        ] {
            #expect(RemoteStamp(stamp.description) == stamp)
            #expect(!stamp.description.contains(" "))
        }
        for text in ["", "1", "1;2", "x;;", "1;;;"] { #expect(RemoteStamp(text) == nil) }
    }
}
