/// One HTTP request, with everything that decides where it may go and how long it may take.
///
/// What is not here cannot be had: redirects are not followed, cookies and `.netrc` are not read, compressed bodies are not unpacked,
/// certificates and host names are always verified, and TLS is at least 1.2.
public struct HTTPRequest: Sendable {
    /// The request methods.
    public enum Method: String, Sendable, CaseIterable {
        case get = "GET"
        case head = "HEAD"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
        case options = "OPTIONS"

        /// Whether a request of this method always tells its length, also where that is 0.
        var alwaysHasBody: Bool { self == .post || self == .put || self == .patch }

        /// Whether a request of this method may have a body.
        var mayHaveBody: Bool { self != .get && self != .head }
    }

    public var method: Method
    /// An absolute URL, `https` (or `http`, see `addresses`), without user name and password. It is sent as it is: path segments such as
    /// `..` are not resolved.
    public var url: String
    /// Sent in this order after those that the transfer writes itself (`Host`, `User-Agent`, `Accept`, `Content-Length`). Names are
    /// tokens of RFC 9110; values have no control characters; what frames the message (`Content-Length`, `Transfer-Encoding`, …) is refused.
    public var headers: HTTPHeaders
    /// The exact bytes of the body.
    public var body: [UInt8]
    /// For the whole, from the call to the end of the response, waiting for a free connection included. At most a day.
    public var timeout: Duration = .seconds(20)
    /// For name resolution, connection and TLS handshake together.
    public var connectTimeout: Duration = .seconds(10)
    /// How many bytes of the response's body are kept; beyond them it is not read.
    public var responseLimit: Int = 65_536
    /// The addresses it may go to. Plain `http` goes only to addresses that are listed in `allowed`.
    public var addresses = AddressPolicy()
    /// The `http://` or `https://` URL of a proxy; nil for none. The environment's `http_proxy`, `ALL_PROXY`, `NO_PROXY` are not looked at.
    ///
    /// The proxy's own address is not held against `addresses`: whoever configured it has named it. The recipient's is, where the URL
    /// spells an address. A recipient's name is resolved by the proxy, and which addresses it may reach is for the proxy to decide; plain
    /// `http` and a confined policy, which need a known address, are therefore refused for names.
    public var proxy: String?
    /// A PEM file of the certificates to trust instead of the system's; nil for the system's.
    public var caFile: String?
    /// The certificate to show to the recipient; nil for none.
    public var identity: TLSIdentity?

    public init(_ method: Method, _ url: String, headers: HTTPHeaders = [:], body: [UInt8] = []) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
    }
}

/// A client certificate.
public struct TLSIdentity: Hashable, Sendable {
    /// The path of a PEM file: the certificate, then any intermediate ones.
    public var certificatePath: String
    /// The path of a PEM file: the private key, not encrypted.
    public var keyPath: String

    public init(certificatePath: String, keyPath: String) {
        self.certificatePath = certificatePath
        self.keyPath = keyPath
    }
}

/// Printing, dumping or interpolating a request shows nothing that is personal or secret.
extension HTTPRequest: CustomStringConvertible, CustomReflectable {
    public var description: String { "\(method.rawValue) request [\(headers.fields.count) headers, \(body.count) bytes]" }

    public var customMirror: Mirror { Mirror(self, children: ["method": method.rawValue, "bytes": body.count]) }
}
