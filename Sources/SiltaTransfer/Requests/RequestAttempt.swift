import CCurl

/// One request: the options of the easy handle, and what its callbacks write to.
///
/// libcurl holds an unretained pointer to this object. That is sound because it calls back only within `perform`.
final class RequestAttempt {
    private let prepared: PreparedRequest
    private let stallLimit: Duration
    private let easy: UnsafeMutableRawPointer
    private let begun = ContinuousClock.now
    private var admission: Admission
    private var reader: ResponseReader
    private var isStalled = false
    private var stepError: (any Error)?
    private var step: (() throws -> Void)?
    private var lastCount: curl_off_t = -1
    private var lastProgress = ContinuousClock.now
    /// Must live as long as `easy` has these options: libcurl copies neither.
    private var headerLines: UnsafeMutablePointer<curl_slist>?
    private let errorText: UnsafeMutablePointer<CChar>

    init(
        _ prepared: PreparedRequest, deadline: ContinuousClock.Instant, stallLimit: Duration, easy: UnsafeMutableRawPointer,
        userAgent: String
    ) throws(TransferFailure) {
        self.prepared = prepared
        self.stallLimit = stallLimit
        self.easy = easy
        admission = Admission(prepared)
        let request = prepared.request
        reader = ResponseReader(bodyLimit: request.responseLimit)
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))

        // Open connections stay.
        curl_easy_reset(easy)
        var options = EasyOptions(easy)
        options.setRules()
        options.setWay(to: prepared.endpoint, proxy: request.proxy, caFile: request.caFile, identity: request.identity)
        options.setMessage(request, userAgent: userAgent)
        options.setTime(remaining: ContinuousClock.now.duration(to: deadline), connect: request.connectTimeout)
        headerLines = options.setHeaders(request.headers)
        options.set(CURLOPT_ERRORBUFFER, pointer: errorText)
        setCallbacks(&options)
        try options.check()
    }

    deinit {
        curl_easy_reset(easy)
        curl_slist_free_all(headerLines)
        errorText.deallocate()
    }

    /// Asks, and blocks until the answer is here.
    ///
    /// - Throws: What `step` throws.
    func perform(_ step: () throws -> Void) throws -> CURLcode {
        let code = withoutActuallyEscaping(step) { step in
            self.step = step
            defer { self.step = nil }
            lastProgress = .now
            return SignalMask.withoutBrokenPipe { curl_easy_perform(easy) }
        }
        if let stepError { throw stepError }
        return code
    }

    /// Where the answer leads instead; nil where it is one.
    var redirect: String? {
        guard let status = reader.status, (300..<400).contains(status), status != 304 else { return nil }
        var url: UnsafePointer<CChar>?
        guard curl_easy_getinfo_string(easy, CURLINFO_REDIRECT_URL, &url) == CURLE_OK, let url else { return nil }
        return String(cString: url)
    }

    /// - Throws: Where there is no answer at all.
    func answer(_ code: CURLcode) throws(TransferFailure) -> RequestAnswer {
        let ending = Ending(
            code: code, detail: String(cString: errorText), endpoint: prepared.endpoint, admission: admission, reader: reader,
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

    private var retryAfter: Duration? {
        var seconds: curl_off_t = 0
        guard reader.headers.first("Retry-After") != nil,
            curl_easy_getinfo_offset(easy, CURLINFO_RETRY_AFTER, &seconds) == CURLE_OK, seconds >= 0
        else { return nil }
        // At once, or a moment that has gone by, is soon.
        return .seconds(min(max(1, seconds), 86_400))
    }

    private func failed(_ code: TransferFailure.Code, _ sentence: String) -> TransferFailure {
        TransferFailure(code: code, sentence: "\(sentence) [\(prepared.endpoint.facts)].", mayHaveArrived: admission.hasStarted)
    }
}

/// The callbacks.
extension RequestAttempt {
    private func setCallbacks(_ options: inout EasyOptions) {
        let this = Unmanaged.passUnretained(self).toOpaque()
        options.set(CURLOPT_OPENSOCKETDATA, pointer: this)
        options.note(
            curl_easy_setopt_opensocket(easy) { this, _, address in
                guard let this, let address else { return CURL_SOCKET_BAD }
                guard RequestAttempt.at(this).admission.admitsConnection(to: SocketAddress.read(address)) else { return CURL_SOCKET_BAD }
                return SocketAddress.open(address)
            })
        options.set(CURLOPT_PREREQDATA, pointer: this)
        options.note(
            curl_easy_setopt_prereq(easy) { this, address, _, _, _ in
                guard let this, let address else { return CURL_PREREQFUNC_ABORT }
                let isAdmitted = RequestAttempt.at(this).admission.admitsQuestion(over: try? IPAddress(String(cString: address)))
                return isAdmitted ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
            })
        options.set(CURLOPT_HEADERDATA, pointer: this)
        options.note(
            curl_easy_setopt_receiver(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, this in
                guard let this else { return 0 }
                let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
                return RequestAttempt.at(this).reader.readHeader(line) ? line.count : 0
            })
        options.set(CURLOPT_WRITEDATA, pointer: this)
        options.note(
            curl_easy_setopt_receiver(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, this in
                guard let this else { return Int(CURL_WRITEFUNC_ERROR) }
                let piece = UnsafeRawBufferPointer(start: bytes, count: size * count)
                return RequestAttempt.at(this).reader.readBody(piece) ? piece.count : Int(CURL_WRITEFUNC_ERROR)
            })
        options.set(CURLOPT_NOPROGRESS, 0)
        options.set(CURLOPT_XFERINFODATA, pointer: this)
        options.note(
            curl_easy_setopt_progress(easy) { this, _, received, _, _ in
                guard let this else { return 1 }
                return RequestAttempt.at(this).goesOn(received) ? 0 : 1
            })
    }

    private static func at(_ pointer: UnsafeMutableRawPointer) -> RequestAttempt {
        Unmanaged.fromOpaque(pointer).takeUnretainedValue()
    }

    private func goesOn(_ received: curl_off_t) -> Bool {
        let now = ContinuousClock.now
        if received != lastCount { (lastCount, lastProgress) = (received, now) }
        isStalled = lastProgress.duration(to: now) > stallLimit
        do { try step?() } catch { stepError = error }
        return !isStalled && stepError == nil
    }
}
