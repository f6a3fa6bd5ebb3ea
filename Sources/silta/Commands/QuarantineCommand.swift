import ArgumentParser
import SiltaConfiguration
import SiltaCore
import SiltaDaemon
import SiltaFormats
import SiltaLog

struct QuarantineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quarantine", abstract: "Rows that could not be understood.",
        subcommands: [List.self, Show.self, Retry.self, Drop.self])

    struct List: ProviderCommand {
        static let title = "quarantine list"
        static let roles: Set<Role> = [.operator, .dataProtection]
        var onlyReads: Bool { true }
        static let concernsOne = false
        static let configuration = CommandConfiguration(abstract: "Every quarantined row: where it stands and why, never what it says.")

        @OptionGroup var options: GlobalOptions

        func perform(in session: Session) async throws {
            for row in try session.bridge.keys.quarantined() { session.output.say(options.json ? row.json.text : row.sentence) }
        }
    }

    struct Show: ProviderCommand {
        static let title = "quarantine show"
        static let roles: Set<Role> = [.releaser, .dataProtection]
        static let configuration = CommandConfiguration(
            abstract: "What a quarantined row says, and how it is read now. That it is shown is in the log first.")

        @Argument(help: "The row's id, or its first characters, at least 8.")
        var id: String

        @Option(help: "Why you look; it is sealed in the log beside your name, where the row speaks of a pupil who is known.")
        var why: String?

        @OptionGroup var options: GlobalOptions

        func perform(in session: Session) async throws {
            guard let row = try session.rows(named: [id]).first else { throw NoSuch(what: "quarantined row", id: id) }
            // How it is read now can be told only while the source is configured, and rightly.
            let configured = session.provider.sources.first { $0.id == row.source }
            let source = configured.flatMap { try? session.installation.source($0, of: session.provider) }
            let (kept, now) = try session.bridge.show(row, of: source, why: why, by: session.caller)
            let reason =
                kept.fields.isEmpty ? "its fields were not kept, or have reached their age" : now.map { $0.reason ?? "it is understood" }
            guard !options.json else {
                return session.output.say(
                    .object(
                        row.json.members + [
                            .init("fields", .array(kept.fields.map { ["name": $0.name.json, "value": $0.value.json] })),
                            .init("now", reason?.json ?? .null),
                        ]))
            }
            session.output.say(row.sentence)
            session.output.say("read now: \(reason ?? "its source is not configured any more")")
            for field in kept.fields { session.output.say("  \(field.name): \(field.value)") }
        }
    }

    struct Retry: ProviderCommand {
        static let title = "quarantine retry"
        static let roles: Set<Role> = [.operator]
        static let configuration = CommandConfiguration(
            abstract: "Reads quarantined rows again as the mapping is now, with a poll of their sources; your name is in the log.")

        @Argument(help: "The rows' ids, or their first characters, or sources; without any, all rows.")
        var targets: [String] = []

        @OptionGroup var options: GlobalOptions

        func perform(in session: Session) async throws {
            let rows = try session.rows(named: targets)
            var isAllUnderstood = true
            for source in Set(rows.map(\.source)).sorted() {
                guard let configured = session.provider.sources.first(where: { $0.id == source }) else {
                    throw UsageError("the source \(source) is not configured any more, so nothing can read its rows again; drop them")
                }
                let before = rows.filter { $0.source == source }
                try session.bridge.retry(rows: before.count, of: source, by: session.caller)
                let result = try await session.poll(configured)
                let after = try session.bridge.keys.quarantined(source)
                let left = after.filter { row in before.contains { $0.id == row.id } }
                // A row that was read, and speaks of nobody known, is another one.
                if !left.isEmpty || after.count > left.count { isAllUnderstood = false }
                if case .completed = result {} else { isAllUnderstood = false }
                say(session.output, source, result, before.count, left, after.count)
            }
            if !isAllUnderstood { session.output.needsAttention() }
        }

        private func say(_ output: Output, _ source: SourceID, _ result: PollResult, _ count: Int, _ left: [QuarantinedRow], _ all: Int) {
            guard !options.json else {
                return output.say(
                    [
                        "source": source.json, "tried": count.json, "left": .array(left.map(\.id.json)), "quarantined": all.json,
                        "poll": result.json(of: source),
                    ] as JSON)
            }
            output.say("\(source): \(result.sentence)")
            output.say("\(source): of \(count) rows \(left.count) are still not understood; \(all) are in quarantine")
            for row in left { output.say(row.sentence) }
        }
    }

    struct Drop: ProviderCommand {
        static let title = "quarantine drop"
        static let roles: Set<Role> = [.operator, .dataProtection]
        static let configuration = CommandConfiguration(
            abstract: "Puts rows away for good: what they say is destroyed, and they are not shown again; your name is in the log.")

        @Argument(help: "The rows' ids, or their first characters, at least 8.")
        var ids: [String]

        @Option(help: "Why; it is sealed beside the row.")
        var why: String?

        @OptionGroup var options: GlobalOptions

        func validate() throws {
            guard !ids.isEmpty else { throw ValidationError("say which rows; `silta quarantine list` has their ids") }
        }

        func perform(in session: Session) async throws {
            let rows = try session.rows(named: ids, allowingSources: false)
            for source in Set(rows.map(\.source)).sorted() {
                let ids = rows.filter { $0.source == source }.map(\.id)
                try session.bridge.drop(ids, of: source, why: why, by: session.caller)
            }
            if options.json {
                session.output.say(["dropped": .array(rows.map(\.id.json))] as JSON)
            } else {
                session.output.say("\(rows.count) \(rows.count == 1 ? "row is" : "rows are") dropped")
            }
        }
    }
}

extension Session {
    /// A shorter part of an id might be anything.
    private static let shortestID = 8

    /// The quarantined rows of these ids or sources, each once; without any names, all.
    fileprivate func rows(named names: [String], allowingSources: Bool = true) throws -> [QuarantinedRow] {
        let all = try bridge.keys.quarantined()
        guard !names.isEmpty else { return all }
        var found: [QuarantinedRow] = []
        for name in names {
            if allowingSources, provider.sources.contains(where: { $0.id.rawValue == name }) {
                found += all.filter { $0.source.rawValue == name }
                continue
            }
            let matches = name.utf8.count < Session.shortestID ? [] : all.filter { $0.id.rawValue.hasPrefix(name) }
            guard matches.count <= 1 else { throw UsageError("\(name) begins the ids of \(matches.count) rows; give more of it") }
            guard let row = matches.first else {
                throw NoSuch(what: "quarantined row; `silta quarantine list` has the ids of those that there are:", id: name)
            }
            found.append(row)
        }
        var seen: Set<QuarantineID> = []
        return found.filter { seen.insert($0.id).inserted }
    }
}

extension QuarantinedRow {
    fileprivate var sentence: String {
        "\(source): \(file):\(line): \(reason) [since \(firstSeen)\(isEmpty ? ", nothing kept" : ""), id \(id)]"
    }

    fileprivate var json: JSON {
        [
            "id": id.rawValue.json, "source": source.json, "kind": kind.json, "file": file.json, "line": Int(line).json,
            "reason": reason.json, "hasKey": hasKey.json, "kept": (!isEmpty).json, "firstSeen": firstSeen.json, "lastSeen": lastSeen.json,
        ]
    }
}
