import CCurl
import Glibc

/// What an attempt came to.
extension FetchAttempt {
    func response(_ code: CURLcode) throws(TransferFailure) -> FetchResponse {
        switch endpoint.scheme {
        case .https, .http: try webResponse(code)
        case .sftp: try shellResponse(code)
        }
    }

    // MARK: - HTTP

    private func webResponse(_ code: CURLcode) throws(TransferFailure) -> FetchResponse {
        guard let status = reader.status, reader.isAnswered else { throw failure(code) }
        guard status == 200 else {
            return FetchResponse(
                answer: FetchAttempt.answer(status, hasTime: retryAfter != nil), status: status,
                version: status == 304 ? request.known : nil,
                retryAfter: retryAfter)
        }
        guard code == CURLE_OK else { throw failure(code) }
        if case .content = aim { try checkWhole() }
        return FetchResponse(answer: .content, status: status, version: webVersion, retryAfter: nil)
    }

    private static func answer(_ status: Int, hasTime: Bool) -> FetchResponse.Answer {
        switch status {
        case 304: .unchanged
        case 404, 410: .missing
        case 401, 403, 407: .denied
        case 429: .later
        case 503 where hasTime: .later
        default: .other
        }
    }

    /// A file that breaks off must not look like a shorter file.
    private func checkWhole() throws(TransferFailure) {
        let isChunked = reader.headers.first("Transfer-Encoding")?.lowercased().contains("chunked") ?? false
        guard isChunked || reader.headers.first("Content-Length") != nil else {
            throw failed(
                .malformedResponse,
                "The server does not say how long the file is, so that one that breaks off would look whole; "
                    + "it must send Content-Length, or in chunks")
        }
        let coding = reader.headers.first("Content-Encoding")?.lowercased() ?? "identity"
        guard coding == "identity" else {
            throw failed(.malformedResponse, "The server sends the file compressed, and was not asked to; it must send it as it is")
        }
    }

    private var webVersion: FileVersion {
        let etag = reader.headers.first("ETag").flatMap { FetchAttempt.isPrintable($0) ? $0 : nil }
        let modified = reader.headers.first("Last-Modified").flatMap { FetchAttempt.isPrintable($0) ? $0 : nil }
        let size = reader.headers.first("Content-Length").flatMap { Int($0) } ?? 0
        let isContent = if case .content = aim { true } else { false }
        return FileVersion(
            size: isContent ? written : size, etag: etag, modified: modified,
            isSettled: modified.map { isOld(curl_getdate($0, nil)) } ?? (etag != nil))
    }

    /// By the server's own clock, where it tells the time (RFC 9110 section 8.8.2.2 asks for a minute, too).
    private func isOld(_ modified: time_t) -> Bool {
        let served = reader.headers.first("Date").map { curl_getdate($0, nil) } ?? -1
        return modified > 0 && modified <= (served > 0 ? served : time(nil)) - FetchAttempt.settling
    }

    private var retryAfter: Duration? {
        retryAfterSeconds.flatMap { $0 > 0 ? .seconds($0) : nil }
    }

    /// What is written into a request of another day must not break out of its line, nor fill the log.
    private static func isPrintable(_ text: String) -> Bool {
        text.utf8.count <= 256 && text.utf8.allSatisfy { (0x20..<0x7f).contains($0) }
    }

    /// In seconds. Clocks of file systems are coarse, and those of servers not quite right.
    private static let settling = 60

    // MARK: - SFTP

    private func shellResponse(_ code: CURLcode) throws(TransferFailure) -> FetchResponse {
        switch code {
        case CURLE_OK: break
        case CURLE_REMOTE_FILE_NOT_FOUND: return FetchResponse(answer: .missing, status: nil, version: nil, retryAfter: nil)
        case CURLE_REMOTE_ACCESS_DENIED: return FetchResponse(answer: .denied, status: nil, version: nil, retryAfter: nil)
        default: throw failure(code)
        }
        guard case .content(_, let before?) = aim else {
            return FetchResponse(answer: .content, status: nil, version: shellVersion, retryAfter: nil)
        }
        guard written == before.size else { throw failed(.interrupted, "The file has changed while it was fetched") }
        return FetchResponse(answer: .content, status: nil, version: before, retryAfter: nil)
    }

