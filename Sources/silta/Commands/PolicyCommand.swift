import ArgumentParser
import SiltaConfiguration
import SiltaCore
import SiltaDaemon
import SiltaFormats
import SiltaState

struct PolicyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "policy", abstract: "The policy.", subcommands: [Show.self])

    struct Show: ProviderCommand {
        static let title = "policy show"
        static let roles = Set(Role.allCases)
        var onlyReads: Bool { true }
        static let concernsOne = false
        static let configuration = CommandConfiguration(
            abstract: "The policy that the configuration names, and whether it is the one that holds.")

        @OptionGroup var options: GlobalOptions

        func perform(in session: Session) async throws {
            let provider = session.provider
            let wanted = try session.installation.wanted(by: provider)
            let adopted = try session.bridge.state.provider().policy
            let isAdopted = adopted?.digest == wanted.policy.digest
            if options.json {
                session.output.say(
                    [
                        "provider": provider.id.json, "digest": wanted.policy.digest.json, "adopted": isAdopted.json,
                        "holds": adopted?.digest.json ?? .null, "policy": wanted.policy.value.json,
                    ] as JSON)
            } else {
                let adopting = session.daemon == nil ? "sync adopts" : "a reload adopts"
                let standing =
                    isAdopted ? "it holds" : adopted == nil ? "none holds yet: \(adopting) it" : "another one holds: \(adopting) this one"
                session.output.say("\(provider.id): \(wanted.policy.value.name) [digest: \(wanted.policy.digest)]; \(standing)")
                session.output.say(wanted.policyText)
            }
        }
    }
}
