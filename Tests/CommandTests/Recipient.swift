import Foundation

/// A running `recipient.py`.
final class Recipient {
    let port: Int
    private let folder: URL
    private let process = Process()
    private let standardInput = Pipe()

    struct Received {
        var path: String
        var headers: [String: String]
        var body: Data
        /// When it came, in seconds since 1970.
        var at: Double
    }

    init(answers: [String] = []) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("silta-recipient-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        let standardOutput = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", Silta.root.appendingPathComponent("Tests/CommandTests/recipient.py").path, folder.path]
        process.standardInput = standardInput
        process.standardOutput = standardOutput
        try Data(answers.map { $0 + "\n" }.joined().utf8).write(to: folder.appendingPathComponent("answers"))
        try process.run()
        let line = String(decoding: standardOutput.fileHandleForReading.availableData, as: UTF8.self)
        port = Int(line.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
    }

    deinit {
        try? standardInput.fileHandleForWriting.close()
        process.waitUntilExit()
        try? FileManager.default.removeItem(at: folder)
    }

    var received: [Received] {
        guard let data = try? Data(contentsOf: folder.appendingPathComponent("received")) else { return [] }
        return String(decoding: data, as: UTF8.self).split(separator: "\n").compactMap { line in
            let value = try? JSONSerialization.jsonObject(with: Data(line.utf8))
            guard let object = value as? [String: Any], let body = object["body"] as? String else { return nil }
            return Received(
                path: object["path"] as? String ?? "", headers: object["headers"] as? [String: String] ?? [:],
                body: Data(base64Encoded: body) ?? Data(), at: object["at"] as? Double ?? 0)
        }
    }
}
