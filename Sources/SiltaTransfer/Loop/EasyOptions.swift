import CCurl

/// Sets the options of an easy handle, and remembers the first that libcurl refused: none may be missing.
struct EasyOptions {
    let easy: UnsafeMutableRawPointer
    private var firstError = CURLE_OK

    init(_ easy: UnsafeMutableRawPointer) {
        self.easy = easy
    }

    func check() throws(TransferFailure) {
        guard firstError == CURLE_OK else {
            throw .malformedRequest("libcurl refuses a setting of the request [\(String(cString: curl_easy_strerror(firstError)))].")
        }
    }

    mutating func note(_ code: CURLcode) {
        if firstError == CURLE_OK { firstError = code }
    }

    mutating func set(_ option: CURLoption, _ value: Int) {
        note(curl_easy_setopt_long(easy, option, value))
    }

    mutating func set(_ option: CURLoption, _ value: String?) {
        note(curl_easy_setopt_string(easy, option, value))
    }

    mutating func set(_ option: CURLoption, pointer: UnsafeMutableRawPointer?) {
        note(curl_easy_setopt_pointer(easy, option, pointer))
    }
}

extension EasyOptions {
    /// What holds for every request.
    mutating func setRules() {
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        set(CURLOPT_FOLLOWLOCATION, 0)
        set(CURLOPT_NETRC, Int(CURL_NETRC_IGNORED.rawValue))
        set(CURLOPT_HTTP09_ALLOWED, 0)
        set(CURLOPT_HTTP_CONTENT_DECODING, 0)
        set(CURLOPT_PATH_AS_IS, 1)
        // One request at a time on a connection: which request a broken connection took with it is then beyond doubt.
        set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        // Signals are the process's, not libcurl's; the thread blocks SIGPIPE.
        set(CURLOPT_NOSIGNAL, 1)
        // A resolver that hangs is left to itself; otherwise ending one transfer would hold up all the others until it returns.
        set(CURLOPT_QUICK_EXIT, 1)
        // Servers close idle connections after a minute or so; asking over one that is just being closed would be an unknown outcome.
        set(CURLOPT_MAXAGE_CONN, 30)
    }

    /// Where it goes: the URL, the proxy, and whom to trust.
    mutating func setWay(to endpoint: Endpoint, proxy: String?, caFile: String?, identity: TLSIdentity?) {
        set(CURLOPT_URL, endpoint.url)
        // Empty, not nil: nil would let the environment decide.
        set(CURLOPT_PROXY, proxy ?? "")
        set(CURLOPT_NOPROXY, "")
        set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        set(CURLOPT_HEADEROPT, Int(CURLHEADER_SEPARATE))

        for option in [CURLOPT_SSLVERSION, CURLOPT_PROXY_SSLVERSION] { set(option, Int(CURL_SSLVERSION_TLSv1_2)) }
        for option in [CURLOPT_SSL_VERIFYPEER, CURLOPT_PROXY_SSL_VERIFYPEER] { set(option, 1) }
        for option in [CURLOPT_SSL_VERIFYHOST, CURLOPT_PROXY_SSL_VERIFYHOST] { set(option, 2) }
        // Certificates are read again after five minutes, so that a renewed file counts.
        set(CURLOPT_CA_CACHE_TIMEOUT, 300)
        if let caFile {
            for option in [CURLOPT_CAINFO, CURLOPT_PROXY_CAINFO] { set(option, caFile) }
            // The system's folder of certificates would be trusted besides.
            for option in [CURLOPT_CAPATH, CURLOPT_PROXY_CAPATH] { set(option, nil) }
        }
        if let identity {
            set(CURLOPT_SSLCERT, identity.certificatePath)
            set(CURLOPT_SSLKEY, identity.keyPath)
            // OpenSSL would ask the terminal for the passphrase of an encrypted key, and wait.
            set(CURLOPT_KEYPASSWD, "")
        }
    }

    mutating func setMessage(_ request: HTTPRequest, userAgent: String) {
        set(CURLOPT_USERAGENT, userAgent)
        if request.method == .head {
            set(CURLOPT_NOBODY, 1)
        } else if request.method.alwaysHasBody || !request.body.isEmpty {
            set(CURLOPT_POST, 1)
            note(curl_easy_setopt_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.body.count)))
            // libcurl copies as many bytes as the size before says. With no pointer at all it would read the body from standard input.
            (request.body.isEmpty ? [0] : request.body).withUnsafeBytes { body in
                note(curl_easy_setopt_string(easy, CURLOPT_COPYPOSTFIELDS, body.bindMemory(to: CChar.self).baseAddress))
            }
        }
        set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
    }

    mutating func setTime(remaining: Duration, connect: Duration) {
        // 0 would mean no limit.
        set(CURLOPT_TIMEOUT_MS, max(1, remaining.milliseconds))
        set(CURLOPT_CONNECTTIMEOUT_MS, max(1, connect.milliseconds))
    }

    /// The list, which must live as long as the handle.
    mutating func setHeaders(_ headers: HTTPHeaders) -> UnsafeMutablePointer<curl_slist>? {
        // A name with nothing after its colon takes away what libcurl would write by itself.
        var lines = ["Expect:"]
        if headers.first("Content-Type") == nil { lines.append("Content-Type:") }
        for field in headers.fields {
            // A semicolon instead of the colon is how libcurl writes a field without a value.
            lines.append(field.value.allSatisfy(\.isWhitespace) ? "\(field.name);" : "\(field.name): \(field.value)")
        }
        var list: UnsafeMutablePointer<curl_slist>?
        for line in lines {
            guard let longer = curl_slist_append(list, line) else { preconditionFailure("libcurl has no memory for a header.") }
            list = longer
        }
        note(curl_easy_setopt_pointer(easy, CURLOPT_HTTPHEADER, list))
        return list
    }
}