    private var shellVersion: FileVersion {
        var (size, modified): (curl_off_t, curl_off_t) = (0, -1)
        _ = curl_easy_getinfo_offset(easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &size)
        _ = curl_easy_getinfo_offset(easy, CURLINFO_FILETIME_T, &modified)
        return FileVersion(
            size: max(0, Int(size)), etag: nil, modified: modified > 0 ? String(modified) : nil,
            isSettled: modified > 0 && Int(modified) <= time(nil) - FetchAttempt.settling)
    }

    // MARK: - Failures

    private func failure(_ code: CURLcode) -> TransferFailure {
        if reader.headersExceedLimit {
            return failed(.tooLarge, "The answer's headers are larger than \(ResponseReader.headerByteLimit) bytes")
        }
        if exceedsLimit || code == CURLE_FILESIZE_EXCEEDED {
            return failed(.tooLarge, "The file is larger than the limit of \(request.sizeLimit) bytes")
        }
        if let writeError {
            return failed(.unwritable, "The file could not be written here", facts: strerror(writeError).map { String(cString: $0) } ?? "")
        }
        if isStalled { return failed(.timedOut, "Not a byte came for \(stallLimit)") }
        if let refusal = admission.refusal, !admission.hasTried || code == CURLE_ABORTED_BY_CALLBACK { return refusal.failure(endpoint) }

        switch code {
        case CURLE_OPERATION_TIMEDOUT:
            return failed(.timedOut, admission.hasStarted ? "The file was not here in time" : "No connection came about in time")
        case CURLE_COULDNT_RESOLVE_HOST: return failed(.unresolvable, "The host's name has no address, or name resolution failed")
        case CURLE_COULDNT_RESOLVE_PROXY: return failed(.unresolvable, "The proxy's name has no address, or name resolution failed")
        case CURLE_URL_MALFORMAT: return failed(.malformedURL, "The host of the URL is not one that can be asked")
        case CURLE_PEER_FAILED_VERIFICATION where endpoint.scheme == .sftp: return wrongHostKey
        case CURLE_LOGIN_DENIED:
            return failed(
                .login,
                "The server does not let this user in with this key or password; a key must be ed25519 or ecdsa, not encrypted, and "
                    + "its public half be known to the server")
        case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL:
            return failed(.malformedResponse, "What came is not an HTTP response")
        case _ where Ending.isHandshake(code): return failed(.tls, "No trusted TLS connection came about", facts: detail)
        case CURLE_COULDNT_CONNECT: return failed(.unreachable, "No connection came about", facts: word(of: code))
        case CURLE_SSH where !admission.hasStarted:
            return failed(.unreachable, "The server speaks no SSH that is understood here; ssh-ed25519 or ecdsa host keys would be right")
        case CURLE_SSH:
            return failed(.interrupted, "The server refuses the file, or the connection ended before all of it was here")
        default: return failed(.interrupted, "The connection ended before all of the file was here", facts: word(of: code))
        }
    }

    private var wrongHostKey: TransferFailure {
        // libcurl: "… mismatch sha256 fingerprint. Remote X is not equal to Y".
        let words = detail.split(separator: " ")
        let shown = words.firstIndex(of: "Remote").flatMap { $0 + 1 < words.count ? words[$0 + 1] : nil }
        let digits = shown.map { String($0.prefix { $0 != "=" }) }.flatMap { try? HostKey(fingerprint: "SHA256:" + $0) }
        guard case .fingerprint(let fingerprint)? = digits else {
            return failed(.hostKey, "The server's host key is not the known one; where its keeper has renewed it, ask for the new one")
        }
        return failed(
            .hostKey,
            "The server shows another host key than the known one; only if its keeper says that this is the right one, write it instead",
            facts: "SHA256:\(fingerprint)")
    }

    private func word(of code: CURLcode) -> String { String(cString: curl_easy_strerror(code)) }

    private func failed(_ code: TransferFailure.Code, _ sentence: String, facts: String = "") -> TransferFailure {
        TransferFailure(
            code: code, sentence: "\(sentence) [\(endpoint.facts)\(facts.isEmpty ? "" : ": \(facts)")].",
            mayHaveArrived: admission.hasStarted)
    }
}
