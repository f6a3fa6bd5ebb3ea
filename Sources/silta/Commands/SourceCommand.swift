import ArgumentParser
import SiltaConfiguration
import SiltaCore
import SiltaDaemon
import SiltaFormats

struct SourceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "source", abstract: "One source.", subcommands: [Accept.self])

    struct Accept: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lets the source's next poll withdraw what the guard would hold; your name is in the log.")

        @Argument(help: "The source's id.")
        var id: String

        @OptionGroup var options: GlobalOptions

        func run() throws {
            let installation = try Installation(options)
            let provider = try installation.provider(options)
            guard provider.sources.contains(where: { $0.id.rawValue == id }) else {
                let ids = provider.sources.map(\.id.rawValue).joined(separator: ", ")
                throw UsageError("there is no source \"\(id)\"; there are \(ids)")
            }
            let bridge = try OpenProvider(provider, in: installation).bridge
            try bridge.accept(SourceID(id), by: .caller)
            if options.json {
                Console.say(["source": id.json, "accepted": true] as JSON)
            } else {
                Console.say("the next poll of \(id) may withdraw what the guard would hold")
            }
        }
    }
}

extension Withdrawals {
    var sentence: String { "\(withdrawn) of \(known) \(kind.rawValue)s" }
}
