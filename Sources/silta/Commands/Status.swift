import ArgumentParser
import SiltaConfiguration
import SiltaCore
import SiltaDaemon
import SiltaFormats
import SiltaLog
import SiltaProof
import SiltaState

struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Health of sources, endpoints, log and backlog; what needs a person.")

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let installation = try Installation(options)
        var needsAttention = false
        try await installation.forEachProvider(options) { provider in
            let report = try StatusReport(try OpenProvider(provider, in: installation))
            if options.json { Console.say(report.json) } else { report.say() }
            needsAttention = needsAttention || !report.attention.isEmpty
        }
        if needsAttention { throw Attention() }
    }
}

/// How a provider stands.
private struct StatusReport {
    let provider: String
    let sources: [SourceView]
    let endpoints: [(RecipientID, Endpoint.Availability)]
    let notices: [String: Int]
    let pupils: Int
    let isDisclosureOpen: Bool
    let size: Int64
    /// How many entries the state has taken in.
    let taken: Int64
    let root: String
    let lastRecorded: Instant?
    let isClockBehind: Bool
    let digest: String

    struct SourceView {
        var id: SourceID
        var state: String
        var reason: String?
        var health: SourceHealth
        var quarantined: Int

        init(_ id: SourceID, _ health: SourceHealth?, quarantined: Int, previousSchoolDay: LocalDate?) {
            self.id = id
            self.health = health ?? SourceHealth()
            self.quarantined = quarantined
            let through = health?.through
            switch health?.lastOutcome {
            case .failed(let reason): (state, self.reason) = ("failing", reason)
            case .held(let withdrawals):
                (state, self.reason) = ("held", "it would withdraw " + withdrawals.map(\.sentence).joined(separator: " and "))
            case .completed:
                let isBehind = previousSchoolDay.map { (through ?? LocalDate(dayNumber: .min)) < $0 } ?? false
                (state, self.reason) = isBehind ? ("stale", "it has claimed nothing of the last school day") : ("ok", nil)
            case nil: (state, self.reason) = ("stale", "it has not been polled yet")
            }
        }

        var json: JSON {
            [
                "source": id.json, "state": state.json, "reason": reason?.json ?? .null,
                "lastCompleted": health.lastCompleted?.json ?? .null, "through": health.through?.json ?? .null,
                "quarantined": quarantined.json,
            ]
        }
    }

    init(_ open: OpenProvider) throws {
        let bridge = open.bridge
        let state = try bridge.state.provider()
        let head = try bridge.log.head()
        let quarantined = try bridge.keys.quarantineCounts()
        let now = bridge.ambient.now()
        let previous = try state.calendar?.value.schoolDay(before: bridge.today())
        provider = open.configuration.id
        sources = open.configuration.sources.map {
            SourceView($0.id, state.sources[$0.id], quarantined: quarantined[$0.id] ?? 0, previousSchoolDay: previous)
        }
        endpoints = open.configuration.recipients.map { ($0.id, (state.endpoints[$0.id] ?? Endpoint()).availability(at: now)) }
        (pupils, notices) = try bridge.state.counts()
        isDisclosureOpen = state.isDisclosureOpen
        size = head.size
        taken = try bridge.state.reached().size
        root = head.root.hex
        lastRecorded = head.lastRecorded
        isClockBehind = head.lastRecorded.map { now < $0 } ?? false
        digest = try bridge.state.digest()
    }

    /// What needs a person, in sentences.
    var attention: [String] {
        var sentences = sources.compactMap { source in
            ["failing", "held"].contains(source.state) ? "source \(source.id) is \(source.state): \(source.reason ?? "")" : nil
        }
        for (recipient, availability) in endpoints {
            switch availability {
            case .stopped: sentences.append("the endpoint of \(recipient) said that it is gone; `silta notice retry` begins anew")
            case .paused(let until): sentences.append("the endpoint of \(recipient) does not answer; it is paused until \(until)")
            case .probing: sentences.append("the endpoint of \(recipient) does not answer; it is probed")
            case .open: break
            }
        }
        if let failed = notices["failed"], failed > 0 { sentences.append("\(failed) notices failed and wait for a person") }
        if isClockBehind { sentences.append("the clock is behind the log: nothing is disclosed until it has caught up") }
        return sentences
    }

    var json: JSON {
        [
            "provider": provider.json,
            "sources": .array(sources.map(\.json)),
            "endpoints": .array(endpoints.map { ["recipient": $0.json, "state": $1.name.json] }),
            "disclosure": isDisclosureOpen ? "open" : "paused",
            "pupils": pupils.json,
            "notices": .object(notices.sorted { $0.key < $1.key }.map { .init($0.key, $0.value.json) }),
            "log": ["entries": size.json, "root": root.json, "lastRecorded": lastRecorded?.json ?? .null],
            "state": ["entries": taken.json, "digest": digest.json],
            "attention": attention.json,
        ]
    }

    func say() {
        Console.say("\(provider): disclosure \(isDisclosureOpen ? "open" : "paused"), \(pupils) pupils, \(size) entries")
        for source in sources {
            let through = source.health.through?.description ?? "–"
            let reason = source.reason.map { " (\($0))" } ?? ""
            Console.say("  source    \(source.id): \(source.state)\(reason), told through \(through), \(source.quarantined) quarantined")
        }
        for (recipient, availability) in endpoints { Console.say("  endpoint  \(recipient): \(availability.name)") }
        for (state, count) in notices.sorted(by: { $0.key < $1.key }) { Console.say("  notices   \(count) \(state)") }
        Console.say("  log       root \(root), last recorded \(lastRecorded?.description ?? "–")")
        Console.say("  state     digest \(digest)")
        for sentence in attention { Console.say("  needs a person: \(sentence)") }
    }
}

extension Endpoint.Availability {
    fileprivate var name: String {
        switch self {
        case .open: "open"
        case .probing: "probing"
        case .paused: "paused"
        case .stopped: "stopped"
        }
    }
}
