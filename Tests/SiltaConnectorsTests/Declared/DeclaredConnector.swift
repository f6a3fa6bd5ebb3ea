import Foundation
import SiltaConfiguration
import SiltaCore
import Testing

@testable import SiltaConnectors

/// A declarative connector of the test's own, and the files that it reads.
final class DeclaredConnector {
    static let properties =
        "location: {type: string}, minutes: {type: integer}, day: {type: integer}, begins: {type: string}, "
        + "codes: {type: object, default: {}, additionalProperties: {type: string}}"

    let folder: String
    private let manifest: String

    /// - Parameter rest: The manifest from `tables` or `streams` on.
    init(_ rest: String, properties: String = DeclaredConnector.properties) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "silta-declared-\(UUID())").path()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        manifest = """
            name: declared
            version: "1"
            reads: a table
            configuration: {type: object, properties: {\(properties)}}
            read: {location: {setting: location}, format: csv, csv: {separator: ",", quoting: rfc4180}, encoding: utf-8}
            \(rest)
            """
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func write(_ name: String, _ lines: String...) {
        _ = FileManager.default.createFile(atPath: "\(folder)/\(name)", contents: Data(lines.map { $0 + "\n" }.joined().utf8))
    }

    func read(_ config: String = "", clock: LocalClock = .standard, host: ProgramHost = ProgramHost()) throws -> Reading {
        let manifest = try Manifest(YAMLDocument.parse(self.manifest, file: "connector.yaml"))
        let setting = try YAMLDocument.parse("location: \(folder)\n\(config)\n", file: "silta.yaml")
        return try Connector(manifest, configuration: setting, host: host, clock: clock).read()
    }

    /// What is wrong with the manifest.
    var problems: [String] {
        do throws(ConfigurationError) {
            _ = try Manifest(YAMLDocument.parse(manifest, file: "connector.yaml"))
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }
}

/// A stream of absences whose fields are these, beside those that each must have.
func absences(_ fields: String, file: String = "marks.csv", more: String = "") -> String {
    var all = ["key: id", "pupil: pupil", "date: date", "minutes: minutes", "class: {column: class, values: {A: unexplained, T: late}}"]
    let own = fields.split(separator: "\n").map(String.init)
    all.removeAll { line in own.contains { $0.prefix { $0 != ":" } == line.prefix { $0 != ":" } } }
    return "{file: \(file)\(more), fields: {\((all + own).joined(separator: ", "))}}"
}
