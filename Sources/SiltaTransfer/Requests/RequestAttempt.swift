import CCurl

/// One request whose answer is kept in memory.
final class RequestAttempt: BlockingAttempt {
    private let prepared: PreparedRequest
    private let begun = ContinuousClock.now

    init(
        _ prepared: PreparedRequest, deadline: ContinuousClock.Instant, stallLimit: Duration, easy: UnsafeMutableRawPointer,
        userAgent: String
    ) throws(TransferFailure) {
        self.prepared = prepared
        let request = prepared.request
        super.init(easy, Admission(prepared), ResponseReader(bodyLimit: request.responseLimit), stallLimit: stallLimit)

        var options = EasyOptions(easy)
        options.setRules()
        options.setWay(to: prepared.endpoint, proxy: request.proxy, caFile: request.caFile, identity: request.identity)
        options.setMessage(request, userAgent: userAgent)
        options.setTime(remaining: ContinuousClock.now.duration(to: deadline), connect: request.connectTimeout)
        listen(&options, headers: request.headers)
        try options.check()
    }

    /// - Throws: Where there is no answer at all.
    func answer(_ code: CURLcode) throws(TransferFailure) -> RequestAnswer {
        let ending = Ending(
            code: code, detail: detail, endpoint: prepared.endpoint, admission: admission, reader: reader,
            duration: begun.duration(to: .now))
        if isStalled { throw failed(.timedOut, "Not a byte came for \(stallLimit)") }
        let response = try ending.result().get()
        return RequestAnswer(
            status: response.status, headers: response.headers, body: response.body,
            ending: response.isTruncated ? truncation(code) : nil,
            date: moment("Date"), modified: moment("Last-Modified"), retryAfter: retryAfter)
    }

    /// What a header says that holds a date of HTTP.
    private func moment(_ name: String) -> Int? {
        reader.headers.first(name).map { curl_getdate($0, nil) }.flatMap { $0 > 0 ? Int($0) : nil }
    }

    private func truncation(_ code: CURLcode) -> TransferFailure {
        if reader.bodyExceedsLimit {
            return failed(.tooLarge, "The answer is larger than the limit of \(prepared.request.responseLimit) bytes")
        }
        if code == CURLE_OPERATION_TIMEDOUT { return failed(.timedOut, "The answer was not here in time") }
        return failed(.interrupted, "The connection ended before all of the answer was here")
    }

    /// At once, or a moment that has gone by, is soon.
    private var retryAfter: Duration? {
        // A date is of the server's clock, which may be another than this machine's.
        if let text = reader.headers.first("Retry-After"), Int(text) == nil, let until = moment("Retry-After"), let now = moment("Date") {
            return .seconds(min(max(1, until - now), 86_400))
        }
        return retryAfterSeconds.map { .seconds(max(1, $0)) }
    }

    private func failed(_ code: TransferFailure.Code, _ sentence: String) -> TransferFailure {
        TransferFailure(code: code, sentence: "\(sentence) [\(prepared.endpoint.facts)].", mayHaveArrived: admission.hasStarted)
    }
}
