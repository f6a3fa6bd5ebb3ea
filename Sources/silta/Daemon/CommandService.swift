import ArgumentParser
import Foundation
import ServiceLifecycle
import SiltaConfiguration
import SiltaCore
import SiltaDaemon
import SiltaSocket
import Synchronization

/// Does what callers of the daemon's socket ask, under their own names, as far as their roles allow.
struct CommandService: Service {
    let server: SocketServer
    let daemon: Daemon
    let running: RunningInstallation
    let announce: Announce

    /// Where the socket cannot be made it is tried again: the daemon's work does not depend on it.
    private static let retry = Duration.seconds(5)

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do { try await server.run { caller, line in await answer(caller, line) } } catch let failure as SocketFailure {
                    announce(.socketFailed(reason: failure.description), nil)
                }
                try await Task.sleep(for: CommandService.retry)
            }
        }
    }

    private func answer(_ caller: Caller, _ line: [UInt8]) async -> [UInt8] {
        let output = Output.forCaller
        do {
            let request = try Request(line: line)
            try await perform(request, for: caller, output)
            return output.finish(exitCode: output.hasAttention ? 3 : 0)
        } catch {
            return output.finish(exitCode: Ending.code(of: error) { output.complain($0) })
        }
    }

    private func perform(_ request: Request, for caller: Caller, _ output: Output) async throws {
        let installation = running.installation
        try request.require(version: Silta.version, state: installation.realStateFolder)
        let command = try Silta.providerCommand(request.arguments)
        let person = Actor.person(caller.userName)
        let allowed = command.allowedRoles
        let isAllowed = !Permissions(roles: installation.configuration.roles).roles(of: caller).isDisjoint(with: allowed)
        guard isAllowed else { return try await refuse(command, to: person, installation, output) }
        let onlyReads = command.onlyReads
        let arguments = request.arguments
        try await installation.forEachProvider(of: command, output) { provider in
            guard let desk = daemon.desk(of: provider.id) else { throw NoSuch(what: "provider at work:", id: provider.id) }
            @Sendable func perform(_ bridge: Bridge) async throws {
                // Parsed once more: a command is of the task that runs it.
                try await Silta.providerCommand(arguments).perform(
                    in: Session(
                        provider: provider, installation: installation, bridge: bridge, caller: person, output: output, daemon: daemon))
            }
            if onlyReads { return try await perform(OpenProvider.reading(provider, in: installation)) }
            try await desk.work(perform)
        }
    }

    /// That somebody asked and may not is in the log, too.
    private func refuse(
        _ command: any ProviderCommand, to person: Actor, _ installation: Installation, _ output: Output
    ) async throws {
        let type = type(of: command)
        let roles = command.allowedRoles.map(\.rawValue).sorted()
        for provider in try installation.providers(command.options) {
            announce(.callRefused(user: "\(person)", what: type.title), provider.id)
            let call = RefusedCall(what: type.title, roles: roles)
            try? await daemon.desk(of: provider.id)?.work { try $0.refuse(call, by: person) }
        }
        // Nobody fills the log by asking again and again.
        try? await Task.sleep(for: .seconds(1))
        throw Failure("`silta \(type.title)` is for \(roles.joined(separator: " or ")), and \(person) is not; that you asked is in the log")
    }
}

/// The installation that the daemon goes by.
final class RunningInstallation: Sendable {
    private let state: Mutex<Installation>

    init(_ installation: Installation) {
        state = Mutex(installation)
    }

    var installation: Installation {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}
