import Foundation
import Testing

/// A running `silta run`.
final class RunningDaemon {
    private let municipality: Municipality
    private let process = Process()
    private let log: URL

    /// How long anything that a daemon does by itself may take here; on a busy machine it takes a part of that.
    static let patience = 30.0

    /// - Parameter wrapper: a command line that ends in running what is appended to it, in its own process.
    init(_ municipality: Municipality, through wrapper: [String] = [], environment: [String: String] = [:]) throws {
        self.municipality = municipality
        log = municipality.url("journal-\(UUID().uuidString)")
        try Data().write(to: log)
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = wrapper + [Silta.binary.path, "run", "--config", municipality.url("silta.yaml").path]
        process.currentDirectoryURL = municipality.folder
        process.environment = ProcessInfo.processInfo.environment.filter { $0.key != "CREDENTIALS_DIRECTORY" }
            .merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = try FileHandle(forWritingTo: log)
        try process.run()
    }

    deinit {
        if process.isRunning {
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
    }

    var processID: Int32 { process.processIdentifier }

    /// What it has told on standard error.
    var journal: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }

    /// Waits until something holds; records an issue where it never does.
    func wait(_ what: Comment, _ isSo: () throws -> Bool) throws {
        let end = Date().addingTimeInterval(RunningDaemon.patience)
        while Date() < end {
            if try isSo() { return }
            Thread.sleep(forTimeInterval: 0.05)
        }
        Issue.record("\(what), in \(RunningDaemon.patience) seconds; it told:\n\(journal)")
    }

    /// Waits until it answers that it works.
    func waitUntilWorking() throws {
        try wait("it works") {
            try municipality.objects("status").first?["condition"] as? String == "working"
        }
    }

    func signal(_ signal: Int32) {
        kill(process.processIdentifier, signal)
    }

    /// Tells it to stop.
    ///
    /// - Returns: what it ended with (a signal counts as 128 and more), and after how many seconds.
    func stop(_ signal: Int32 = SIGTERM) -> (status: Int32, seconds: Double) {
        let asked = Date()
        self.signal(signal)
        process.waitUntilExit()
        let status = process.terminationReason == .uncaughtSignal ? 128 + process.terminationStatus : process.terminationStatus
        return (status, Date().timeIntervalSince(asked))
    }
}
