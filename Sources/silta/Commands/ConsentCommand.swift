import ArgumentParser
import SiltaConfiguration
import SiltaCore
import SiltaDaemon
import SiltaFormats
import SiltaState

struct ConsentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consent", abstract: "Consents, as registers tell them and as people enter them.",
        subcommands: [List.self, Give.self, Withdraw.self])

    struct List: ProviderCommand {
        static let title = "consent list"
        static let roles: Set<Role> = [.releaser, .dataProtection]
        static let configuration = CommandConfiguration(abstract: "Every consent, or those of one pupil.")

        @Argument(help: "The pupil's id, or SOURCE/KEY.")
        var pupil: String?

        @OptionGroup var options: GlobalOptions

        func perform(in session: Session) async throws {
            let bridge = session.bridge
            let pupils = try pupil.map { [try bridge.pupilID(named: $0)] } ?? bridge.survivors()
            try bridge.access(
                AccessEvent(pupil: pupil == nil ? nil : pupils.first, what: "consent list", fields: ["consents"], why: nil),
                by: session.caller)
            for id in pupils {
                guard let pupil = try bridge.state.whole(id, by: bridge.state.provider().merges) else {
                    throw NoSuch(what: "pupil", id: id.description)
                }
                for view in ConsentView.all(of: pupil) {
                    if options.json { session.output.say(view.json(of: id)) } else { session.output.say("\(id)  \(view.sentence)") }
                }
            }
        }
    }

    struct Give: ProviderCommand {
        static let title = "consent give"
        static let roles: Set<Role> = [.dataProtection]
        static let configuration = CommandConfiguration(abstract: "Enters a consent that was given on paper or in person.")

        @Argument(help: "The pupil's id, or SOURCE/KEY.")
        var pupil: String

        @Option(help: "Who gives it: guardian, pupil or representative.")
        var giver: String

        @Option(help: "What for, such as opiskeluhuolto.")
        var purpose: String

        @Option(help: "The recipient's id.")
        var recipient: String

        @Option(help: "A scope that the policy defines.")
        var scope: String

        @Option(help: "The day it was given, such as 2026-09-01; today unless said.")
        var given: String?

        @Option(help: "Its first day; the day it was given unless said.")
        var from: String?

        @Option(help: "Its last day; open unless said.")
        var through: String?

        @OptionGroup var options: GlobalOptions

        func perform(in session: Session) async throws {
            let (provider, bridge) = (session.provider, session.bridge)
            let wanted = try session.installation.wanted(by: provider)
            guard let giver = Consent.Giver(rawValue: giver) else {
                throw UsageError("--giver \(giver): guardian, pupil or representative should stand there")
            }
            guard wanted.policy.value.scopes.keys.contains(ScopeID(scope)) else {
                let scopes = wanted.policy.value.scopes.keys.sorted().map(\.rawValue).joined(separator: ", ")
                throw UsageError("--scope \(scope): the policy does not define this scope; it has \(scopes)")
            }
            guard provider.recipients.contains(where: { $0.id.rawValue == recipient }) else {
                let ids = provider.recipients.map(\.id.rawValue).joined(separator: ", ")
                throw UsageError("--recipient \(recipient): there is no such recipient; there are \(ids)")
            }
            let today = try bridge.today()
            let given = try self.given.map { try date($0, "--given") } ?? today
            guard given <= today else { throw UsageError("--given \(given): a consent cannot be given after today, \(today)") }
            guard wanted.policy.value.notices.contains(where: { $0.purpose.rawValue == purpose }) else {
                let purposes = Set(wanted.policy.value.notices.map(\.purpose.rawValue)).sorted().joined(separator: ", ")
                throw UsageError("--purpose \(purpose): no rule of the policy has this purpose; there are \(purposes)")
            }
            let span = DateSpan(
                from: try from.map { try date($0, "--from") } ?? given, through: try through.map { try date($0, "--through") })
            if let through = span.through, through < span.from { throw UsageError("--through \(through): it is before the first day") }
            let consent = Consent(
                key: ConsentKey(NoticeID(random: UInt128.random(in: .min ... .max)).description), giver: giver, purpose: Purpose(purpose),
                recipient: RecipientID(recipient), scope: ScopeID(scope), given: given, span: span)
            let pupil = try bridge.pupilID(named: pupil)
            guard try bridge.state.pupil(pupil) != nil else { throw NoSuch(what: "pupil", id: pupil.description) }
            try bridge.give(consent, of: pupil, by: session.caller)
            let view = ConsentView(consent: consent, told: "person", lapse: nil)
            if options.json { session.output.say(view.json(of: pupil)) } else { session.output.say("entered: \(view.sentence)") }
        }
    }

    struct Withdraw: ProviderCommand {
        static let title = "consent withdraw"
        static let roles: Set<Role> = [.dataProtection]
        static let configuration = CommandConfiguration(
            abstract: "Takes back every consent for a purpose and recipient that was given until today, whatever a register says.")

        @Argument(help: "The pupil's id, or SOURCE/KEY.")
        var pupil: String

        @Option(help: "What it was for, such as opiskeluhuolto.")
        var purpose: String

        @Option(help: "The recipient's id.")
        var recipient: String

        @OptionGroup var options: GlobalOptions

        func perform(in session: Session) async throws {
            let bridge = session.bridge
            let pupil = try bridge.pupilID(named: pupil)
            guard let known = try bridge.state.whole(pupil, by: bridge.state.provider().merges) else {
                throw NoSuch(what: "pupil", id: pupil.description)
            }
            let concerned = ConsentView.all(of: known).filter {
                $0.consent.purpose.rawValue == purpose && $0.consent.recipient.rawValue == recipient
            }
            guard !concerned.isEmpty else {
                throw UsageError("the pupil has no consent for \(purpose) to \(recipient); `silta consent list` shows what there is")
            }
            let refusal = Refusal(purpose: Purpose(purpose), recipient: RecipientID(recipient), on: try bridge.today())
            try bridge.refuse(refusal, of: pupil, by: session.caller)
            if options.json { session.output.say(refusal.json) } else { session.output.say("withdrawn from \(refusal.on) on") }
        }
    }
}

private func date(_ text: String, _ option: String) throws -> LocalDate {
    guard let date = LocalDate(text) else { throw UsageError("\(option) \(text): a day such as 2026-09-01 should stand there") }
    return date
}
