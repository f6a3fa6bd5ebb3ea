import CCurl

/// How a transfer ended, and what that means for whoever sent the request.
struct Ending {
    /// libcurl's word.
    let code: CURLcode
    /// libcurl's sentence on a failed TLS handshake; it speaks of certificates and hosts only.
    let detail: String
    let endpoint: Endpoint
    let admission: Admission
    let reader: ResponseReader
    let duration: Duration

    func result() -> Result<HTTPResponse, TransferFailure> {
        // Once status and headers are here, the answer is known, whatever becomes of the rest of the body.
        if let status = reader.status, reader.isAnswered {
            .success(
                HTTPResponse(
                    status: status, headers: reader.headers, body: reader.body, isTruncated: code != CURLE_OK, duration: duration))
        } else {
            .failure(failure())
        }
    }

    private func failure() -> TransferFailure {
        if reader.headersExceedLimit {
            return failed(.tooLarge, "The answer's headers are larger than \(ResponseReader.headerByteLimit) bytes")
        }
        if admission.wouldRepeat { return interrupted }
        if let refusal = admission.refusal, !admission.hasStarted, wasKeptFromConnecting { return refusal.failure(endpoint) }

        switch code {
        case CURLE_OPERATION_TIMEDOUT:
            return failed(.timedOut, admission.hasStarted ? "No answer came in time" : "No connection came about in time")
        case CURLE_COULDNT_RESOLVE_HOST: return failed(.unresolvable, "The host's name has no address, or name resolution failed")
        case CURLE_COULDNT_RESOLVE_PROXY: return failed(.unresolvable, "The proxy's name has no address, or name resolution failed")
        case CURLE_URL_MALFORMAT: return failed(.malformedURL, "The host of the URL is not one that can be asked")
        // For libcurl, headers that break off are the end of a response like any other.
        case CURLE_OK: return failed(.interrupted, "The connection ended before the answer was there")
        case CURLE_WEIRD_SERVER_REPLY: return failed(.malformedResponse, "What came is not an HTTP response")
        case CURLE_UNSUPPORTED_PROTOCOL where admission.hasStarted: return failed(.malformedResponse, "What came is not an HTTP response")
        case _ where admission.hasStarted: return interrupted
        case _ where Self.isHandshake(code):
            return failed(.tls, "No trusted TLS connection came about", facts: detail)
        default: return failed(.unreachable, "No connection came about", facts: String(cString: curl_easy_strerror(code)))
        }
    }

    private var interrupted: TransferFailure {
        failed(.interrupted, "The connection ended before the answer was there", facts: String(cString: curl_easy_strerror(code)))
    }

    /// Whether the policy is why there is no connection: it stopped the request, or left no address to connect to.
    private var wasKeptFromConnecting: Bool {
        code == CURLE_ABORTED_BY_CALLBACK || code == CURLE_COULDNT_CONNECT && !admission.hasTried
    }

    private func failed(_ code: TransferFailure.Code, _ sentence: String, facts: String = "") -> TransferFailure {
        TransferFailure(
            code: code, sentence: "\(sentence) [\(endpoint.facts)\(facts.isEmpty ? "" : ": \(facts)")].",
            mayHaveArrived: admission.hasStarted)
    }

    /// Whether a TLS handshake failed, or certificates and keys could not be used.
    static func isHandshake(_ code: CURLcode) -> Bool { handshakeCodes.contains(code.rawValue) }

    private static let handshakeCodes: Set<UInt32> = Set(
        [
            CURLE_SSL_CONNECT_ERROR, CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_PEER_FAILED_VERIFICATION, CURLE_USE_SSL_FAILED, CURLE_SSL_ENGINE_INITFAILED, CURLE_SSL_CACERT_BADFILE,
            CURLE_SSL_SHUTDOWN_FAILED, CURLE_SSL_CRL_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_CLIENTCERT,
        ].map(\.rawValue))
}

extension Ending {
    /// The failure of a request that was ended from this side: while it waited (`admission` nil) or on its way.
    static func ended(_ code: TransferFailure.Code, _ sentence: String, _ endpoint: Endpoint, _ admission: Admission?) -> TransferFailure {
        TransferFailure(code: code, sentence: "\(sentence) [\(endpoint.facts)].", mayHaveArrived: admission?.hasStarted ?? false)
    }
}
