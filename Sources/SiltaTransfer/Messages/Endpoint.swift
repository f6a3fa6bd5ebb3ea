import CCurl

/// Where a URL points, as libcurl itself reads it: that what was checked and what is asked can never differ.
struct Endpoint: Sendable {
    /// The URL, normalised, without user name and password.
    let url: String
    let scheme: Scheme
    /// The host, for sentences: a name, an IPv4 address, or an IPv6 address in brackets.
    let host: String
    let port: String

    enum Scheme: String, Sendable {
        case https, http, sftp
    }

    var isPlain: Bool { scheme == .http }

    /// The longest URL that is asked, in bytes.
    static let lengthLimit = 8192

    /// Reads the URL of a request.
    init(_ url: String) throws(TransferFailure) {
        // A user name or password in the URL would end in places where URLs are shown; credentials belong in a header.
        try self.init(url, flags: CURLU_PATH_AS_IS | CURLU_DISALLOW_USER, wrong: .malformedURL("The URL of the request"))
        guard scheme != .sftp else { throw .forbiddenScheme }
    }

    /// Reads the URL of a file that is to be fetched, which may be `sftp` as well.
    init(fetched url: String) throws(TransferFailure) {
        try self.init(url, flags: CURLU_PATH_AS_IS | CURLU_DISALLOW_USER, wrong: .malformedURL("The URL of the file"))
    }

    /// Reads the URL of a proxy, which may have a user name and a password.
    init(proxy url: String) throws(TransferFailure) {
        try self.init(url, flags: 0, wrong: .malformedURL("The URL of the proxy"))
        guard scheme != .sftp else { throw .forbiddenScheme }
    }

    private init(_ url: String, flags: Int32, wrong: TransferFailure) throws(TransferFailure) {
        guard url.utf8.count <= Self.lengthLimit, !url.utf8.contains(0), let handle = curl_url() else { throw wrong }
        defer { curl_url_cleanup(handle) }

        let flags = UInt32(bitPattern: flags | CURLU_NON_SUPPORT_SCHEME)
        guard curl_url_set(handle, CURLUPART_URL, url, flags) == CURLUE_OK,
            let scheme = Self.part(CURLUPART_SCHEME, of: handle)
        else { throw wrong }
        guard let scheme = Scheme(rawValue: scheme) else { throw .forbiddenScheme }
        guard let host = Self.part(CURLUPART_HOST, of: handle), let whole = Self.part(CURLUPART_URL, of: handle),
            let port = Self.part(CURLUPART_PORT, of: handle, flags: CURLU_DEFAULT_PORT)
        else { throw wrong }
        self.url = whole
        self.scheme = scheme
        self.host = host
        self.port = port
    }

    private static func part(_ part: CURLUPart, of handle: OpaquePointer, flags: Int32 = 0) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard curl_url_get(handle, part, &text, UInt32(bitPattern: flags)) == CURLUE_OK, let text else { return nil }
        defer { curl_free(text) }
        return String(cString: text)
    }

    /// The address that the host means wherever it is resolved: one spelled in the URL, or that of `localhost` (RFC 6761 section 6.3);
    /// nil for every other name.
    var knownAddress: IPAddress? {
        var text = Substring(host.lowercased())
        if text.hasSuffix(".") { text.removeLast() }
        if text == "localhost" || text.hasSuffix(".localhost") { return IPAddress(v4: 0x7f00_0001) }
        if text.hasPrefix("["), text.hasSuffix("]") { text = text.dropFirst().dropLast() }
        return try? IPAddress(String(text))
    }

    /// For the brackets after a sentence.
    var facts: String { "host \(host), port \(port)" }
}

extension Endpoint {
    /// Where a redirect leads: within the same `https` origin, and nowhere else.
    func following(_ target: String) throws(TransferFailure) -> Endpoint {
        guard let next = try? Endpoint(fetched: target), scheme == .https, next.scheme == .https, next.host == host, next.port == port else {
            throw .redirected("The answer leads to another server, which is not asked; the URL that it leads to would be right", self)
        }
        return next
    }
}

extension TransferFailure {
    static func redirected(_ sentence: String, _ endpoint: Endpoint) -> TransferFailure {
        TransferFailure(code: .redirected, sentence: "\(sentence) [\(endpoint.facts)].", mayHaveArrived: true)
    }

    fileprivate static func malformedURL(_ subject: String) -> TransferFailure {
        TransferFailure(
            code: .malformedURL,
            sentence: "\(subject) cannot be read; an absolute URL like https://host/path, without user name and password, would be right.",
            mayHaveArrived: false)
    }

    fileprivate static var forbiddenScheme: TransferFailure {
        TransferFailure(
            code: .forbiddenScheme,
            sentence: "The URL has a scheme that is not used; https would be right, or http to an address that allow-addresses lists.",
            mayHaveArrived: false)
    }
}
