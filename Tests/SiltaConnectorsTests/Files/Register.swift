import Foundation
import Glibc
import SiltaConfiguration
import SiltaCore
import Testing

@testable import SiltaConnectors

/// A register in a folder of its own, with marks only, that a manifest of few lines reads. Everyone in it is invented.
final class Register {
    let folder: String
    /// What stands under `read` beside the location.
    let read: String
    /// What stands under the stream of marks beside its fields.
    let stream: String
    /// The columns, in the order key, pupil, date, minutes, class.
    let columns: [String]

    init(_ read: String, _ stream: String, columns: [String] = ["id", "pupil", "day", "minutes", "kind"]) throws {
        (self.read, self.stream, self.columns) = (read, stream, columns)
        folder = FileManager.default.temporaryDirectory.appending(path: "silta-register-\(UUID())").path()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    static func manifest(_ read: String, _ stream: String, columns: [String]) throws -> Manifest {
        try Manifest(
            YAMLDocument.parse(
                """
                name: register
                version: "1"
                reads: Marks.
                configuration: {type: object, properties: {location: {type: string}}}
                read: {location: {setting: location}, \(read)}
                streams:
                  absence:
                    \(stream)
                    fields: {key: "\(columns[0])", pupil: "\(columns[1])", date: "\(columns[2])", minutes: "\(columns[3])", class: "\(columns[4])"}

                """, file: "connector.yaml"))
    }

    func connector(_ more: String = "") throws -> Connector {
        let text = "location: \(folder)\n\(more)\n"
        return try Connector(
            try Register.manifest(read, stream, columns: columns), configuration: YAMLDocument.parse(text, file: "config.yaml"))
    }

    func reading(_ more: String = "") throws -> Reading { try connector(more).read() }

    func failure() throws -> ReadFailure { try #require(throws: ReadFailure.self) { _ = try reading() } }

    /// The keys of the marks.
    func keys() throws -> [String] { try reading().absences.map { $0.mark.key.rawValue } }

    func write(_ name: String, _ content: String) throws { try write(name, Data(content.utf8)) }

    func write(_ name: String, _ content: Data) throws {
        let url = URL(filePath: "\(folder)/\(name)")
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try content.write(to: url)
    }

    /// As if it had been written so many seconds ago.
    func age(_ name: String, _ seconds: Int) {
        var times = [timespec(tv_sec: time(nil) - seconds, tv_nsec: 0), timespec(tv_sec: time(nil) - seconds, tv_nsec: 0)]
        #expect(utimensat(AT_FDCWD, "\(folder)/\(name)", &times, 0) == 0)
    }

    /// What a program made of the folder's files.
    func run(_ command: String) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", "cd '\(folder)' && \(command)"]
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "\(command)")
    }
}
