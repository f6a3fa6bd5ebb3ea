import Foundation
import SiltaConfiguration
import SiltaConsole
import SiltaCore
import SiltaDaemon
import SiltaLog
import SiltaState

/// What the console tells machines: names and units as Prometheus has them; labels are ids of the configuration, never of pupils.
struct DaemonReport {
    private struct Standing {
        var id: String
        var desk: Tally.Numbers
        /// Nil while the files cannot be read.
        var files: Files?
    }

    fileprivate struct Files {
        var entries: Int64
        var bytes: Int64
        var notices: [String: Int]
        var endpoints: [RecipientID: Endpoint.Availability]
        var lastCompleted: [SourceID: Instant]
        var failing: [SourceID: Bool]
    }

    private let standings: [Standing]

    init(_ daemon: Daemon, _ installation: Installation) {
        standings = daemon.desks.map { desk in
            let provider = installation.configuration.providers.first { $0.id == desk.id }
            let files = provider.flatMap { try? Files($0, in: installation) }
            return Standing(id: desk.id, desk: desk.tally.numbers, files: files)
        }
    }

    var report: Report {
        let stopped = standings.compactMap { standing -> String? in
            if case .stopped(let reason) = standing.desk.condition { "\(standing.id): \(reason)" } else { nil }
        }
        let notReady = standings.filter { $0.desk.condition != .working }.map { "\($0.id) is \($0.desk.condition.name)" }
        return Report(alive: stopped, ready: notReady, metrics: metrics)
    }

    private var metrics: [MetricFamily] {
        [
            .gauge("silta_build_info", help: "Always 1; the version is a label.", [MetricSample(1, ["version": Silta.version])]),
            .gauge(
                "silta_provider_working", help: "1 while the provider is taken care of, 0 while it waits or is stopped.",
                standings.map { MetricSample($0.desk.condition == .working ? 1 : 0, ["provider": $0.id]) }),
            .counter(
                "silta_polls_total", help: "Polls by how they ended.",
                each(\.polls) { provider, source, outcomes in
                    outcomes.map { MetricSample($1, ["provider": provider, "source": source.rawValue, "outcome": $0]) }
                }),
            .counter(
                "silta_records_total", help: "Rows that completed polls have read.",
                each(\.records) { [MetricSample($2, ["provider": $0, "source": $1.rawValue])] }),
            .gauge(
                "silta_quarantined_rows", help: "Rows that the last completed poll could not understand.",
                each(\.quarantined) { [MetricSample($2, ["provider": $0, "source": $1.rawValue])] }),
            .gauge(
                "silta_source_last_completed_timestamp_seconds",
                help: "When the source last completed a poll, in seconds since 1970; time() minus it is its age.",
                fromFiles(\.lastCompleted) { provider, source, instant in
                    MetricSample(Double(instant.milliseconds) / 1000, ["provider": provider, "source": source.rawValue])
                }),
            .gauge(
                "silta_source_failing", help: "1 while a source is failing: its polls fail, or too many of its rows are in quarantine.",
                fromFiles(\.failing) { MetricSample($2 ? 1 : 0, ["provider": $0, "source": $1.rawValue]) }),
            .counter(
                "silta_assessments_total", help: "Pupils assessed.",
                standings.map { MetricSample($0.desk.assessments, ["provider": $0.id]) }),
            .gauge(
                "silta_notices", help: "Notices by their state.",
                fromFiles(\.notices) { MetricSample($2, ["provider": $0, "state": $1]) }),
            .counter(
                "silta_delivery_attempts_total", help: "Attempts to deliver by how they ended.",
                each(\.attempts) { provider, recipient, outcomes in
                    outcomes.map { MetricSample($1, ["provider": provider, "recipient": recipient.rawValue, "outcome": $0]) }
                }),
            .gauge(
                "silta_endpoint_open", help: "1 while the recipient's endpoint is delivered to, 0 while it is paused, probed or stopped.",
                fromFiles(\.endpoints) { MetricSample($2 == .open ? 1 : 0, ["provider": $0, "recipient": $1.rawValue]) }),
            .gauge("silta_log_entries", help: "Entries in the log.", files { Double($0.entries) }),
            .gauge("silta_log_size_bytes", help: "The size of log.db and its write-ahead log.", files { Double($0.bytes) }),
            .histogram(
                "silta_log_append_duration_seconds", help: "How long appends to the log took, until they were durable.",
                standings.map { MetricSample($0.desk.appends, ["provider": $0.id]) }),
        ]
    }

    private func each<Key: Comparable, Value>(
        _ path: KeyPath<Tally.Numbers, [Key: Value]>, _ samples: (String, Key, Value) -> [MetricSample<Double>]
    ) -> [MetricSample<Double>] {
        standings.flatMap { standing in
            standing.desk[keyPath: path].sorted { $0.key < $1.key }.flatMap { samples(standing.id, $0.key, $0.value) }
        }
    }

    private func fromFiles<Key: Comparable, Value>(
        _ path: KeyPath<Files, [Key: Value]>, _ sample: (String, Key, Value) -> MetricSample<Double>
    ) -> [MetricSample<Double>] {
        standings.flatMap { standing in
            (standing.files?[keyPath: path] ?? [:]).sorted { $0.key < $1.key }.map { sample(standing.id, $0.key, $0.value) }
        }
    }

    private func files(_ value: (Files) -> Double) -> [MetricSample<Double>] {
        standings.compactMap { standing in standing.files.map { MetricSample(value($0), ["provider": standing.id]) } }
    }
}

extension DaemonReport.Files {
    init(_ provider: ProviderConfiguration, in installation: Installation) throws {
        let bridge = try OpenProvider.reading(provider, in: installation)
        let state = try bridge.state.provider()
        let now = bridge.ambient.now()
        entries = try bridge.log.head().size
        // What is committed may still stand in the write-ahead log.
        let path = ProviderFiles(provider, in: installation).log
        bytes = [path, path + "-wal"].reduce(0) { sum, path in
            sum + ((try? FileManager.default.attributesOfItem(atPath: path)[.size] as? NSNumber)?.int64Value ?? 0)
        }
        notices = try bridge.state.counts().notices
        endpoints = Dictionary(
            uniqueKeysWithValues: provider.recipients.map { ($0.id, (state.endpoints[$0.id] ?? Endpoint()).availability(at: now)) })
        failing = Dictionary(
            try SourceStanding.all(of: provider, bridge).map { ($0.id, $0.state == "failing") }, uniquingKeysWith: { $1 })
        lastCompleted = Dictionary(
            uniqueKeysWithValues: provider.sources.compactMap { source in
                state.sources[source.id]?.lastCompleted.map { (source.id, $0) }
            })
    }
}
