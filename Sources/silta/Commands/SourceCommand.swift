import ArgumentParser
import SiltaConfiguration
import SiltaCore
import SiltaDaemon
import SiltaFormats

struct SourceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "source", abstract: "One source.", subcommands: [Poll.self, Accept.self])

    struct Target: ParsableArguments {
        @Argument(help: "The source's id.")
        var id: String

        @OptionGroup var options: GlobalOptions

        func source(of provider: ProviderConfiguration) throws -> SourceConfiguration {
            guard let source = provider.sources.first(where: { $0.id.rawValue == id }) else {
                let ids = provider.sources.map(\.id.rawValue).joined(separator: ", ")
                throw UsageError("there is no source \"\(id)\"; there are \(ids)")
            }
            return source
        }
    }

    struct Poll: ProviderCommand {
        static let title = "source poll"
        static let roles: Set<Role> = [.operator]
        static let configuration = CommandConfiguration(abstract: "Polls the source now, whatever its schedule, and assesses what changed.")

        @OptionGroup var target: Target

        var options: GlobalOptions { target.options }

        func perform(in session: Session) async throws {
            let source = try target.source(of: session.provider)
            let result = try await session.poll(source)
            if options.json {
                session.output.say(result.json(of: source.id))
            } else {
                session.output.say("\(source.id): \(result.sentence)")
            }
            if case .completed = result { return }
            session.output.needsAttention()
        }
    }

    struct Accept: ProviderCommand {
        static let title = "source accept"
        static let roles: Set<Role> = [.operator]
        static let configuration = CommandConfiguration(
            abstract: "Lets the source's next poll withdraw what the guard would hold; your name is in the log.")

        @OptionGroup var target: Target

        var options: GlobalOptions { target.options }

        func perform(in session: Session) async throws {
            let source = try target.source(of: session.provider)
            try session.bridge.accept(source.id, by: session.caller)
            if options.json {
                session.output.say(["source": source.id.json, "accepted": true] as JSON)
            } else {
                session.output.say("the next poll of \(source.id) may withdraw what the guard would hold")
            }
        }
    }
}

extension Session {
    /// Polls a source now, and assesses what changed.
    func poll(_ source: SourceConfiguration) async throws -> PollResult {
        if let daemon { return try await daemon.poll(source.id, of: provider.id) }
        let result = try bridge.poll(installation.source(source, of: provider))
        try bridge.assess()
        return result
    }
}
