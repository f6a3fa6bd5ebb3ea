internal import SiltaConfiguration

/// What a program may use before it is stopped and its poll has failed.
public struct ProgramLimits: Hashable, Sendable {
    /// Of each of its processes: bytes that it may write to, its own code and stack aside.
    public var memory = 1 << 30
    /// Of each of its processes: time that a processor may work for it.
    public var cpu = Duration.seconds(300)
    /// How long no message may come.
    public var silence = Duration.seconds(60)
    /// From the request to end until it is killed.
    public var grace = Duration.seconds(5)
    /// How many records it may tell in one poll.
    public var records = 5_000_000

    public init() {}

    init(_ setting: Setting) throws(ConfigurationError) {
        let standard = ProgramLimits()
        (memory, cpu, silence, grace, records) = try setting.read(allowing: ["memory", "cpu", "silence", "grace", "records"]) { fields in
            try gather(
                fields.optional("memory", default: standard.memory) { try ProgramLimits.memory($0) },
                fields.optional("cpu", default: standard.cpu) { try $0.duration(in: .seconds(1) ... .seconds(86_400)) },
                fields.optional("silence", default: standard.silence) { try $0.duration(in: .milliseconds(100) ... .seconds(3600)) },
                fields.optional("grace", default: standard.grace) { try $0.duration(in: .milliseconds(10) ... .seconds(60)) },
                fields.optional("records", default: standard.records) { try $0.integer(in: 1...50_000_000) })
        }
    }

    /// `512MiB` or `2GiB`.
    private static func memory(_ setting: Setting) throws(ConfigurationError) -> Int {
        let text = try setting.string()
        for (unit, bytes) in [("MiB", 1 << 20), ("GiB", 1 << 30)] where text.hasSuffix(unit) {
            let digits = text.dropLast(unit.count)
            guard digits.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(digits), (1...65_536).contains(number) else { break }
            return number * bytes
        }
        throw setting.refusal(of: text, expected: "an amount of memory: a whole number and MiB or GiB, such as 512MiB")
    }
}
