import ArgumentParser
import Foundation
import SiltaConfiguration
import SiltaConnectors
import SiltaLog

/// The command. Answers go to standard output, everything else to standard error. Exit codes: 0 done; 1 it failed; 2 wrong usage
/// or configuration; 3 done, but something needs attention.
@main
struct Silta: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "silta",
        abstract: "Keeps school registers and welfare services in step, and proves what it did.",
        version: Silta.version,
        subcommands: [
            Run.self, Sync.self, Init.self, Check.self, Status.self, Pupils.self, PupilCommand.self, Notices.self, NoticeCommand.self,
            ConsentCommand.self, SourceCommand.self, QuarantineCommand.self, ConnectorCommand.self, PolicyCommand.self, AuditCommand.self,
            Rebuild.self,
            ReceiverCommand.self,
        ])

    static let version = "0.1.0"

    static func main() async {
        do {
            var command = try parseAsRoot(try GlobalOptions.movedBehind(Array(CommandLine.arguments.dropFirst())))
            // These two end in ways of their own.
            if !(command is Run), !(command is ReceiverCommand) { Interruption.endsPrograms() }
            defer { RunningPrograms.finish() }
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            guard fflush(nil) == 0 else { throw Failure("standard output cannot be written") }
            Interruption.waitIfUnderway()
        } catch {
            Interruption.waitIfUnderway()
            Foundation.exit(Ending.code(of: error, complain: StandardError.complain))
        }
    }

    /// The command that a caller of the daemon's socket asks for.
    ///
    /// - Throws: where there is no such command, or it is one that the daemon does not do for others.
    static func providerCommand(_ arguments: [String]) throws -> any ProviderCommand {
        let command = try parseAsRoot(try GlobalOptions.movedBehind(arguments))
        guard let command = command as? any ProviderCommand else {
            throw UsageError("the daemon does not do this for others; stop it first, or ask for something else")
        }
        return command
    }

    /// Says that there is no such command, before the parser complains of options that would be right behind another.
    static func checkCommand(_ word: String?) throws {
        let names = configuration.subcommands.map { $0.configuration.commandName ?? "\($0)".lowercased() }
        guard let word, !word.hasPrefix("-"), word != "help", !names.contains(word) else { return }
        throw UsageError("there is no command \"\(word)\"; there are \(names.joined(separator: ", "))")
    }
}

/// Done, but something needs a person; it has been said.
struct Attention: Error {}

/// What was asked cannot be asked like that.
struct UsageError: Error, CustomStringConvertible {
    var sentence: String
    var description: String { sentence }

    init(_ sentence: String) { self.sentence = sentence }
}

/// What was asked could not be done.
struct Failure: Error, CustomStringConvertible {
    var description: String

    init(_ sentence: String) { description = sentence }
}
