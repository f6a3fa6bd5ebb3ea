import ArgumentParser
import SiltaConfiguration
import SiltaCore
import SiltaDaemon
import SiltaFormats
import SiltaState

extension PupilCommand {
    struct Merge: ProviderCommand {
        static let title = "pupil merge"
        static let roles: Set<Role> = [.operator]
        static let configuration = CommandConfiguration(
            abstract: "Makes two pupils one, who are the same person; `pupil split` undoes it.")

        @Argument(help: "The pupil who is one with the other from here on: an id, or SOURCE/KEY.")
        var id: String

        @Argument(help: "The pupil who stays: an id, or SOURCE/KEY.")
        var other: String

        @Option(help: "Why; it is sealed in the log beside your name.")
        var why: String

        @OptionGroup var options: GlobalOptions

        func perform(in session: Session) async throws {
            let bridge = session.bridge
            let (one, other) = (try bridge.pupilID(named: id), try bridge.pupilID(named: other))
            try bridge.merge(one, into: other, why: why, by: session.caller)
            let survivor = try bridge.state.provider().merges.survivor(of: one)
            if options.json {
                session.output.say(["merged": one.json, "into": survivor.json])
            } else {
                session.output.say("merged: \(one) into \(survivor)")
            }
        }
    }

    struct Split: ProviderCommand {
        static let title = "pupil split"
        static let roles: Set<Role> = [.operator]
        static let configuration = CommandConfiguration(
            abstract: "Makes one who was merged a pupil of their own again. What tied the two does not tie them again.")

        @Argument(help: "The pupil who was merged into another: an id, or SOURCE/KEY.")
        var id: String

        @Option(help: "Why; it is sealed in the log beside your name.")
        var why: String

        @OptionGroup var options: GlobalOptions

        func perform(in session: Session) async throws {
            let bridge = session.bridge
            let pupil = try bridge.pupilID(named: id)
            let survivor = try bridge.state.provider().merges.survivor(of: pupil)
            try bridge.split(pupil, why: why, by: session.caller)
            if options.json {
                session.output.say(["split": pupil.json, "from": survivor.json])
            } else {
                session.output.say("split: \(pupil) from \(survivor)")
            }
        }
    }
}
