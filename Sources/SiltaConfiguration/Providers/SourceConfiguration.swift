public import SiltaCore

/// One configured use of a connector: this register, these credentials, this often.
public struct SourceConfiguration: Sendable {
    public let setting: Setting
    public let id: SourceID
    /// The name of the connector's folder.
    public let connector: String
    /// From one poll to the next.
    public let every: Duration
    /// A poll that has not read its register to the end by then has failed.
    public let deadline: Duration
    /// How old its last completed poll may be for a consent that it told to be a basis.
    public let consentAge: Duration
    public let withdrawalGuard: WithdrawalGuard
    public let quarantine: QuarantineRules
    /// The source whose register keys are this one's, too: what this one tells of a key is that pupil's.
    public let keysOf: SourceID?
    /// What the connector is told: its manifest says what may stand there. A mapping.
    public let config: Setting

    static let keys = ["id", "connector", "every", "deadline", "consent-age", "guard", "quarantine", "keys-of", "config"]

    /// - Parameter quarantine: the provider's rules, where the source has none of its own.
    init(_ setting: Setting, quarantine standard: QuarantineRules = QuarantineRules()) throws(ConfigurationError) {
        self.setting = setting
        (id, connector, every, deadline, consentAge, withdrawalGuard, quarantine, keysOf, config) = try setting.read(
            allowing: SourceConfiguration.keys
        ) {
            fields in
            try gather(
                fields.required("id") { try SourceID($0.identifier()) },
                fields.required("connector") { try $0.identifier() },
                fields.optional("every", default: .seconds(15 * 60)) { try $0.duration(in: .seconds(1) ... .days(31)) },
                fields.optional("deadline", default: .seconds(10 * 60)) { try $0.duration(in: .seconds(1) ... .days(1)) },
                fields.optional("consent-age", default: .days(7)) { try $0.duration(in: .seconds(1) ... .days(366)) },
                fields.optional("guard", default: WithdrawalGuard()) { try WithdrawalGuard($0) },
                fields.optional("quarantine", default: standard) { try QuarantineRules($0, standard: standard) },
                fields.optional("keys-of") { try SourceID($0.identifier()) },
                fields.optional("config", default: setting.replaced(by: .mapping([]))) {
                    _ = try $0.entries()
                    return $0
                })
        }
    }
}

extension SourceConfiguration {
    /// Keys are those of another source of the provider, which has keys of its own.
    static func checkKeys(of sources: [SourceConfiguration]) throws(ConfigurationError) {
        var problems: [ConfigurationProblem] = []
        for source in sources {
            guard let other = source.keysOf else { continue }
            let setting = source.setting["keys-of"]
            let ids = sources.filter { $0.id != source.id && $0.keysOf == nil }.map(\.id.rawValue)
            guard !ids.contains(other.rawValue) else { continue }
            problems.append(
                setting.problem(
                    "there is no other source \"\(other)\" with keys of its own"
                        + (ids.isEmpty ? "; this may be left out" : "; there are \(ids.joined(separator: ", "))")))
        }
        guard problems.isEmpty else { throw ConfigurationError(problems) }
    }
}

extension WithdrawalGuard {
    /// `{rows: 20, share: 10 %}`; what it does not say is as `WithdrawalGuard` has it by default.
    init(_ setting: Setting) throws(ConfigurationError) {
        let standard = WithdrawalGuard()
        let (rows, hundredths) = try setting.read(allowing: ["rows", "share"]) { fields in
            try gather(
                fields.optional("rows", default: standard.rows) { try $0.integer(in: 0...1_000_000) },
                fields.optional("share", default: standard.shareHundredths) { try $0.share() })
        }
        self.init(rows: rows, shareHundredths: hundredths)
    }
}
