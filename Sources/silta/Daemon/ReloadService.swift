import ServiceLifecycle
import SiltaConfiguration
import SiltaDaemon
import SiltaSystemd
import UnixSignals

/// Reads the configuration again on SIGHUP. It is taken as a whole, or not at all.
struct ReloadService: Service {
    let options: GlobalOptions
    let daemon: Daemon
    let running: RunningInstallation
    let manager: ServiceManager
    let journal: Journal
    let announce: Announce

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in await UnixSignalsSequence(trapping: .sighup) { await reload() }
        }
    }

    private func reload() async {
        manager.reloading()
        do {
            let installation = try Installation(options, journal: journal)
            try refuseWhatNeedsRestart(installation)
            await daemon.take(try installation.daemonProviders())
            running.installation = installation
            announce(.configurationTaken, nil)
            manager.ready(status: "the configuration was read again")
        } catch {
            announce(.configurationRefused(sentences(of: error)), nil)
            manager.ready(status: "the configuration was read again and is not taken: see the journal")
        }
    }

    /// What a process holds from its start to its end.
    private func refuseWhatNeedsRestart(_ new: Installation) throws {
        let old = running.installation
        guard old.stateFolder == new.stateFolder else { throw Failure("state: another folder is taken with a restart only") }
        guard old.socketPath == new.socketPath, old.configuration.socket?.group == new.configuration.socket?.group else {
            throw Failure("socket: another socket is taken with a restart only")
        }
        guard old.configuration.console == new.configuration.console else {
            throw Failure("console: another address is taken with a restart only")
        }
        for provider in new.configuration.providers {
            guard let before = old.configuration.providers.first(where: { $0.id == provider.id }) else { continue }
            guard before.masterKey == provider.masterKey, before.signingKey == provider.signingKey, before.origin == provider.origin else {
                throw Failure("\(provider.id): other keys or another origin are taken with a restart only")
            }
        }
    }

    private func sentences(of error: any Error) -> [String] {
        switch error {
        case let error as UsageError: [error.sentence]
        default: "\(error)".split(separator: "\n").map(String.init)
        }
    }
}
