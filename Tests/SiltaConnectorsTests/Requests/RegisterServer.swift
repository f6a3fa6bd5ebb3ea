import Foundation
import SiltaTesting
import SiltaConfiguration
import SiltaCore
import SiltaTransfer
import Testing

@testable import SiltaConnectors

/// `Server/api.py`, running as a program of its own, and connectors that ask it through libcurl.
final class RegisterServer {
    struct NotRunning: Error {}

    let folder: String
    let port: Int
    /// What a credential holds, by its name.
    var secrets: [String: String] = ["secret": "hunter2 & 3?", "password": "päss:w"]
    private let input: FileHandle
    private let output: FileHandle

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "silta-api-\(UUID())").path()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Server/api.py").path()
        process.arguments = ["python3", "-B", "-W", "ignore", script, folder]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        (self.input, self.output) = (input.fileHandleForWriting, output.fileHandleForReading)
        port = try JSONDecoder().decode([String: Int].self, from: self.output.line())["port"] ?? 0
    }

    deinit {
        try? input.close()
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Changes what the server answers from now on.
    ///
    /// - Parameter state: members of a JSON object.
    /// - Returns: what it was asked before.
    @discardableResult
    func set(_ state: String = "") throws -> [String] {
        try input.write(contentsOf: Data("{\(state)}\n".utf8))
        return try JSONDecoder().decode([String].self, from: output.line())
    }

    /// - Parameters:
    ///   - stream: lines beside `request` and `fields`.
    ///   - http: of the manifest.
    ///   - config: lines beside the location.
    ///   - date: where the date of a mark stands.
    ///   - rest: of the manifest, behind this stream.
    func connector(
        _ path: String, _ stream: String = "items: \"\"", http: String = "{}", config: String = "", deadline: Duration = .seconds(30),
        date: String = "day", key: String = "id", rest: String = "", location: String? = nil
    ) throws -> Connector {
        let texts = ["url", "user", "ca-file", "client-id", "token-url", "scope", "tenant", "rate"]
        let secrets = ["token", "password", "api-key", "client-secret", "client-key"]
        let properties =
            texts.map { "\($0): {type: string}" } + secrets.map { "\($0): {type: string, secret: true}" }
            + ["allow-addresses: {type: array, items: {type: string}}", "size: {type: integer, default: 4}"]
        let lines = stream.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n")
        let manifest = """
            name: asked
            version: "1"
            reads: an API
            configuration: {type: object, properties: {\(properties.joined(separator: ", "))}}
            read: {location: {setting: url}, format: json, http: \(http)}
            streams:
              absence:
                request: {path: \(path)}
                fields: {key: \(key), pupil: pupil.number, date: \(date), minutes: minutes, class: {constant: unexplained}}
            \(lines)
            \(rest)
            """
        let usual = "url: https://127.0.0.1:\(port)/\nca-file: \(folder)/cert.pem\nallow-addresses: [127.0.0.0/8]\n"
        let text = "\(location ?? usual)\(config)\n"
        let host = ProgramHost(deadline: deadline, today: { LocalDate("2026-10-05") ?? LocalDate(dayNumber: 0) }) {
            [secrets = self.secrets] reference in
            guard let secret = secrets[reference.name] else { throw NotRunning() }
            return secret
        }
        return try Connector(
            Manifest(YAMLDocument.parse(manifest, file: "connector.yaml")),
            configuration: YAMLDocument.parse(text, file: "\(folder)/config.yaml"), program: "1", host: host
        ) { remote in
            Fetcher(folder: NSTemporaryDirectory()) {
                let session = RequestSession(userAgent: "silta/test")
                return Fetcher.Session { _, _, _, _ in
                    .missing
                } look: { _, _, _ in
                    .missing
                } ask: { question, step in
                    try RegisterServer.ask(question, session, caFile: remote.caFile?.text, step)
                }
            }
        }
    }

    private static func ask(
        _ question: WebQuestion, _ session: RequestSession, caFile: String?, _ step: () throws -> Void
    ) throws -> WebAnswer {
        var request = HTTPRequest(
            question.method == "POST" ? .post : .get, question.url,
            headers: HTTPHeaders(question.headers.map { HTTPHeaders.Field($0.name, $0.value) }), body: question.body)
        request.timeout = question.timeout
        request.responseLimit = question.limit
        request.addresses = AddressPolicy(allowed: [try AddressRange("127.0.0.0/8")])
        request.caFile = caFile
        do {
            let answer = try session.ask(request, step: step)
            return WebAnswer(
                status: answer.status, headers: answer.headers.fields.map { ($0.name, $0.value) }, body: answer.body,
                problem: answer.ending?.sentence, date: answer.date, modified: answer.modified, retryAfter: answer.retryAfter)
        } catch let failure as TransferFailure {
            throw Fetcher.Failure(failure.sentence)
        }
    }
}

extension Connector {
    /// The keys of the marks that it reads, in order.
    func keys() throws -> [String] { try read().keys }

    /// Why its poll fails.
    func failure() throws -> String { try #require(throws: ReadFailure.self) { _ = try read() }.description }

    /// What it says after a reading.
    func next(after reading: Reading, isCurrent: Bool = true) throws -> SourceAnswer {
        try read(after: SourceCursor(try #require(reading.cursor), isCurrent: isCurrent)) {}
    }
}

extension SourceAnswer {
    var reading: Reading? {
        if case .read(let reading) = self { reading } else { nil }
    }

    var isUnchanged: Bool { reading == nil }
}

extension Reading {
    var keys: [String] { (0..<absences.count).map { absences[$0].mark.key.rawValue } }
}
