import ArgumentParser
import Foundation
import SiltaConfiguration
import SiltaConnectors
import SiltaCore
import SiltaDaemon
import SiltaFormats
import SiltaLog
import SiltaProof
import SiltaState

struct Status: ProviderCommand {
    static let title = "status"
    static let roles = Set(Role.allCases)
    static let concernsOne = false
    static let configuration = CommandConfiguration(
        abstract: "Health of sources, endpoints, log and backlog; what needs a person.")

    @Flag(help: "Say it again every two seconds, until interrupted.")
    var watch = false

    @Flag(help: "With the digest of the state, which a rebuild must give again; takes a while.")
    var digest = false

    @OptionGroup var options: GlobalOptions

    var onlyReads: Bool { true }

    func run() async throws {
        let installation = try Installation(options)
        guard watch else { return try await sayOnce(installation) }
        while true {
            // What needs attention is no reason to stop looking.
            do { try await sayOnce(installation) } catch let code as ExitCode where code.rawValue == 3 {} catch is Attention {}
            guard fflush(nil) == 0 else { return }
            try await Task.sleep(for: .seconds(2))
            if !options.json { print(isatty(STDOUT_FILENO) != 0 ? "\u{1B}[2J\u{1B}[H" : "", terminator: "") }
        }
    }

    private func sayOnce(_ installation: Installation) async throws {
        if try DaemonSocket(installation).forward(CommandLine.arguments.dropFirst()) { return }
        try await runHere(installation)
    }

    func perform(in session: Session) async throws {
        let desk = session.daemon?.desk(of: session.provider.id)
        let installation = session.installation
        let report = try StatusReport(session.provider, session.bridge, desk: desk?.tally.numbers, withDigest: digest) { source in
            (try? installation.connectors.manifest(named: source.setting["connector"]).readsAbsences(source.config)) ?? true
        }
        if options.json { session.output.say(report.json) } else { report.say(session.output) }
        if !report.attention.isEmpty { session.output.needsAttention() }
    }
}

/// How a provider stands.
private struct StatusReport {
    let provider: String
    let sources: [SourceStanding]
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
    /// Nil where nobody asked for it.
    let digest: String?
    /// What the daemon does; nil where none does anything.
    let desk: Tally.Numbers?

    init(
        _ configuration: ProviderConfiguration, _ bridge: Bridge, desk: Tally.Numbers?, withDigest: Bool,
        readsAbsences: (SourceConfiguration) -> Bool
    ) throws {
        let state = try bridge.state.provider()
        let head = try bridge.log.head()
        let now = bridge.ambient.now()
        provider = configuration.id
        sources = try SourceStanding.all(of: configuration, bridge, readsAbsences: readsAbsences)
        endpoints = configuration.recipients.map { ($0.id, (state.endpoints[$0.id] ?? Endpoint()).availability(at: now)) }
        (pupils, notices) = try bridge.state.counts()
        isDisclosureOpen = state.isDisclosureOpen
        size = head.size
        taken = try bridge.state.reached().size
        root = head.root.hex
        lastRecorded = head.lastRecorded
        isClockBehind = head.lastRecorded.map { now < $0 } ?? false
        digest = withDigest ? try bridge.state.digest() : nil
        self.desk = desk
    }

    /// What needs a person, in sentences.
    var attention: [String] {
        var sentences: [String] = []
        switch desk?.condition {
        case .waiting(let reason): sentences.append("nothing is taken in and nothing is sent until this is over: \(reason)")
        case .stopped(let reason): sentences.append("nothing more is done until silta is started again: \(reason)")
        case .opening, .working, nil: break
        }
        sentences += sources.compactMap { source in
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
            "condition": desk.map { $0.condition.name.json } ?? .null,
            "sources": .array(sources.map { .object($0.json.members + schedule(of: $0.id)) }),
            "endpoints": .array(endpoints.map { ["recipient": $0.json, "state": $1.name.json] }),
            "disclosure": isDisclosureOpen ? "open" : "paused",
            "pupils": pupils.json,
            "notices": .object(notices.sorted { $0.key < $1.key }.map { .init($0.key, $0.value.json) }),
            "log": ["entries": size.json, "root": root.json, "lastRecorded": lastRecorded?.json ?? .null],
            "state": ["entries": taken.json, "digest": digest?.json ?? .null],
            "attention": attention.json,
        ]
    }

    private func schedule(of source: SourceID) -> [JSON.Member] {
        guard let desk else { return [] }
        let polling = desk.polling[source]
        return [
            .init("polling", polling?.began.json ?? .null), .init("done", polling?.progress?.done.json ?? .null),
            .init("total", polling?.progress?.total?.json ?? .null), .init("nextPoll", desk.nextPoll[source]?.json ?? .null),
        ]
    }

    func say(_ output: Output) {
        let daemon = desk.map { ", the daemon is \($0.condition.name)" } ?? ""
        output.say("\(provider): disclosure \(isDisclosureOpen ? "open" : "paused"), \(pupils) pupils, \(size) entries\(daemon)")
        for source in sources {
            let through = source.health.through?.description ?? "–"
            let reason = source.reason.map { " (\($0))" } ?? ""
            let polling = desk?.polling[source.id].map { ", polling since \($0.began)\($0.progress?.sentence ?? "")" } ?? ""
            let next = desk?.nextPoll[source.id].map { ", next poll \($0)" } ?? ""
            output.say(
                "  source    \(source.id): \(source.state)\(reason), told through \(through), \(source.quarantined) quarantined"
                    + polling + next)
        }
        for (recipient, availability) in endpoints { output.say("  endpoint  \(recipient): \(availability.name)") }
        for (state, count) in notices.sorted(by: { $0.key < $1.key }) { output.say("  notices   \(count) \(state)") }
        output.say("  log       root \(root), last recorded \(lastRecorded?.description ?? "–")")
        if let digest { output.say("  state     digest \(digest)") }
        for sentence in attention { output.say("  needs a person: \(sentence)") }
    }
}

extension PollProgress {
    fileprivate var sentence: String { ", \(done)\(total.map { " of \($0)" } ?? "") read" }
}

extension Condition {
    /// As commands and scripts know it.
    var name: String {
        switch self {
        case .opening: "opening"
        case .working: "working"
        case .waiting: "waiting"
        case .stopped: "stopped"
        }
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
