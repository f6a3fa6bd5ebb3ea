import ArgumentParser
import SiltaConfiguration
import SiltaCore
import SiltaDaemon
import SiltaFormats
import SiltaState

struct PolicyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "policy", abstract: "The policy.", subcommands: [Show.self])

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The policy that the configuration names, and whether it is the one that holds.")

        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let installation = try Installation(options)
            try await installation.forEachProvider(options) { provider in
                let wanted = try installation.wanted(by: provider)
                let adopted = try OpenProvider(provider, in: installation).bridge.state.provider().policy
                let isAdopted = adopted?.digest == wanted.policy.digest
                if options.json {
                    Console.say(
                        [
                            "provider": provider.id.json, "digest": wanted.policy.digest.json, "adopted": isAdopted.json,
                            "holds": adopted?.digest.json ?? .null, "policy": wanted.policy.value.json,
                        ] as JSON)
                } else {
                    let standing =
                        isAdopted
                        ? "it holds" : adopted == nil ? "none holds yet: sync adopts it" : "another one holds: sync adopts this one"
                    Console.say("\(provider.id): \(wanted.policy.value.name) [digest: \(wanted.policy.digest)]; \(standing)")
                    Console.say(wanted.policyText)
                }
            }
        }
    }
}
