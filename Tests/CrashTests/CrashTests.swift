import Foundation
import Testing

/// A short run of `crash.py`; anyone can run it for as long as they like.
struct CrashTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    private static let register = folder.deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("../shared/school-year").standardizedFileURL

    @Test(
        .enabled(if: FileManager.default.fileExists(atPath: register.path), "the synthetic register is needed beside the repository"),
        arguments: [["--kills", "30", "--every", "9"], ["--kills", "5", "--every", "30", "--daemon"]])
    func `a kill at any moment loses nothing, doubles nothing and leaves what holds`(words: [String]) throws {
        let binary = Bundle.main.bundleURL.appendingPathComponent("silta")
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments =
            [
                "timeout", "--signal=TERM", "300", "python3", "-B", CrashTests.folder.appendingPathComponent("crash.py").path, "--silta",
                binary.path,
            ] + words
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(text)")
    }
}
