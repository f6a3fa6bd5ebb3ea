import ArgumentParser
import SiltaCore
import SiltaDaemon
import SiltaFormats
import SiltaState

struct Pupils: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Every pupil in scope: minutes, tier, highest tier.")

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let installation = try Installation(options)
        try await installation.forEachProvider(options) { provider in
            let bridge = try OpenProvider(provider, in: installation).bridge
            try bridge.access(AccessEvent(pupil: nil, what: "pupils", fields: PupilView.fields, why: nil), by: .caller)
            let state = try bridge.state.provider()
            let today = try bridge.today()
            var rows: [[String]] = []
            for id in try bridge.state.pupilIDs() {
                guard let pupil = try bridge.state.pupil(id), let view = PupilView(pupil, in: state, today: today) else { continue }
                if options.json { Console.say(view.json) } else { rows.append(view.row) }
            }
            if !options.json { Console.table(PupilView.heading, rows) }
        }
    }
}
