import Foundation
import Logging
import ServiceLifecycle
import SiltaConfiguration
import SiltaConnectors
import SiltaConsole
import SiltaDaemon
import SiltaLog
import SiltaSocket
import SiltaSystemd
import SiltaTransfer
import UnixSignals

/// The daemon as a process: its services, what it tells the system, and how it ends.
struct DaemonProcess {
    private let options: GlobalOptions
    private let installation: Installation
    private let providers: [Daemon.Provider]
    private let manager: ServiceManager
    private let journal: Journal

    private static let longestCommand = Duration.seconds(3)
    /// So long the programs of connectors may take to end.
    private static let longestFarewell = Duration.seconds(1)
    /// Within the five seconds that a stop may take, whatever hangs.
    private static let longestStop = Duration.milliseconds(4500)

    /// - Throws: everything in the configuration that is wrong.
    init(_ options: GlobalOptions) throws {
        // Until the services listen to them, a stop finds nothing begun.
        for number in [SIGTERM, SIGINT] { signal(number) { _ in _exit(0) } }
        self.options = options
        let environment = ProcessInfo.processInfo.environment
        manager = ServiceManager(environment: environment)
        journal = Journal(environment: environment) { Int64(Date().timeIntervalSince1970 * 1000) }
        installation = try Installation(options, journal: journal)
        providers = try installation.daemonProviders()
    }

    func run() async throws {
        try await refuseSecondDaemon()
        let transfer = Transfer(userAgent: "silta/\(Silta.version)")
        let journal = journal
        let announce: Announce = { announcement, provider in journal.record(announcement.line(of: provider)) }
        let daemon = Daemon(providers, stop: Stop(), announce: announce) { endpoint in
            HTTPCourier(transfer: transfer, endpoint: endpoint, trueTime: Ambient.systemTime).carry
        }
        let running = RunningInstallation(installation)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: try services(daemon, running, announce).map { .init(service: $0) }, gracefulShutdownSignals: [.sigterm, .sigint],
                logger: libraryLogger))
        announce(.started(version: Silta.version), nil)
        do { try await group.run() } catch is CancellationError {
            // It was asked to end.
        }
        RunningPrograms.end(within: DaemonProcess.longestFarewell)
        await transfer.shutDown()
        journal.finish()
    }

    private func services(_ daemon: Daemon, _ running: RunningInstallation, _ announce: @escaping Announce) throws -> [any Service] {
        let socket = try SocketServer(path: installation.socketPath, group: try installation.socketGroup())
        var services: [any Service] = [
            daemon,
            CommandService(server: socket, daemon: daemon, running: running, announce: announce),
            ReloadService(options: options, daemon: daemon, running: running, manager: manager, journal: journal, announce: announce),
            StatusService(daemon: daemon, manager: manager, journal: journal),
            IdleService { daemon.desks },
            EndingService(manager: manager, stop: daemon.stop, announce: announce, longest: DaemonProcess.longestStop),
        ]
        if let interval = manager.watchdogInterval {
            let manager = manager
            services.append(Watchdog(every: interval, desks: { daemon.desks }) { manager.watchdog() })
        }
        if let address = try installation.consoleAddress() {
            services.append(
                SiltaConsole.Console(listen: address, logger: libraryLogger) { DaemonReport(daemon, running.installation).report })
        }
        return services
    }

    /// Before anything is begun. A command that holds a folder is over in a moment; whoever holds it for longer is another daemon.
    private func refuseSecondDaemon() async throws {
        let end = ContinuousClock.now + DaemonProcess.longestCommand
        for provider in providers where FileManager.default.fileExists(atPath: provider.folder) {
            while let sentence = holder(of: provider.folder) {
                guard ContinuousClock.now < end else { throw Failure(sentence) }
                try await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    /// Nil where nobody holds the folder; whatever else is wrong with it, opening says so and tries again.
    private func holder(of folder: String) -> String? {
        do throws(LogFailure) { _ = try FolderLock(folder: folder) } catch { return error.code == .busy ? error.sentence : nil }
        return nil
    }

    private var libraryLogger: Logger {
        let journal = journal
        return Logger(label: "silta") { JournalLogHandler(label: $0, journal: journal) }
    }
}
