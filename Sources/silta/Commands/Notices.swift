import ArgumentParser
import SiltaConfiguration
import SiltaCore
import SiltaDaemon
import SiltaFormats
import SiltaState

struct Notices: ProviderCommand {
    static let title = "notices"
    static let roles = Set(Role.allCases)
    static let concernsOne = false
    static let configuration = CommandConfiguration(abstract: "Every notice: where it stands, and why.")

    @OptionGroup var options: GlobalOptions

    func perform(in session: Session) async throws {
        let bridge = session.bridge
        try bridge.access(AccessEvent(pupil: nil, what: "notices", fields: NoticeView.fields, why: nil), by: session.caller)
        let state = try bridge.state.provider()
        var rows: [[String]] = []
        var last: NoticeID?
        while true {
            let page = try bridge.state.referrals(after: last, limit: 500)
            guard let end = page.last else { break }
            last = end.id
            for referral in page {
                let view = NoticeView(
                    referral, pupil: try bridge.state.whole(referral.pupil, by: state.merges), in: state, at: bridge.ambient.now())
                if options.json { session.output.say(view.json) } else { rows.append(view.row) }
            }
        }
        if !options.json { session.output.table(NoticeView.heading, rows) }
    }
}
