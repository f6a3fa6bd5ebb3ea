import ArgumentParser
import SiltaConfiguration
import SiltaDaemon
import SiltaFormats
import SiltaState

struct Rebuild: ProviderCommand {
    static let title = "rebuild"
    static let roles: Set<Role> = [.operator]
    static let concernsOne = false
    static let configuration = CommandConfiguration(abstract: "Makes the state again from the log.")

    @OptionGroup var options: GlobalOptions

    func perform(in session: Session) async throws {
        let (provider, bridge) = (session.provider, session.bridge)
        try bridge.rebuild(progress: session.output.progress("\(provider.id): rebuilding"))
        let reached = try bridge.state.reached()
        let digest = try bridge.state.digest()
        if options.json {
            session.output.say(["provider": provider.id.json, "entries": reached.size.json, "digest": digest.json] as JSON)
        } else {
            session.output.say("\(provider.id): the state is made again from \(reached.size) entries [digest: \(digest)]")
        }
    }
}
