public import SiltaCore

/// A provider of education: the controller of its pupils' data, with a log, keys and state of its own.
public struct ProviderConfiguration: Sendable {
    public enum Disclosure: String, CaseIterable, Sendable {
        case open, paused
    }

    public let setting: Setting
    /// Also the name of its folder below the state folder.
    public let id: String
    public let name: String
    /// Three digits.
    public let municipality: String
    public let masterKey: SecretReference
    public let signingKey: SecretReference
    public let calendar: ConfiguredPath
    public let policy: ConfiguredPath
    /// Paused unless the file says otherwise, so that a first import does not send everything at once.
    public let disclosure: Disclosure
    /// A name of the tz database, unchecked: only who knows the database can tell.
    public let timezone: String
    /// The first line of the log's checkpoints.
    public let origin: String
    /// Of sources that have no rules of their own.
    public let quarantine: QuarantineRules
    public let sources: [SourceConfiguration]
    public let recipients: [RecipientConfiguration]

    static let keys = [
        "id", "name", "municipality", "master-key", "signing-key", "calendar", "policy", "disclosure", "timezone", "origin", "quarantine",
        "sources", "recipients",
    ]

    init(_ setting: Setting) throws(ConfigurationError) {
        self.setting = setting
        let givenOrigin: String?
        let rules = { (fields: Fields) in
            fields.optional("quarantine", default: QuarantineRules()) { try QuarantineRules($0, standard: QuarantineRules()) }
        }
        (
            id, name, municipality, masterKey, signingKey, calendar, policy, disclosure, timezone, givenOrigin, quarantine, sources,
            recipients
        ) = try setting.read(allowing: ProviderConfiguration.keys) { fields in
            try gather(
                fields.required("id") { try $0.identifier() },
                fields.required("name") { try $0.name() },
                fields.required("municipality") { try $0.municipality() },
                fields.required("master-key") { try $0.secretReference() },
                fields.required("signing-key") { try $0.secretReference() },
                fields.required("calendar") { try $0.configuredPath() },
                fields.required("policy") { try $0.configuredPath() },
                fields.optional("disclosure", default: .paused) { try $0.choice(of: Disclosure.self) },
                fields.optional("timezone", default: "Europe/Helsinki") { try $0.timezone() },
                fields.optional("origin") { try $0.origin() },
                rules(fields),
                fields.optional("sources", default: []) { sources in
                    // Where the rules cannot be read, that is told once.
                    let quarantine = (try? rules(fields).get()) ?? QuarantineRules()
                    let values = try sources.list(uniqueBy: \.id, "source") { try SourceConfiguration($0, quarantine: quarantine) }
                    try SourceConfiguration.checkKeys(of: values)
                    return values
                },
                fields.optional("recipients", default: []) { recipients in
                    let values = try recipients.list(uniqueBy: \.id, "recipient") { try RecipientConfiguration($0) }
                    try RecipientConfiguration.checkThatNoticesHaveOneWay(values)
                    return values
                })
        }
        origin = givenOrigin ?? "silta/\(id)"
    }
}
