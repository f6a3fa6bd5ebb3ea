internal import Foundation
public import SiltaConfiguration
internal import SiltaFormats

/// The cases in a connector's `examples` folder, each a folder with `config.yaml` (the configuration of a source, its location
/// below that folder), the files it reads, and `expected.jsonl`: every canonical record and rejected row, or one line that begins
/// with `failure:` where the poll must fail. Where a server is asked, its answers stand in `answers/` (``RecordedAnswers``).
public struct ConnectorExamples: Sendable {
    public struct Outcome: Sendable {
        public let name: String
        /// What was read, line by line, as `expected.jsonl` would have it.
        public let actual: [String]
        /// Lines that were expected and not read.
        public let missing: [String]
        /// Lines that were read and not expected.
        public let unexpected: [String]
        /// Exactly the expected lines in the expected order.
        public let isAsExpected: Bool
        /// There is no `expected.jsonl`.
        public let isUnwritten: Bool
        /// Why nothing was read.
        public var failure: String? { actual.first.flatMap { $0.hasPrefix("failure: ") ? $0 : nil } }
    }

    private let folder: String
    private let manifest: Manifest

    /// - Parameter folder: The connector's.
    public init(folder: String) throws(ConfigurationError) {
        self.folder = "\(folder)/examples"
        manifest = try Manifest(folder: folder)
    }

    /// The names of the cases, sorted.
    public var names: [String] {
        FileSystem.names(in: folder).filter { FileSystem.isRegularFile("\(folder)/\($0)/config.yaml") }
    }

    public func run(_ name: String) -> Outcome {
        let actual = read("\(folder)/\(name)")
        let expected: [String]
        var isUnwritten = false
        do {
            expected = try FileSystem.text(folder: "\(folder)/\(name)", name: "expected.jsonl").split(separator: "\n").map(String.init)
        } catch {
            expected = []
            isUnwritten = true
        }
        var counts = Dictionary(expected.map { ($0, 1) }, uniquingKeysWith: +)
        let unexpected = actual.filter { line in
            counts[line, default: 0] -= 1
            return counts[line, default: 0] < 0
        }
        counts = Dictionary(actual.map { ($0, 1) }, uniquingKeysWith: +)
        let missing = expected.filter { line in
            counts[line, default: 0] -= 1
            return counts[line, default: 0] < 0
        }
        return Outcome(
            name: name, actual: actual, missing: missing, unexpected: unexpected, isAsExpected: !isUnwritten && actual == expected,
            isUnwritten: isUnwritten)
    }

    /// Writes what was read where a case has no `expected.jsonl` yet. That nothing can be read is hardly what was meant: who expects it
    /// writes it by hand.
    public func writeExpected(_ outcome: Outcome) throws {
        let path = "\(folder)/\(outcome.name)/expected.jsonl"
        guard !FileSystem.isRegularFile(path), outcome.failure == nil else { return }
        try Data(outcome.actual.map { $0 + "\n" }.joined().utf8).write(to: URL(filePath: path))
    }

    /// What is not right in a case's configuration, a line for each problem; nil where it is as the manifest has it.
    public func problem(of name: String) -> String? {
        do {
            _ = try connector("\(folder)/\(name)")
            return nil
        } catch { return "\(error)" }
    }

    static func configuration(_ folder: String) throws -> Setting {
        let text = try FileSystem.text(folder: folder, name: "config.yaml")
        return try YAMLDocument.parse(text, file: "\(folder)/config.yaml")
    }

    private func connector(_ folder: String) throws -> Connector {
        var host = ProgramHost.rehearsal
        let configuration = try ConnectorExamples.configuration(folder)
        host.today = { RecordedAnswers.today }
        if let key = try? configuration["client-key"].secretReference() {
            let (invented, others) = (ClientAssertion.inventedKey(), host.secret)
            host.secret = { $0.name == key.name ? invented : try others($0) }
        }
        return try Connector(manifest, configuration: configuration, host: host) { remote in
            RecordedAnswers(folder: "\(folder)/answers").fetcher(below: remote.url)
        }
    }

    private func read(_ folder: String) -> [String] {
        do { return try connector(folder).read().canonicalLines() } catch { return ["failure: \(error)"] }
    }
}
