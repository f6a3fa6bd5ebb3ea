import SiltaConfiguration
import SiltaCore
import SiltaFormats

@testable import SiltaConnectors

extension Fuzzer {
    /// What a program might write, with a manifest of its own streams and with one that maps them.
    static let messages = Fuzzer(name: "messages") { bytes in
        guard let first = bytes.first else { return }
        let (manifest, settings) = first & 1 == 0 ? canonical : mapped
        guard let plan = manifest.program,
            let conversation = try? Conversation(
                manifest: manifest, plan: plan, settings: settings, secrets: SecretValues(["verysecret"]), disk: "/tmp")
        else { preconditionFailure("the manifests of this fuzzer are right") }
        var lines = MessageLines()
        do throws(ReadFailure) {
            try lines.feed(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes.dropFirst()))) { (line) throws(ReadFailure) in
                _ = try conversation.take(line)
            }
            try lines.finish { (line) throws(ReadFailure) in
                _ = try conversation.take(line)
            }
            if conversation.hasEnded { _ = conversation.reading(isAll: true) }
        } catch {
            precondition(!"\(error)".contains("verysecret"), "a secret is told")
        }
    }

    private static let canonical = connector(
        """
        name: fuzz
        version: "1"
        reads: What the fuzzer says.
        configuration: {type: object, properties: {}}
        program: [none]
        """)
    private static let mapped = connector(
        """
        name: fuzz
        version: "1"
        reads: What the fuzzer says.
        configuration: {type: object, properties: {}}
        program: [none]
        coverage: whole
        streams:
          enrolment:
            stream: pupils
            fields: {key: [pupil, from], pupil: id, family-name: n, given-names: g, school-name: s.name, grade: grade, from: f}
          absence:
            stream: marks
            fields: {key: id, pupil: p.id, date: d, start: t, minutes: m, class: {column: c, values: {a: health, b: ignore}}}
            drop: [text]
        """)

    private static func connector(_ text: String) -> (Manifest, SourceSettings) {
        do {
            let manifest = try Manifest(YAMLDocument.parse(text, file: "connector.yaml"))
            return (manifest, try SourceSettings(YAMLDocument.parse("{}", file: "silta.yaml"), manifest: manifest))
        } catch { preconditionFailure("the manifests of this fuzzer are right: \(error)") }
    }

    static let manifest = Fuzzer(name: "manifest") { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        guard let setting = try? YAMLDocument.parse(text, file: "connector.yaml"), let manifest = try? Manifest(setting) else { return }
        _ = try? SourceSettings(YAMLDocument.parse("{location: /nowhere}", file: "silta.yaml"), manifest: manifest)
    }

    /// All three files of a person: a mistake in them is an error, and never a crash.
    static let configuration = Fuzzer(name: "configuration") { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        _ = try? Configuration.parse(text, file: "silta.yaml")
        _ = try? Policy.parse(text, file: "policy.yaml")
        _ = try? SchoolYear.parse(text, file: "calendar.yaml")
    }
}
