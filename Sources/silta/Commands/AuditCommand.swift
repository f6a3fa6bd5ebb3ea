import ArgumentParser
import Foundation
import SiltaConfiguration
import SiltaCore
import SiltaDaemon
import SiltaFormats
import SiltaLog
import SiltaProof

struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "The log, and what proves it.",
        subcommands: [List.self, Show.self, Verify.self, Key.self, Checkpoint.self])

    struct List: LogCommand {
        static let title = "audit list"
        static let configuration = CommandConfiguration(abstract: "Entries in order: what is personal in them stays sealed.")

        @Option(help: "The first position.")
        var from: Int64 = 0

        @Option(help: "Only this stream, such as source/primus or pupil/ID.")
        var stream: String?

        @Option(help: "Only this type, such as poll.completed.v1.")
        var type: String?

        @OptionGroup var options: GlobalOptions

        func read(_ log: any EventLog, of session: LogSession) throws {
            let wanted = try stream.map { text in
                guard let stream = EventStream(text) else {
                    throw UsageError("--stream \(text): a stream such as source/primus, pupil/ID or notice/ID should stand there")
                }
                return stream
            }
            guard from >= 0 else { throw UsageError("--from \(from): a position, 0 or more, should stand there") }
            try log.read(from: Position(from)) { stored in
                let entry = stored.entry
                guard wanted.map({ $0 == entry.stream }) ?? true, type.map({ $0 == entry.type }) ?? true else { return }
                if options.json {
                    session.output.say(String(decoding: stored.line, as: UTF8.self))
                } else {
                    let cause = entry.cause.map { " ← \($0)" } ?? ""
                    session.output.say(
                        "\(entry.position)  \(entry.recorded)  \(entry.type)  \(entry.stream)#\(entry.version)  \(entry.actor)\(cause)")
                }
            }
        }
    }

    struct Show: LogCommand {
        static let title = "audit show"
        static let roles: Set<Role> = [.dataProtection]
        static let configuration = CommandConfiguration(abstract: "One entry, as the exact bytes that are hashed.")

        @Argument(help: "The position.")
        var position: Int64

        @Flag(help: "Open what is sealed: that you look is in the log first.")
        var open = false

        @Option(help: "Why you look; it is sealed in the log beside your name.")
        var why: String?

        @OptionGroup var options: GlobalOptions

        /// Without opening anything it only reads; with it, that somebody looks is appended first.
        var readsFiles: Bool { !open }

        func read(_ log: any EventLog, of session: LogSession) throws {
            session.output.say(String(decoding: try stored(in: log).line, as: UTF8.self))
        }

        func perform(in session: Session) async throws {
            let bridge = session.bridge
            guard open else { return try read(bridge.log, of: LogSession(session)) }
            let stored = try stored(in: bridge.log)
            let (pupil, notice) = try bridge.subject(of: stored.entry)
            if why != nil, pupil == nil, notice == nil {
                throw UsageError("--why is sealed under a pupil's key, and the entry at \(position) is not about a pupil; leave it out")
            }
            try bridge.access(
                AccessEvent(pupil: pupil, notice: notice, what: "audit show", fields: [stored.entry.type], why: why), by: session.caller)
            session.output.say(String(decoding: stored.line, as: UTF8.self))
            session.output.say(
                try bridge.secret(of: stored.entry)?.text ?? "what is sealed cannot be opened: there is nothing, or its key is gone")
        }

        private func stored(in log: any EventLog) throws -> StoredEntry {
            guard position >= 0 else { throw UsageError("\(position): a position, 0 or more, should stand there") }
            guard let stored = try log.entry(at: Position(position)) else { throw NoSuch(what: "entry", id: String(position)) }
            return stored
        }
    }

    struct Verify: LogCommand {
        static let title = "audit verify"
        static let configuration = CommandConfiguration(
            abstract: "Reads every entry and checks everything: hashes, order, tree, checkpoints.")

        @Option(help: "The log's public key, as `silta audit key` prints it; without it, the one of the configured signing key.")
        var key: String?

        @OptionGroup var options: GlobalOptions

        func read(_ log: any EventLog, of session: LogSession) throws {
            let verifier = try key.map(verifierKey) ?? session.installation.signer(of: session.provider).verifierKey
            let result = try log.verify(
                trust: CheckpointTrust(origin: try LogOrigin(session.provider.origin), keys: [verifier]), witnessed: [],
                progress: session.output.progress("verifying"))
            if options.json {
                var members: [JSON.Member] = [
                    .init("entries", result.entries.json), .init("root", result.root.hex.json), .init("ok", result.isSound.json),
                    .init("checkpoints", result.checkpoints.json),
                ]
                if let finding = result.finding {
                    members += [.init("position", finding.position?.json ?? .null), .init("reason", finding.reason.json)]
                }
                session.output.say(.object(members))
            } else if let finding = result.finding {
                session.output.say("the log does not hold: \(finding)")
            } else {
                session.output.say("the log holds: \(result.entries) entries, \(result.checkpoints) checkpoints, root \(result.root.hex)")
            }
            if !result.isSound { throw ExitCode(1) }
        }

        private func verifierKey(_ text: String) throws -> NoteVerifierKey {
            do { return try NoteVerifierKey(parsing: text) } catch { throw UsageError("--key: \(error)") }
        }
    }

    struct Key: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The public key that the log's checkpoints and notices are verified with.")

        @OptionGroup var options: GlobalOptions

        func run() throws {
            let installation = try Installation(options)
            for provider in try installation.providers(options) {
                let key = try installation.signer(of: provider).verifierKey.description
                if options.json {
                    Output.standard.say(["provider": provider.id.json, "origin": provider.origin.json, "key": key.json] as JSON)
                } else {
                    Output.standard.say(key)
                }
            }
        }
    }

    struct Checkpoint: ProviderCommand {
        static let title = "audit checkpoint"
        static let roles: Set<Role> = [.operator, .dataProtection]
        static let configuration = CommandConfiguration(abstract: "Signs what the log is now: a C2SP checkpoint.")

        @OptionGroup var options: GlobalOptions

        func perform(in session: Session) async throws {
            let text = String(decoding: try session.bridge.checkpoint().bytes, as: UTF8.self)
            if options.json { session.output.say(["checkpoint": text.json] as JSON) } else { session.output.say(text.dropLastNewline) }
        }
    }
}

extension String {
    /// A note ends in a newline of its own.
    fileprivate var dropLastNewline: String { hasSuffix("\n") ? String(dropLast()) : self }
}

extension Bridge {
    /// Whom or which notice an entry is about.
    fileprivate func subject(of entry: Entry) throws -> (PupilID?, NoticeID?) {
        if case .access(let access)? = try event(of: entry) { return (access.pupil, access.notice) }
        switch entry.stream {
        case .pupil(let id): return (id, nil)
        case .notice(let id): return (nil, id)
        case .provider, .source, .endpoint, .access: return (nil, nil)
        }
    }
}
