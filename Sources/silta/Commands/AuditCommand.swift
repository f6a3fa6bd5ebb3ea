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

    /// Reads the log beside whoever writes it; it needs no key.
    static func reader(_ options: GlobalOptions) throws -> (SQLiteLog, Installation) {
        let installation = try Installation(options)
        let files = ProviderFiles(try installation.provider(options), in: installation)
        let log = try SQLiteLog(path: files.log, access: .reader) { _ in preconditionFailure("a reader seals nothing") }
        return (log, installation)
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Entries in order: what is personal in them stays sealed.")

        @Option(help: "The first position.")
        var from: Int64 = 0

        @Option(help: "Only this stream, such as source/primus or pupil/ID.")
        var stream: String?

        @Option(help: "Only this type, such as poll.completed.v1.")
        var type: String?

        @OptionGroup var options: GlobalOptions

        func run() throws {
            let wanted = try stream.map { text in
                guard let stream = EventStream(text) else {
                    throw UsageError("--stream \(text): a stream such as source/primus, pupil/ID or notice/ID should stand there")
                }
                return stream
            }
            guard from >= 0 else { throw UsageError("--from \(from): a position, 0 or more, should stand there") }
            let (log, _) = try AuditCommand.reader(options)
            try log.read(from: Position(from)) { stored in
                let entry = stored.entry
                guard wanted.map({ $0 == entry.stream }) ?? true, type.map({ $0 == entry.type }) ?? true else { return }
                if options.json {
                    Console.say(String(decoding: stored.line, as: UTF8.self))
                } else {
                    let cause = entry.cause.map { " ← \($0)" } ?? ""
                    Console.say(
                        "\(entry.position)  \(entry.recorded)  \(entry.type)  \(entry.stream)#\(entry.version)  \(entry.actor)\(cause)")
                }
            }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "One entry, as the exact bytes that are hashed.")

        @Argument(help: "The position.")
        var position: Int64

        @Flag(help: "Open what is sealed: that you look is in the log first.")
        var open = false

        @Option(help: "Why you look; it is sealed in the log beside your name.")
        var why: String?

        @OptionGroup var options: GlobalOptions

        func run() throws {
            guard position >= 0 else { throw UsageError("\(position): a position, 0 or more, should stand there") }
            guard open else {
                let (log, _) = try AuditCommand.reader(options)
                guard let stored = try log.entry(at: Position(position)) else { throw NoSuch(what: "entry", id: String(position)) }
                Console.say(String(decoding: stored.line, as: UTF8.self))
                return
            }
            let installation = try Installation(options)
            let bridge = try OpenProvider(try installation.provider(options), in: installation).bridge
            guard let stored = try bridge.log.entry(at: Position(position)) else { throw NoSuch(what: "entry", id: String(position)) }
            let (pupil, notice) = try bridge.subject(of: stored.entry)
            if why != nil, pupil == nil, notice == nil {
                throw UsageError("--why is sealed under a pupil's key, and the entry at \(position) is not about a pupil; leave it out")
            }
            try bridge.access(
                AccessEvent(pupil: pupil, notice: notice, what: "audit show", fields: [stored.entry.type], why: why), by: .caller)
            Console.say(String(decoding: stored.line, as: UTF8.self))
            Console.say(
                try bridge.secret(of: stored.entry)?.text ?? "what is sealed cannot be opened: there is nothing, or its key is gone")
        }
    }

    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Reads every entry and checks everything: hashes, order, tree, checkpoints.")

        @Option(help: "The log's public key, as `silta audit key` prints it; without it, the one of the configured signing key.")
        var key: String?

        @OptionGroup var options: GlobalOptions

        func run() throws {
            let (log, installation) = try AuditCommand.reader(options)
            let provider = try installation.provider(options)
            let verifier = try key.map(verifierKey) ?? installation.signer(of: provider).verifierKey
            let result = try log.verify(
                trust: CheckpointTrust(origin: try LogOrigin(provider.origin), keys: [verifier]), witnessed: [],
                progress: Console.progress("verifying"))
            if options.json {
                var members: [JSON.Member] = [
                    .init("entries", result.entries.json), .init("root", result.root.hex.json), .init("ok", result.isSound.json),
                    .init("checkpoints", result.checkpoints.json),
                ]
                if let finding = result.finding {
                    members += [.init("position", finding.position?.json ?? .null), .init("reason", finding.reason.json)]
                }
                Console.say(.object(members))
            } else if let finding = result.finding {
                Console.say("the log does not hold: \(finding)")
            } else {
                Console.say("the log holds: \(result.entries) entries, \(result.checkpoints) checkpoints, root \(result.root.hex)")
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
                    Console.say(["provider": provider.id.json, "origin": provider.origin.json, "key": key.json] as JSON)
                } else {
                    Console.say(key)
                }
            }
        }
    }

    struct Checkpoint: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Signs what the log is now: a C2SP checkpoint.")

        @OptionGroup var options: GlobalOptions

        func run() throws {
            let installation = try Installation(options)
            let bridge = try OpenProvider(try installation.provider(options), in: installation).bridge
            let text = String(decoding: try bridge.checkpoint().bytes, as: UTF8.self)
            if options.json { Console.say(["checkpoint": text.json] as JSON) } else { print(text, terminator: "") }
        }
    }
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
