import ArgumentParser
import SiltaCore
import SiltaDaemon
import SiltaFormats
import SiltaState

struct Notices: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Every notice: where it stands, and why.")

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let installation = try Installation(options)
        try await installation.forEachProvider(options) { provider in
            let bridge = try OpenProvider(provider, in: installation).bridge
            try bridge.access(AccessEvent(pupil: nil, what: "notices", fields: NoticeView.fields, why: nil), by: .caller)
            let state = try bridge.state.provider()
            var rows: [[String]] = []
            var last: NoticeID?
            while true {
                let page = try bridge.state.referrals(after: last, limit: 500)
                guard let end = page.last else { break }
                last = end.id
                for referral in page {
                    let view = NoticeView(
                        referral, pupil: try bridge.state.pupil(referral.pupil), in: state, at: bridge.ambient.now())
                    if options.json { Console.say(view.json) } else { rows.append(view.row) }
                }
            }
            if !options.json { Console.table(NoticeView.heading, rows) }
        }
    }
}
