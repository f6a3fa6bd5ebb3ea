import Foundation
import Testing

/// The real binary, a real receiver, and the synthetic register's oracle, export after export; see `play-year.py`.
@Suite(.enabled(if: SchoolYearData.isThere, "the synthetic school year is not beside the project"))
struct YearTests {
    @Test(
        arguments: [
            "--seed 1 --pupils 60 --every 4",
            "--seed 2 --pupils 150 --every 6 --faults --encoding cp1252",
            "--seed 3 --pupils 90 --every 9 --faults --tiers 3,7,15 --exposure 5 --grades 1-9 --notice-tier 1 --counts 01,02,21",
            "--seed 4 --pupils 120 --days 30 --faults --notice-tier 3",
            "--seed 6 --pupils 80 --days 40 --every 20 --hostile",
        ])
    func `the year comes out as the oracle says`(arguments: String) throws {
        let output = try SchoolYearData.play(arguments.split(separator: " ").map(String.init))
        #expect(output.status == 0, "\(output.text)")
    }

    @Test func `every export, every tenth and only the last give the same pupils`() throws {
        // Each play equals the oracle; without faults the oracle's last day is the same for all three.
        for frequency in [["--every", "1"], ["--every", "10"], ["--last-only"]] {
            let output = try SchoolYearData.play(["--seed", "5", "--pupils", "40", "--days", "60"] + frequency)
            #expect(output.status == 0, "\(frequency): \(output.text)")
        }
    }
}

struct HostileProgramTests {
    @Test func `programs that hang, flood and lie are seen as failing by the daemon, disturb nobody, and heal`() throws {
        let output = try SchoolYearData.run("hostile.py", [SchoolYearData.silta.path])
        #expect(output.status == 0, "\(output.text)")
    }
}

enum SchoolYearData {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    static let folder = root.deletingLastPathComponent().appendingPathComponent("shared/school-year")

    static var isThere: Bool { FileManager.default.fileExists(atPath: folder.appendingPathComponent("expect.py").path) }

    /// The binary that was built with the tests.
    static var silta: URL { Bundle.main.bundleURL.appendingPathComponent("silta") }

    static func play(_ arguments: [String]) throws -> (status: Int32, text: String) {
        try run("play-year.py", [silta.path, folder.path, root.appendingPathComponent("connectors").path] + arguments)
    }

    static func run(_ script: String, _ arguments: [String]) throws -> (status: Int32, text: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-B", root.appendingPathComponent("Tests/YearTests/\(script)").path] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }
}
