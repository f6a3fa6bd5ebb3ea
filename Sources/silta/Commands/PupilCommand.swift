import ArgumentParser
import SiltaConfiguration
import SiltaCore
import SiltaDaemon
import SiltaFormats
import SiltaLog
import SiltaState

struct PupilCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pupil", abstract: "One pupil.", subcommands: [Show.self, Merge.self, Split.self])

    struct Show: ProviderCommand {
        static let title = "pupil show"
        static let roles: Set<Role> = [.releaser, .dataProtection]
        static let configuration = CommandConfiguration(
            abstract: "What is known of a pupil, or was known then. That it is shown is in the log first.")

        @Argument(help: "The pupil's id, or SOURCE/KEY as a register knows them.")
        var id: String

        @Option(help: "What was known then: a time with its offset, or a position of the log.")
        var asOf: String?

        @Option(help: "Why you look; it is sealed in the log beside your name.")
        var why: String?

        @OptionGroup var options: GlobalOptions

        func perform(in session: Session) async throws {
            let bridge = session.bridge
            let pupil = try bridge.pupilID(named: id)
            let point = try point()
            try bridge.access(
                AccessEvent(
                    pupil: pupil, what: "pupil show",
                    fields: ["names", "identities", "enrolments", "marks", "consents", "assessment", "notices"], why: why),
                by: session.caller)
            guard let known = try bridge.known(of: pupil, asOf: point) else {
                throw NoSuch(what: "pupil in the log at that time:", id: id)
            }
            let today = bridge.ambient.date(known.at)
            if options.json { session.output.say(json(known, today)) } else { say(known, today, session.output) }
        }

        private func point() throws -> AsOf {
            guard let asOf else { return .now }
            if let position = Int64(asOf), position >= 0 { return .position(Position(position)) }
            if let instant = Instant(asOf) { return .time(instant) }
            throw UsageError(
                "--as-of \(asOf): a time with its offset, such as 2026-10-05T20:00:00+03:00, or a position of the log should stand there")
        }

        /// Those who were merged into the pupil.
        private func merged(_ known: Known) -> [PupilID] {
            Array(known.provider.merges.all(of: known.pupil.id).dropFirst())
        }

        private func json(_ known: Known, _ today: LocalDate) -> JSON {
            let view = PupilView(known.pupil, in: known.provider, today: today)
            let byClass = view?.assessment.minutesByClass.sorted { $0.key.rawValue < $1.key.rawValue } ?? []
            return .object(
                [
                    .init("pupil", known.pupil.id.json), .init("merged", merged(known).json), .init("keys", known.pupil.keys),
                    .init("at", known.at.json),
                ]
                    + [
                        .init("assessment", view?.json ?? .null),
                        .init("minutesByClass", .object(byClass.map { .init($0.key.rawValue, $0.value.json) })),
                        .init("accounts", known.pupil.accounts.json), .init("enteredConsents", known.pupil.enteredConsents.json),
                        .init("refusals", known.pupil.refusals.json),
                        .init(
                            "notices",
                            .array(known.referrals.map { NoticeView($0, pupil: known.pupil, in: known.provider, at: known.at).json })),
                    ])
        }

        private func say(_ known: Known, _ today: LocalDate, _ output: Output) {
            let pupil = known.pupil
            output.say("pupil      \(pupil.id)")
            for part in merged(known) { output.say("merged     \(part)") }
            output.say("known as   \(known.at)")
            if let last = pupil.enrolments.last { output.say("name       \(last.givenNames) \(last.familyName)") }
            for alias in pupil.aliases {
                switch alias {
                case .register(let source, let key): output.say("register   \(source)/\(key)")
                case .oppijanumero(let number): output.say("learner    \(number)")
                case .hetu(let code): output.say("hetu       \(code)")
                }
            }
            for enrolment in pupil.enrolments {
                let through = enrolment.span.through?.description ?? ""
                let protection = enrolment.isProtected(on: today) ? ", non-disclosure" : ""
                output.say(
                    "enrolment  \(enrolment.span.from)–\(through) grade \(enrolment.grade) at \(enrolment.school.name)\(protection)")
            }
            output.say("marks      \(pupil.accounts.map(\.marks.count).reduce(0, +))")
            if let view = PupilView(pupil, in: known.provider, today: today) {
                let assessment = view.assessment
                output.say(
                    "absence    \(assessment.absentMinutes) of \(assessment.expectedMinutes) min (\(assessment.expectedSentence)) as of "
                        + "\(assessment.asOf?.description ?? "–")\(view.isStale ? ", stale" : "")")
                for (markClass, minutes) in assessment.minutesByClass.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                    output.say("           \(minutes) min \(markClass.rawValue)")
                }
                let reached = assessment.reachedOn.map { " since \($0)" } ?? ""
                output.say("tier       \(assessment.tier) now, \(assessment.highestTier) highest\(reached)")
            } else {
                output.say("tier       not assessed: the policy does not name the grade")
            }
            for view in ConsentView.all(of: pupil) { output.say("consent    \(view.sentence)") }
            for referral in known.referrals {
                output.say("notice     \(NoticeView(referral, pupil: pupil, in: known.provider, at: known.at).sentence)")
            }
        }
    }
}

extension Bridge {
    /// Everyone, in order of their ids; of those who are one, the one whom all their ids lead to.
    func survivors() throws -> [PupilID] {
        let merges = try state.provider().merges
        return try state.pupilIDs().filter { merges.survivor(of: $0) == $0 }
    }

    /// - Parameter name: a pupil's id, or SOURCE/KEY as a register knows them.
    func pupilID(named name: String) throws -> PupilID {
        if let id = PupilID(name) { return id }
        let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
        guard parts.count == 2, let id = try state.pupilID(of: .register(SourceID(parts[0]), RegisterKey(parts[1]))) else {
            throw NoSuch(what: "pupil with this id; an id of 32 digits or SOURCE/KEY should stand there:", id: name)
        }
        return id
    }

    /// The local date of now, or of the log's last entry where the clock is behind it.
    func today() throws -> LocalDate {
        ambient.date(max(ambient.now(), try log.head().lastRecorded ?? Instant(milliseconds: .min)))
    }
}
