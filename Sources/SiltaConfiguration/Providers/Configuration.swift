/// What silta.yaml says.
public struct Configuration: Sendable {
    /// Where the file's settings stand, for errors of those who use them.
    public let setting: Setting
    /// The folder that holds a folder for each provider.
    public let state: ConfiguredPath
    /// The folder of the credentials, where systemd does not name one.
    public let credentials: ConfiguredPath?
    /// The folders that connectors are looked for in, the first first.
    public let connectors: [ConfiguredPath]
    public let console: ConsoleConfiguration?
    /// Nil: `silta.sock` in the state folder.
    public let socket: SocketConfiguration?
    public let roles: RolesConfiguration
    /// At least one; no id stands twice.
    public let providers: [ProviderConfiguration]

    public static let defaultConnectors = [ConfiguredPath("/etc/silta/connectors"), ConfiguredPath("/usr/share/silta/connectors")]

    /// - Parameter file: The file's name, for errors.
    public static func parse(_ text: String, file: String) throws(ConfigurationError) -> Configuration {
        try Configuration(YAMLDocument.parse(text, file: file))
    }

    public init(_ setting: Setting) throws(ConfigurationError) {
        self.setting = setting
        (state, credentials, connectors, console, socket, roles, providers) = try setting.read(
            allowing: ["state", "credentials", "connectors", "console", "socket", "roles", "providers"]
        ) { fields in
            try gather(
                fields.required("state") { try $0.configuredPath() },
                fields.optional("credentials") { try $0.configuredPath() },
                fields.optional("connectors", default: Configuration.defaultConnectors) { connectors in
                    try connectors.list(atLeast: 1) { try $0.configuredPath() }
                },
                fields.optional("console") { try ConsoleConfiguration($0) },
                fields.optional("socket") { try SocketConfiguration($0) },
                fields.optional("roles", default: .none) { try RolesConfiguration($0) },
                fields.required("providers") { providers in
                    try providers.list(atLeast: 1, uniqueBy: \.id, "provider") { try ProviderConfiguration($0) }
                })
        }
    }
}

/// Health and metrics, for machines.
public struct ConsoleConfiguration: Hashable, Sendable {
    /// A name or an address; one of IPv6 without its brackets.
    public let host: String
    /// 0…65535; for 0 the system picks one.
    public let port: Int

    init(_ setting: Setting) throws(ConfigurationError) {
        (host, port) = try setting.read(allowing: ["listen"]) { fields in
            let listen = try fields.required("listen")
            let text = try listen.string()
            guard let authority = Authority(text[...]), let port = authority.port else {
                throw listen.refusal(of: text, expected: "an address and a port, such as 127.0.0.1:8642")
            }
            return (authority.host, port)
        }
    }
}
