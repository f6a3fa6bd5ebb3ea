import Foundation
import SiltaConfiguration
import SiltaCore
import Synchronization
import Testing

@testable import SiltaConnectors

/// A server that lists the files of a register's folder, and what it was asked.
private final class Lister: Sendable {
    let folder: String
    let asked = Mutex<[String]>([])

    init(_ folder: String) { self.folder = folder }

    func fetcher() -> Fetcher {
        Fetcher(folder: NSTemporaryDirectory()) { [self] in
            Fetcher.Session { [self] name, known, descriptor, _ in
                note("fetch \(name)")
                guard let stamp = stamp(name) else { return .missing }
                if stamp == known { return .unchanged }
                let content = try Data(contentsOf: URL(filePath: "\(folder)/\(name)"))
                try FileHandle(fileDescriptor: descriptor, closeOnDealloc: false).write(contentsOf: content)
                return .content(stamp, isSettled: true)
            } look: { [self] name, known, _ in
                note("look \(name)")
                guard let stamp = stamp(name) else { return .missing }
                return stamp == known ? .unchanged : .content(stamp, isSettled: true)
            } list: { [self] below, _ in
                note("list \(below)")
                return try FileManager.default.contentsOfDirectory(atPath: below.isEmpty ? folder : "\(folder)/\(below)")
                    .filter { !$0.hasPrefix(".") }
            }
        }
    }

    func questions() -> [String] {
        asked.withLock { asked in
            defer { asked = [] }
            return asked
        }
    }

    private func note(_ question: String) { asked.withLock { $0.append(question) } }

    private func stamp(_ name: String) -> RemoteStamp? {
        guard let values = try? FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)"),
            let size = values[.size] as? Int, let date = values[.modificationDate] as? Date
        else { return nil }
        return RemoteStamp(size: size, etag: nil, modified: String(Int(date.timeIntervalSince1970)))
    }
}

@Suite struct `Files of a server are chosen` {
    private static let header = "id;pupil;day;minutes;kind\n"
    private static func row(_ id: Int) -> String { "\(id);7;2026-09-14;45;late\n" }

    private let register: Register
    private let server: Lister

    init() throws {
        register = try Register("format: csv", "")
        server = Lister(register.folder)
    }

    private func connector(_ read: String, _ stream: String, location: String = "sftp://host/export") throws -> Connector {
        let text = """
            name: register
            version: "1"
            reads: Marks.
            configuration: {type: object, properties: {location: {type: string}, user: {type: string}, password: {type: string, secret: true}, host-key: {type: string}}}
            read: {location: {setting: location}, \(read)}
            streams:
              absence: {\(stream), fields: {key: id, pupil: pupil, date: day, minutes: minutes, class: kind}}

            """
        let login = location.hasPrefix("sftp") ? "user: silta\npassword: credential:register\nhost-key: SHA256:x\n" : ""
        let server = server
        return try Connector(
            Manifest(YAMLDocument.parse(text, file: "connector.yaml")),
            configuration: YAMLDocument.parse("location: \(location)\n\(login)", file: "config.yaml")
        ) { _ in server.fetcher() }
    }

    @Test func `by a pattern, and known again without being fetched`() throws {
        for number in 1...3 { try register.write("old/m-\(number).csv", Self.header + Self.row(number)) }
        let connector = try connector("format: csv", "file: \"old/m-*.csv\"")
        let reading = try connector.read()
        #expect(reading.absences.count == 3)
        #expect(server.questions().prefix(4) == ["list old", "fetch old/m-1.csv", "fetch old/m-2.csv", "fetch old/m-3.csv"])
        let cursor = SourceCursor(try #require(reading.cursor))
        guard case .unchanged = try connector.read(after: cursor, step: {}) else {
            Issue.record("read once more")
            return
        }
        #expect(server.questions().count == 4)
        try register.write("old/m-4.csv", Self.header + Self.row(4))
        guard case .read(let second) = try connector.read(after: cursor, step: {}) else {
            Issue.record("not read")
            return
        }
        #expect(second.absences.count == 4)
    }

    @Test func `the newest that is complete`() throws {
        for (number, age) in [(1, 300), (2, 200), (3, 5)] {
            try register.write("m-\(number).csv", Self.header + Self.row(number))
            register.age("m-\(number).csv", age)
        }
        let settled = try connector("format: csv, complete-when: {unchanged-for: 1m}", "file: m-*.csv, take: newest")
        #expect(try settled.read().absences.map { $0.mark.key.rawValue } == ["2"])
        try register.write("m-1.csv.done", "")
        let marked = try connector("format: csv, complete-when: {marker: \"{name}.done\"}", "file: m-*.csv, take: newest")
        #expect(try marked.read().absences.map { $0.mark.key.rawValue } == ["1"])
        let all = try connector("format: csv, complete-when: {marker: \"{name}.done\"}", "file: m-*.csv")
        let failure = try #require(throws: ReadFailure.self) { _ = try all.read() }
        #expect(failure.code == .changed && failure.file == "m-2.csv", "\(failure)")
    }

    @Test func `only where it lists them`() throws {
        let error = try #require(throws: ConfigurationError.self) {
            _ = try connector("format: csv", "file: m-*.csv", location: "https://host/export")
        }
        #expect(
            "\(error)"
                == "config.yaml:1: location: a web server does not list its files, and m-*.csv is a pattern; sftp or a folder would be right"
        )
    }

    @Test func `by times that servers write in their ways`() {
        for (text, time) in [("1790000000", 1_790_000_000), ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777)] {
            #expect(RemoteStamp(size: 1, etag: nil, modified: text).modificationTime == time * 1_000_000_000)
        }
        for text in [
            "yesterday", "9223372036854775807", "-1", "Fri, 31 Dec 9999 23:59:59 GMT", "Sun, 06 Nov 1994 999999999999999999:00:00 GMT",
        ] {
            #expect(RemoteStamp(size: 1, etag: nil, modified: text).modificationTime == nil, "\(text)")
        }
    }
}
