import ArgumentParser
import SiltaConfiguration
import SiltaDaemon
import SiltaFormats
import SiltaState

struct Rebuild: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Makes the state again from the log.")

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let installation = try Installation(options)
        try await installation.forEachProvider(options) { provider in
            let bridge = try OpenProvider(provider, in: installation).bridge
            try bridge.rebuild(progress: Console.progress("\(provider.id): rebuilding"))
            let reached = try bridge.state.reached()
            let digest = try bridge.state.digest()
            if options.json {
                Console.say(["provider": provider.id.json, "entries": reached.size.json, "digest": digest.json] as JSON)
            } else {
                Console.say("\(provider.id): the state is made again from \(reached.size) entries [digest: \(digest)]")
            }
        }
    }
}
