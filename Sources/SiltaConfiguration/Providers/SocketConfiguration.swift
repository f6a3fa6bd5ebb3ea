/// The Unix socket on which the daemon answers commands.
public struct SocketConfiguration: Hashable, Sendable {
    public let path: ConfiguredPath
    /// The group that may connect; nil is the daemon's own.
    public let group: String?

    init(_ setting: Setting) throws(ConfigurationError) {
        (path, group) = try setting.read(allowing: ["path", "group"]) { fields in
            try gather(fields.required("path") { try $0.configuredPath() }, fields.optional("group") { try $0.systemName() })
        }
    }
}

/// Who may ask the daemon for what.
public struct RolesConfiguration: Hashable, Sendable {
    public enum Role: String, CaseIterable, Sendable {
        /// Keeps it running: polls, quarantine, endpoints, checkpoints, the state.
        case `operator`
        /// Looks at notices and lets them go.
        case releaser
        /// Answers for what is shown of whom: consents, a person's data, what is sealed in the log.
        case dataProtection = "data-protection"
    }

    /// A user of the system, or the members of a group, written `@group`.
    public enum Holder: Hashable, Sendable {
        case user(String)
        case group(String)
    }

    public let holders: [Role: [Holder]]

    /// Nobody but root and the daemon's own user, who may do everything anyway.
    public static let none = RolesConfiguration(holders: [:])

    private init(holders: [Role: [Holder]]) {
        self.holders = holders
    }

    init(_ setting: Setting) throws(ConfigurationError) {
        let (operators, releasers, dataProtection) = try setting.read(allowing: Role.allCases.map(\.rawValue)) { fields in
            func holders(_ role: Role) -> Result<[Holder], ConfigurationError> {
                fields.optional(role.rawValue, default: []) { try $0.list { try $0.holder() } }
            }
            return try gather(holders(.operator), holders(.releaser), holders(.dataProtection))
        }
        self.init(holders: [.operator: operators, .releaser: releasers, .dataProtection: dataProtection])
    }
}

extension Setting {
    /// A name of the system's user and group databases.
    func systemName() throws(ConfigurationError) -> String {
        let text = try string()
        guard text.utf8.count <= 64, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !Array(":,/@".utf8).contains($0) }),
            text.utf8.first != UInt8(ascii: "-")
        else { throw refusal(of: text, expected: "the name of a user or group of this system") }
        return text
    }

    fileprivate func holder() throws(ConfigurationError) -> RolesConfiguration.Holder {
        let text = try string()
        guard text.utf8.first == UInt8(ascii: "@") else { return .user(try systemName()) }
        return .group(try replaced(by: .scalar(Scalar(text: String(text.dropFirst()), isQuoted: true))).systemName())
    }
}
