import CCurl

extension EasyOptions {
    mutating func setFetch(
        _ request: FetchRequest, _ scheme: Endpoint.Scheme, _ aim: FetchAttempt.Aim, userAgent: String
    ) throws(TransferFailure) {
        set(CURLOPT_USERAGENT, userAgent)
        if case .look = aim { set(CURLOPT_NOBODY, 1) }
        // Refused before a byte of it comes, where the server says how long it is.
        if case .content = aim {
            note(curl_easy_setopt_offset(easy, CURLOPT_MAXFILESIZE_LARGE, curl_off_t(max(1, request.sizeLimit))))
        }
        switch scheme {
        case .https, .http: try setWebLogin(request.login)
        case .sftp:
            guard curl_easy_setopt_string(easy, CURLOPT_PROTOCOLS_STR, "sftp") == CURLE_OK else {
                throw .malformedRequest("The libcurl of this machine speaks no sftp; Debian's package libcurl4 does.")
            }
            // Through a proxy, only as a tunnel.
            set(CURLOPT_HTTPPROXYTUNNEL, 1)
            set(CURLOPT_FILETIME, 1)
            if case .names = aim { set(CURLOPT_DIRLISTONLY, 1) }
            try setHostKey(request.hostKey)
            try setShellLogin(request.login)
        }
    }

    private mutating func setWebLogin(_ login: FetchRequest.Login) throws(TransferFailure) {
        switch login {
        // A bearer token is a header.
        case .none, .bearer: return
        case .password(let user, let password):
            // CURLAUTH_BASIC, a macro that Swift does not see.
            set(CURLOPT_HTTPAUTH, 1)
            try setText(CURLOPT_USERNAME, user, "The user name")
            try setText(CURLOPT_PASSWORD, password, "The password")
        case .key: throw .malformedRequest("A private key opens sftp only; for https, a password, a token or a certificate would be right.")
        }
    }

    private mutating func setShellLogin(_ login: FetchRequest.Login) throws(TransferFailure) {
        switch login {
        case .none, .bearer: throw .malformedRequest("An sftp server wants a user with a key or a password.")
        case .password(let user, let password):
            set(CURLOPT_SSH_AUTH_TYPES, Int(CURLSSH_AUTH_PASSWORD | CURLSSH_AUTH_KEYBOARD))
            try setText(CURLOPT_USERNAME, user, "The user name")
            try setText(CURLOPT_PASSWORD, password, "The password")
        case .key(let user, let path):
            set(CURLOPT_SSH_AUTH_TYPES, Int(CURLSSH_AUTH_PUBLICKEY))
            try setText(CURLOPT_USERNAME, user, "The user name")
            try setText(CURLOPT_SSH_PRIVATE_KEYFILE, path, "The path of the key")
            // The public one follows from it.
            set(CURLOPT_SSH_PUBLIC_KEYFILE, "")
            set(CURLOPT_KEYPASSWD, "")
        }
    }

    private mutating func setHostKey(_ key: HostKey?) throws(TransferFailure) {
        switch key {
        case .fingerprint(let digits): set(CURLOPT_SSH_HOST_PUBLIC_KEY_SHA256, digits)
        case .knownHosts(let path): try setText(CURLOPT_SSH_KNOWNHOSTS, path, "The path of the known hosts")
        case nil: preconditionFailure("An sftp server without a known host key is not asked.")
        }
    }

    /// libcurl would take the text up to its first zero byte.
    private mutating func setText(_ option: CURLoption, _ text: String, _ what: String) throws(TransferFailure) {
        guard !text.utf8.contains(0) else { throw .malformedRequest("\(what) must not have a zero byte.") }
        set(option, text)
    }
}
