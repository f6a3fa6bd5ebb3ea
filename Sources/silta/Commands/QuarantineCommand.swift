import ArgumentParser
import SiltaCore
import SiltaDaemon
import SiltaFormats
import SiltaLog

struct QuarantineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quarantine", abstract: "Rows that could not be understood.", subcommands: [List.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Every quarantined row: where it stands and why, never what it says.")

        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let installation = try Installation(options)
            try await installation.forEachProvider(options) { provider in
                let bridge = try OpenProvider(provider, in: installation).bridge
                for row in try bridge.keys.quarantined() {
                    if options.json {
                        Console.say(
                            [
                                "id": row.id.rawValue.json, "source": row.source.json, "kind": row.kind.json, "file": row.file.json,
                                "line": Int(row.line).json, "reason": row.reason.json, "hasKey": row.hasKey.json,
                                "firstSeen": row.firstSeen.json, "lastSeen": row.lastSeen.json,
                            ] as JSON)
                    } else {
                        Console.say("\(row.source): \(row.file):\(row.line): \(row.reason) [since \(row.firstSeen), id \(row.id)]")
                    }
                }
            }
        }
    }
}
