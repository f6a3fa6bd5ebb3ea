public import SiltaConfiguration

/// A folder on a server, as a source's `location` names it, and what stands beside it in the configuration.
///
/// A manifest that lets `location` be a URL declares those of ``keys`` that it wants as properties of its configuration.
public struct RemoteFolder: Sendable {
    public enum Login: Hashable, Sendable {
        case none
        case token(SecretReference)
        case password(user: String, SecretReference)
        /// The credential is a file with a private key.
        case key(user: String, SecretReference)
    }

    /// `sftp://`, `https://` or `http://`, without user name and password; perhaps with a query, which goes with each file.
    public let url: String
    public let login: Login
    /// Of the server's host key, `SHA256:…`.
    public let hostKey: Setting?
    /// A file like OpenSSH's.
    public let knownHosts: ConfiguredPath?
    /// The credential is a PEM file: a private key, its certificate, any intermediate ones.
    public let clientCertificate: SecretReference?
    public let caFile: ConfiguredPath?
    public let proxy: WebAddress?
    /// Ranges of addresses in CIDR notation.
    public let allowedAddresses: [Setting]
    /// Only those are reached: what is asked goes without TLS.
    public let isConfined: Bool

    public static let keys = [
        "user", "key", "password", "host-key", "known-hosts", "token", "client-certificate", "ca-file", "proxy", "allow-addresses",
    ]
    private static let sftpOnly = ["key", "host-key", "known-hosts"]
    private static let webOnly = ["token", "client-certificate", "ca-file"]

    /// - Parameters:
    ///   - location: a text with `://` in it.
    ///   - properties: what is configured beside it.
    init(_ location: Setting, _ properties: [String: Setting]) throws(ConfigurationError) {
        let text = try location.string()
        let isShell = text.hasPrefix("sftp://")
        guard isShell || text.hasPrefix("https://") || text.hasPrefix("http://") else {
            throw location.error("this must be a folder, or the sftp:// or https:// URL of one")
        }
        try RemoteFolder.check(text, isShell: isShell, location)
        isConfined = try RemoteFolder.isConfined(location, properties)
        for key in isShell ? RemoteFolder.webOnly : RemoteFolder.sftpOnly {
            guard let stray = properties[key] else { continue }
            throw stray.error("this goes with \(isShell ? "an https" : "an sftp") URL, and location is another")
        }
        url = text
        login = try RemoteFolder.login(properties, isShell: isShell, location)
        hostKey = properties["host-key"]
        knownHosts = try properties["known-hosts"]?.configuredPath()
        guard !isShell || (hostKey == nil) != (knownHosts == nil) else {
            throw (hostKey ?? location).error(
                "an sftp server must show a host key that is known beforehand: write either host-key: SHA256:…, "
                    + "as `ssh-keyscan -t ecdsa,ed25519 HOST | ssh-keygen -lf -` shows it and the server's keeper confirms it, or known-hosts: FILE"
            )
        }
        clientCertificate = try properties["client-certificate"]?.secretReference()
        caFile = try properties["ca-file"]?.configuredPath()
        proxy = try properties["proxy"]?.webAddress()
        allowedAddresses = try properties["allow-addresses"]?.list() ?? []
    }

    /// What is told without TLS anybody on the way can read.
    private static func isConfined(_ location: Setting, _ properties: [String: Setting]) throws(ConfigurationError) -> Bool {
        for setting in [location] + [properties["token-url"]].compactMap(\.self) {
            guard try setting.string().hasPrefix("http://") else { continue }
            guard properties["allow-addresses"] != nil else {
                throw setting.error("this must be an https:// URL; plain http goes only to addresses that allow-addresses beside it lists")
            }
            return true
        }
        return false
    }

    /// Refuses what stands beside a folder of this machine.
    static func refuse(_ properties: [String: Setting]) throws(ConfigurationError) {
        for key in keys {
            if let stray = properties[key] { throw stray.error("this goes with an sftp or https URL, and location is a folder") }
        }
    }

    /// Whether the server tells which files it has.
    var isListable: Bool { url.hasPrefix("sftp://") }

    /// The URL of a file in it, or of a folder; of the empty name, its own.
    public func url(of name: String) -> String {
        let parts = url.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let query = parts.count > 1 ? "?\(parts[1])" : ""
        return parts[0] + (parts[0].hasSuffix("/") ? "" : "/") + name.split(separator: "/").map(RemoteFolder.encoded).joined(separator: "/")
            + query
    }

    private static func check(_ text: String, isShell: Bool, _ location: Setting) throws(ConfigurationError) {
        guard text.utf8.count <= 2000, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw location.error("a URL has no spaces, only ASCII, and at most 2000 characters; write others in percent encoding")
        }
        let rest = text.drop { $0 != ":" }.dropFirst(3)
        let authority = rest.prefix { !"/?#".contains($0) }
        guard !authority.contains("@") else {
            throw location.error(
                "a user name or password must not stand in a URL; write user: NAME and password: credential:NAME beside it")
        }
        guard !authority.isEmpty, !rest.contains("#"), !isShell || !rest.contains("?") else {
            throw location.error("this is no URL of a folder; \(isShell ? "sftp" : "https")://host.example/folder would be right")
        }
    }

    private static func login(
        _ properties: [String: Setting], isShell: Bool, _ location: Setting
    ) throws(ConfigurationError) -> Login {
        let given = ["key", "password", "token"].filter { properties[$0] != nil }
        if given.count > 1, let second = properties[given[1]] { throw second.error("there is a \(given[0]) beside it; keep one of them") }
        let user = try properties["user"]?.string()
        if let token = properties["token"] {
            if let stray = properties["user"] { throw stray.error("a token stands for its user; take the user out") }
            return .token(try token.secretReference())
        }
        guard let user else {
            guard !isShell else { throw location.error("an sftp server wants to know who comes: write user: NAME beside it") }
            if let stray = properties["password"] { throw stray.error("a password needs a user: write user: NAME beside it") }
            return .none
        }
        if let key = properties["key"] { return .key(user: user, try key.secretReference()) }
        guard let password = properties["password"] else {
            throw location.error(
                "the user needs \(isShell ? "key: credential:NAME or " : "")password: credential:NAME beside it")
        }
        return .password(user: user, try password.secretReference())
    }

    /// As a segment of a path.
    private static func encoded(_ name: Substring) -> String {
        name.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
                String(UnicodeScalar(byte))
            default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }.joined()
    }
}
