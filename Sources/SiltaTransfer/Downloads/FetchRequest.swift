/// A file on a server, and everything that decides how it may be fetched and how long that may take.
///
/// What holds for ``HTTPRequest`` holds here: certificates are always verified, nothing comes from the environment or from files that
/// are not named here. A redirect is followed only within the same `https` origin.
public struct FetchRequest: Sendable {
    /// How this side shows who it is.
    public enum Login: Sendable {
        case none
        /// `Authorization: Bearer`; https and http.
        case bearer(String)
        /// Basic authentication, or the password of an SFTP user.
        case password(user: String, String)
        /// The path of an unencrypted private key, ed25519 or ecdsa; sftp.
        case key(user: String, path: String)
    }

    /// `sftp://`, `https://`, or `http://` to an address that `addresses` lists, without user name and password. The path of an `sftp`
    /// URL is absolute; `/~/` begins in the user's folder.
    public var url: String
    /// What is here already: it is not fetched again where it is still that.
    public var known: FileVersion?
    public var login = Login.none
    /// Which host key the server must have; needed for `sftp`.
    public var hostKey: HostKey?
    /// The most bytes that are taken.
    public var sizeLimit = Int(Int32.max)
    /// For the whole, to the last byte. At most a day.
    public var timeout: Duration = .seconds(600)
    /// For name resolution, connection, TLS or SSH handshake and login together.
    public var connectTimeout: Duration = .seconds(20)
    /// How long not a single byte may come.
    public var stallLimit: Duration = .seconds(60)
    /// The addresses it may be fetched from. Plain `http` only from addresses that are listed in `allowed`.
    public var addresses = AddressPolicy()
    /// As of ``HTTPRequest/proxy``.
    public var proxy: String?
    /// As of ``HTTPRequest/caFile``.
    public var caFile: String?
    /// The certificate to show to an https server; nil for none.
    public var identity: TLSIdentity?

    public init(_ url: String) {
        self.url = url
    }
}

/// Printing, dumping or interpolating a request shows nothing that is secret.
extension FetchRequest: CustomStringConvertible, CustomReflectable {
    public var description: String { "fetch request" }

    public var customMirror: Mirror { Mirror(self, children: ["sizeLimit": sizeLimit]) }
}
