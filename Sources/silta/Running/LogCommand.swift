import ArgumentParser
import Foundation
import SiltaConfiguration
import SiltaCore
import SiltaDaemon
import SiltaLog

/// A command that reads a provider's log: from the file, beside whoever writes it and without any key, where this user may read
/// it; else the daemon reads it for them.
protocol LogCommand: ProviderCommand {
    /// Whether the file is enough for what is asked.
    var readsFiles: Bool { get }

    func read(_ log: any EventLog, of session: LogSession) throws
}

extension LogCommand {
    static var roles: Set<Role> { Set(Role.allCases) }
    var onlyReads: Bool { readsFiles }
    var readsFiles: Bool { true }

    func run() async throws {
        let installation = try Installation(options)
        let provider = try installation.provider(options)
        let files = ProviderFiles(provider, in: installation)
        let canRead = FileManager.default.isReadableFile(atPath: files.log)
        if !readsFiles || !canRead, try DaemonSocket(installation).forward(CommandLine.arguments.dropFirst()) { return }
        guard readsFiles else { return try await runHere(installation) }
        let log = try SQLiteLog(path: files.log, access: .reader) { _ in preconditionFailure("a reader seals nothing") }
        try read(log, of: LogSession(provider: provider, installation: installation, output: .standard))
    }

    func perform(in session: Session) async throws {
        try read(session.bridge.log, of: LogSession(session))
    }
}

/// What a command that reads the log has to do with.
struct LogSession {
    let provider: ProviderConfiguration
    let installation: Installation
    let output: Output

    init(provider: ProviderConfiguration, installation: Installation, output: Output) {
        self.provider = provider
        self.installation = installation
        self.output = output
    }

    init(_ session: Session) {
        self.init(provider: session.provider, installation: session.installation, output: session.output)
    }
}
