import ArgumentParser
import SiltaConfiguration
import SiltaCore
import SiltaDaemon
import SiltaFormats
import SiltaState

struct Pupils: ProviderCommand {
    static let title = "pupils"
    static let roles = Set(Role.allCases)
    static let concernsOne = false
    static let configuration = CommandConfiguration(abstract: "Every pupil in scope: minutes, tier, highest tier.")

    @OptionGroup var options: GlobalOptions

    func perform(in session: Session) async throws {
        let bridge = session.bridge
        try bridge.access(AccessEvent(pupil: nil, what: "pupils", fields: PupilView.fields, why: nil), by: session.caller)
        let state = try bridge.state.provider()
        let today = try bridge.today()
        var rows: [[String]] = []
        for id in try bridge.survivors() {
            guard let pupil = try bridge.state.whole(id, by: state.merges), let view = PupilView(pupil, in: state, today: today) else {
                continue
            }
            if options.json { session.output.say(view.json) } else { rows.append(view.row) }
        }
        if !options.json { session.output.table(PupilView.heading, rows) }
    }
}
