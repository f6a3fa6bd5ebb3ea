import ArgumentParser
import Foundation
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
        func change(_ what: (Bridge, NoticeID, Actor) throws -> Void) throws {
            let (bridge, id) = try open()
            try what(bridge, id, .caller)
            guard let referral = try bridge.state.referral(id) else { throw NoSuch(what: "notice", id: self.id) }
            let view = NoticeView(
                referral, pupil: try bridge.state.pupil(referral.pupil), in: try bridge.state.provider(), at: bridge.ambient.now())
            // No more than where it stands: whoever wants to see the pupil's data asks for it, and that is in the log.
            if options.json {
                Console.say(["notice": id.json, "state": referral.status.name.json, "reason": view.reason?.json ?? .null] as JSON)
            } else {
                Console.say("\(id): \(referral.status.name)\(view.reason.map { " (\($0))" } ?? "")")
            }
        }

        func open() throws -> (Bridge, NoticeID) {
            guard let id = NoticeID(id) else { throw UsageError("\(id): a notice's id should stand there; `silta notices` lists them") }
            let installation = try Installation(options)
            return (try OpenProvider(try installation.provider(options), in: installation).bridge, id)
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "What a notice says, and what became of it.")

        @OptionGroup var target: Target

        @Option(help: "Why you look; it is sealed in the log beside your name.")
        var why: String?

        func run() throws {
            let (bridge, id) = try target.open()
            guard let referral = try bridge.state.referral(id) else { throw NoSuch(what: "notice", id: target.id) }
            try bridge.access(
                AccessEvent(pupil: referral.pupil, notice: id, what: "notice show", fields: NoticeView.fields + ["body"], why: why),
                by: .caller)
            let view = NoticeView(
                referral, pupil: try bridge.state.pupil(referral.pupil), in: try bridge.state.provider(), at: bridge.ambient.now())
            let body = try referral.message.map { try JSON.parse(bridge.composed(at: $0.composedAt).body) }
            guard !target.options.json else {
                Console.say(.object(view.json.members + [.init("facts", referral.facts.json), .init("body", body ?? .null)]))
                return
            }
            Console.say(view.sentence)
            Console.say("prepared   \(referral.prepared)")
            let facts = referral.facts
            Console.say(
                "facts      \(facts.absentMinutes) of \(facts.expectedMinutes) min (\(facts.expected.rawValue)), \(facts.from)–\(facts.through)"
            )
            for message in [referral.message, referral.withdrawal].compactMap(\.self) {
                Console.say(
                    "\(message.composition.kind.rawValue.padding(toLength: 10, withPad: " ", startingAt: 0)) to \(message.recipient), entry "
                        + "\(message.composedAt), \(message.attempts) attempts, \(message.outcome?.rawValue ?? "under way")")
            }
            if let body { Console.say("body       \(body.text)") }
        }
    }

    struct Release: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lets a notice go that waits for a person; your name is in the log.")

        @OptionGroup var target: Target

        func run() throws {
            try target.change { try $0.release($1, by: $2) }
        }
    }

    struct Retry: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Tries a failed notice again, from the first delay on.")

        @OptionGroup var target: Target

        func run() throws {
            try target.change { try $0.retry($1, by: $2) }
        }
    }

    struct Cancel: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Takes a notice back for good; what may have gone already is withdrawn at the recipient.")

        @OptionGroup var target: Target

        func run() throws {
            try target.change { try $0.cancel($1, by: $2) }
        }
    }
}
