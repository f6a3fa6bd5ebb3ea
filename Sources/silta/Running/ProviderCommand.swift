import ArgumentParser
import SiltaConfiguration
import SiltaCore
import SiltaDaemon

typealias Role = RolesConfiguration.Role

/// A command about a provider's data: the daemon does it while one runs, this process itself where none does.
protocol ProviderCommand: AsyncParsableCommand {
    /// As the log names it, such as `notice release`.
    static var title: String { get }
    /// Who may ask the daemon for it: whoever has one of these roles.
    static var roles: Set<Role> { get }
    /// The same for what is asked just now.
    var allowedRoles: Set<Role> { get }
    /// It changes nothing, not even the log, and is answered beside whatever is being done.
    var onlyReads: Bool { get }
    /// It is about one provider; where there are several it must be said which.
    static var concernsOne: Bool { get }
    var options: GlobalOptions { get }

    /// Does it for one provider.
    func perform(in session: Session) async throws
}

extension ProviderCommand {
    var onlyReads: Bool { false }
    var allowedRoles: Set<Role> { Self.roles }
    static var concernsOne: Bool { true }

    func run() async throws {
        let installation = try Installation(options)
        if try DaemonSocket(installation).forward(CommandLine.arguments.dropFirst()) { return }
        try await runHere(installation)
    }

    /// Does it in this process, which holds the folders meanwhile.
    func runHere(_ installation: Installation) async throws {
        let output = Output.standard
        try await installation.forEachProvider(of: self, output) { provider in
            let bridge =
                try onlyReads ? OpenProvider.readingOrHealing(provider, in: installation) : OpenProvider(provider, in: installation).bridge
            try await perform(
                in: Session(provider: provider, installation: installation, bridge: bridge, caller: .caller, output: output, daemon: nil))
        }
        if output.hasAttention { throw Attention() }
    }
}

/// What a command has to do with.
struct Session {
    let provider: ProviderConfiguration
    let installation: Installation
    let bridge: Bridge
    /// Who asks; in the log as whoever did it.
    let caller: Actor
    let output: Output
    /// Nil where no daemon does it.
    let daemon: Daemon?
}
