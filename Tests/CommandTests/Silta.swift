import Foundation

/// The binary that was built with the tests, run from the outside.
enum Silta {
    static let binary: URL =
        ProcessInfo.processInfo.environment["SILTA_BINARY"].map { URL(fileURLWithPath: $0) }
        ?? Bundle.main.bundleURL.appendingPathComponent("silta")

    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static let connectors = root.appendingPathComponent("connectors")

    /// The status that `timeout` ends with where it had to kill: the command hung.
    static let hung: Int32 = 137

    /// Nothing that the tests ask takes longer than this, unless it hangs.
    static let patience = 20

    static func run(_ words: [String], in folder: URL, through wrapper: [String] = []) throws -> Answer {
        try Program.run(
            ["timeout", "--signal=KILL", String(patience)] + wrapper + [binary.path] + words, in: folder)
    }
}

/// What a command said, and how it ended.
struct Answer: CustomStringConvertible {
    var words: [String]
    var status: Int32
    var output: Data
    var complaint: Data

    var out: String { String(decoding: output, as: UTF8.self) }
    var err: String { String(decoding: complaint, as: UTF8.self) }
    var description: String { "\(words.joined(separator: " ")) ended with \(status):\n\(out)\(err)" }

    /// With `--json`: an object a line.
    var objects: [[String: Any]] {
        out.split(separator: "\n").compactMap { line in
            let value = try? JSONSerialization.jsonObject(with: Data(line.utf8))
            return value as? [String: Any]
        }
    }
}

/// Any program, to its end. Both its outputs go through files: nothing that it writes can block it.
enum Program {
    static func run(_ words: [String], in folder: URL) throws -> Answer {
        let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("silta-answer-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: scratch) }
        let (output, complaint) = (scratch.appendingPathComponent("out"), scratch.appendingPathComponent("err"))
        for file in [output, complaint] { try Data().write(to: file) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = words
        process.currentDirectoryURL = folder
        process.environment = ProcessInfo.processInfo.environment.filter { $0.key != "CREDENTIALS_DIRECTORY" }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: complaint)
        try process.run()
        process.waitUntilExit()
        // A killed process has 128 and the signal, as a shell says it.
        let status = process.terminationReason == .uncaughtSignal ? 128 + process.terminationStatus : process.terminationStatus
        return Answer(
            words: words, status: status, output: try Data(contentsOf: output), complaint: try Data(contentsOf: complaint))
    }
}
