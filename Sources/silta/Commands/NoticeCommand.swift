import ArgumentParser
import Foundation
import SiltaConfiguration
import SiltaCore
import SiltaDaemon
import SiltaFormats
import SiltaState

struct NoticeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "notice", abstract: "One notice.",
        subcommands: [Show.self, Release.self, Retry.self, Cancel.self])

    struct Target: ParsableArguments {
        @Argument(help: "The notice's id.")
        var id: String

        @OptionGroup var options: GlobalOptions

        /// Does something to the notice, and says where it stands then.
        func change(in session: Session, _ what: (Bridge, NoticeID, Actor) throws -> Void) throws {
            let bridge = session.bridge
            let id = try notice()
            try what(bridge, id, session.caller)
            guard let referral = try bridge.state.referral(id) else { throw NoSuch(what: "notice", id: self.id) }
            let view = NoticeView(
                referral, pupil: try bridge.state.whole(referral.pupil, by: bridge.state.provider().merges),
                in: try bridge.state.provider(), at: bridge.ambient.now())
            // No more than where it stands: whoever wants to see the pupil's data asks for it, and that is in the log.
            if options.json {
                session.output.say(["notice": id.json, "state": referral.status.name.json, "reason": view.reason?.json ?? .null] as JSON)
            } else {
                session.output.say("\(id): \(referral.status.name)\(view.reason.map { " (\($0))" } ?? "")")
            }
        }

        func notice() throws -> NoticeID {
            guard let id = NoticeID(id) else { throw UsageError("\(id): a notice's id should stand there; `silta notices` lists them") }
            return id
        }
    }

    struct Show: ProviderCommand {
        static let title = "notice show"
        static let roles: Set<Role> = [.releaser, .dataProtection]
        static let configuration = CommandConfiguration(abstract: "What a notice says, and what became of it.")

        @OptionGroup var target: Target

        @Option(help: "Why you look; it is sealed in the log beside your name.")
        var why: String?

        var options: GlobalOptions { target.options }

        func perform(in session: Session) async throws {
            let bridge = session.bridge
            let id = try target.notice()
            guard let referral = try bridge.state.referral(id) else { throw NoSuch(what: "notice", id: target.id) }
            try bridge.access(
                AccessEvent(pupil: referral.pupil, notice: id, what: "notice show", fields: NoticeView.fields + ["body"], why: why),
                by: session.caller)
            let view = NoticeView(
                referral, pupil: try bridge.state.whole(referral.pupil, by: bridge.state.provider().merges),
                in: try bridge.state.provider(), at: bridge.ambient.now())
            let body = try referral.message.map { try JSON.parse(bridge.composed(at: $0.composedAt).body) }
            guard !options.json else {
                session.output.say(.object(view.json.members + [.init("facts", referral.facts.json), .init("body", body ?? .null)]))
                return
            }
            session.output.say(view.sentence)
            session.output.say("prepared   \(referral.prepared)")
            let facts = referral.facts
            session.output.say(
                "facts      \(facts.absentMinutes) of \(facts.expectedMinutes) min (\(facts.expected.rawValue)), \(facts.from)–\(facts.through)"
            )
            for message in [referral.message, referral.withdrawal].compactMap(\.self) {
                session.output.say(
                    "\(message.composition.kind.rawValue.padding(toLength: 10, withPad: " ", startingAt: 0)) to \(message.recipient), entry "
                        + "\(message.composedAt), \(message.attempts) attempts, \(message.outcome?.rawValue ?? "under way")")
            }
            if let body { session.output.say("body       \(body.text)") }
        }
    }

    struct Release: ProviderCommand {
        static let title = "notice release"
        static let roles: Set<Role> = [.releaser]
        static let configuration = CommandConfiguration(abstract: "Lets a notice go that waits for a person; your name is in the log.")

        @OptionGroup var target: Target

        var options: GlobalOptions { target.options }

        func perform(in session: Session) async throws {
            try target.change(in: session) { try $0.release($1, by: $2) }
        }
    }

    struct Retry: ProviderCommand {
        static let title = "notice retry"
        static let roles: Set<Role> = [.operator, .releaser]
        static let configuration = CommandConfiguration(abstract: "Tries a failed notice again, from the first delay on.")

        @OptionGroup var target: Target

        var options: GlobalOptions { target.options }

        func perform(in session: Session) async throws {
            try target.change(in: session) { try $0.retry($1, by: $2) }
        }
    }

    struct Cancel: ProviderCommand {
        static let title = "notice cancel"
        static let roles: Set<Role> = [.releaser, .dataProtection]
        static let configuration = CommandConfiguration(
            abstract: "Takes a notice back for good; what may have gone already is withdrawn at the recipient.")

        @OptionGroup var target: Target

        var options: GlobalOptions { target.options }

        func perform(in session: Session) async throws {
            try target.change(in: session) { try $0.cancel($1, by: $2) }
        }
    }
}
