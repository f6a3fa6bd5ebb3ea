import ArgumentParser

/// What every command understands, before or after its name.
struct GlobalOptions: ParsableArguments {
    static let usualConfig = "/etc/silta/silta.yaml"

    @Option(help: "The configuration file.")
    var config = GlobalOptions.usualConfig

    @Option(help: "The provider's id, where the configuration has several.")
    var provider: String?

    @Flag(help: "One JSON object a line.")
    var json = false

    /// Moves options that stand before the command's name behind everything else, where the parser looks for them.
    static func movedBehind(_ arguments: [String]) throws -> [String] {
        var leading: [String] = []
        var rest = arguments[...]
        while let first = rest.first {
            if first == "--json" || first.hasPrefix("--config=") || first.hasPrefix("--provider=") {
                leading.append(rest.removeFirst())
            } else if first == "--config" || first == "--provider" {
                leading += rest.prefix(2)
                rest = rest.dropFirst(2)
            } else {
                break
            }
        }
        try Silta.checkCommand(rest.first)
        let end = rest.firstIndex(of: "--") ?? rest.endIndex
        return rest[..<end] + leading + rest[end...]
    }
}
