import ArgumentParser
import SiltaConfiguration
import SiltaCore
import SiltaDaemon
import SiltaFormats
import SiltaLog

struct QuarantineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quarantine", abstract: "Rows that could not be understood.", subcommands: [List.self])

    struct List: ProviderCommand {
        static let title = "quarantine list"
        static let roles: Set<Role> = [.operator, .dataProtection]
        var onlyReads: Bool { true }
        static let concernsOne = false
        static let configuration = CommandConfiguration(abstract: "Every quarantined row: where it stands and why, never what it says.")

        @OptionGroup var options: GlobalOptions

        func perform(in session: Session) async throws {
            for row in try session.bridge.keys.quarantined() {
                if options.json {
                    session.output.say(
                        [
                            "id": row.id.rawValue.json, "source": row.source.json, "kind": row.kind.json, "file": row.file.json,
                            "line": Int(row.line).json, "reason": row.reason.json, "hasKey": row.hasKey.json,
                            "firstSeen": row.firstSeen.json, "lastSeen": row.lastSeen.json,
                        ] as JSON)
                } else {
                    session.output.say("\(row.source): \(row.file):\(row.line): \(row.reason) [since \(row.firstSeen), id \(row.id)]")
                }
            }
        }
    }
}
