import ArgumentParser
import Foundation
import SiltaConfiguration
import SiltaCore
import SiltaDaemon
import SiltaFormats
import SiltaLog
import SiltaState
import SiltaTransfer

struct Sync: ProviderCommand {
    static let title = "sync"
    static let roles: Set<Role> = [.operator]
    static let concernsOne = false
    static let configuration = CommandConfiguration(
        abstract: "One cycle of everything that is due now: poll every source, assess, deliver.")

    @OptionGroup var options: GlobalOptions

    @Option(help: "Play another moment, such as 2026-10-05T20:00:00+03:00: only where every recipient is on a listed address.")
    var now: String?

    func run() async throws {
        let installation = try Installation(options)
        let played = try played()
        if try DaemonSocket(installation).forward(CommandLine.arguments.dropFirst()) { return }
        let output = Output.standard
        let transfer = Transfer(userAgent: "silta/\(Silta.version)")
        do {
            try await installation.forEachProvider(of: self, output) { provider in
                let summary = try await SyncCycle(provider, in: installation, played: played).run(transfer)
                summary.say(output, asJSON: options.json)
            }
        } catch {
            await transfer.shutDown()
            throw error
        }
        await transfer.shutDown()
        if output.hasAttention { throw Attention() }
    }

    /// In the daemon: every source now, and what follows from it; the daemon delivers at its own pace.
    func perform(in session: Session) async throws {
        guard now == nil, let daemon = session.daemon else {
            throw UsageError("--now plays another moment, and a daemon runs at the real one: stop it first")
        }
        var polls: [(SourceID, PollResult)] = []
        for source in session.provider.sources {
            polls.append((source.id, try await daemon.poll(source.id, of: session.provider.id)))
        }
        let delivered = try await daemon.settle(session.provider.id)
        let summary = try SyncSummary(session.provider, polls: polls, delivered: delivered, session.bridge)
        summary.say(session.output, asJSON: options.json)
    }

    private func played() throws -> Instant? {
        try now.map { text in
            guard let instant = Instant(text) else {
                throw UsageError("--now \(text): a time with its offset should stand there, such as 2026-10-05T20:00:00+03:00")
            }
            return instant
        }
    }
}

/// One provider's turn.
private struct SyncCycle {
    let provider: ProviderConfiguration
    let installation: Installation
    let played: Instant?

    init(_ provider: ProviderConfiguration, in installation: Installation, played: Instant?) {
        self.provider = provider
        self.installation = installation
        self.played = played
    }

    func run(_ transfer: Transfer) async throws -> SyncSummary {
        let wanted = try installation.wanted(by: provider)
        // One that uses the keys of another comes behind it.
        let ordered = provider.sources.filter { $0.keysOf == nil } + provider.sources.filter { $0.keysOf != nil }
        let sources = try ordered.map { try installation.source($0, of: provider, played: played) }
        var endpoints: [RecipientID: DeliveryEndpoint] = [:]
        for recipient in provider.recipients {
            endpoints[recipient.id] = try installation.endpoint(recipient, isConfined: played != nil)
        }
        if played != nil { try refuseRealRecipients(endpoints) }
        let open = try OpenProvider(provider, in: installation, clock: played.map(Clock.played) ?? .real, making: played != nil)
        let bridge = open.bridge
        try bridge.begin(isPlayed: played != nil)
        try bridge.adopt(wanted)
        var polls: [(SourceID, PollResult)] = []
        for source in sources { polls.append((source.id, try bridge.poll(source))) }
        try bridge.assess()
        let couriers = endpoints.mapValues { HTTPCourier(transfer: transfer, endpoint: $0, trueTime: Ambient.systemTime) }
        let delivered = try await bridge.deliver { parcel in await (couriers[parcel.recipient]?.carry ?? noCourier)(parcel) }
        for source in sources { try bridge.age(source) }
        try bridge.checkpoint()
        return try SyncSummary(provider, polls: polls, delivered: delivered, bridge)
    }

    /// No real disclosure happens at a played time.
    private func refuseRealRecipients(_ endpoints: [RecipientID: DeliveryEndpoint]) throws {
        for recipient in provider.recipients {
            let url = recipient.delivery.url
            let addresses = endpoints[recipient.id]?.addresses ?? AddressPolicy()
            let literal = try? IPAddress(url.host)
            guard !addresses.allowed.isEmpty, literal.map(addresses.lists) ?? true else {
                throw recipient.delivery.setting.error(
                    "--now plays a moment only where every recipient's address is under allow-addresses, and this one's is not")
            }
        }
    }
}

/// What a cycle came to.
private struct SyncSummary {
    var provider: String
    var polls: [(SourceID, PollResult)]
    var delivered: DeliveryCounts
    var notices: [String: Int]
    var size: Int64
    /// Sources that are failing although their polls complete, and why.
    var failing: [String]

    init(_ provider: ProviderConfiguration, polls: [(SourceID, PollResult)], delivered: DeliveryCounts, _ bridge: Bridge) throws {
        self.provider = provider.id
        self.polls = polls
        self.delivered = delivered
        notices = try bridge.state.counts().notices
        size = try bridge.log.head().size
        failing = try SourceStanding.all(of: provider, bridge).filter { $0.isFlooded }.map { "\($0.id): \($0.reason ?? "")" }
    }

    private var needsAttention: Bool {
        polls.contains { if case .completed = $0.1 { false } else { true } } || (notices["failed"] ?? 0) > 0 || !failing.isEmpty
    }

    func say(_ output: Output, asJSON: Bool) {
        if needsAttention { output.needsAttention() }
        if asJSON {
            output.say(
                [
                    "provider": provider.json,
                    "polls": .array(polls.map { source, result in result.json(of: source) }),
                    "attempts": [
                        "delivered": delivered.delivered.json, "failed": delivered.failed.json, "unknown": delivered.unknown.json,
                    ],
                    "notices": .object(notices.sorted { $0.key < $1.key }.map { .init($0.key, $0.value.json) }), "entries": size.json,
                ] as JSON)
            return
        }
        for (source, result) in polls { output.say("\(provider): \(source): \(result.sentence)") }
        for sentence in failing { output.say("\(provider): failing: \(sentence)") }
        let standing = notices.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        output.say(
            "\(provider): \(delivered.delivered) delivered, \(delivered.failed) failed, \(delivered.unknown) unknown in this cycle; "
                + "notices: \(standing.isEmpty ? "none" : standing); \(size) entries in the log")
    }
}

extension PollResult {
    var sentence: String {
        switch self {
        case .completed(let poll):
            "\(poll.rows) rows read, \(poll.quarantined) quarantined; "
                + "marks: \(poll.changes.absencesRecorded) new, \(poll.changes.absencesReclassified) reclassified, "
                + "\(poll.changes.absencesRetimed) retimed, \(poll.changes.absencesWithdrawn) withdrawn"
        case .failed(let reason): "the poll failed: \(reason)"
        case .held(let withdrawals):
            "the poll is held: it would withdraw " + withdrawals.map(\.sentence).joined(separator: " and ")
                + "; `silta source accept` with its id lets the next one do it"
        }
    }

    func json(of source: SourceID) -> JSON {
        switch self {
        case .completed(let poll):
            .object([.init("source", source.json), .init("outcome", "completed")] + poll.json.members)
        case .failed(let reason): ["source": source.json, "outcome": "failed", "reason": reason.json]
        case .held(let withdrawals): ["source": source.json, "outcome": "held", "withdrawals": withdrawals.json]
        }
    }
}
