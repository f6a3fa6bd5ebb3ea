import CCurl

/// One question to a server, asked on the thread of whoever waits for the answer, with a handle that others are asked with after it.
class BlockingAttempt: HandleListener {
    /// How long not a single byte may come.
    final let stallLimit: Duration
    private(set) final var isStalled = false
    private var stepError: (any Error)?
    private var step: (() throws -> Void)?
    private var lastCount: curl_off_t = -1
    private var lastProgress = ContinuousClock.now

    init(_ easy: UnsafeMutableRawPointer, _ admission: Admission, _ reader: ResponseReader, stallLimit: Duration) {
        self.stallLimit = stallLimit
        super.init(easy, admission, reader)
        // Open connections stay.
        curl_easy_reset(easy)
    }

    deinit { curl_easy_reset(easy) }

    /// Asking changes nothing, so it may be done as often as libcurl likes.
    override final func admits(over address: IPAddress?) -> Bool { admission.admitsQuestion(over: address) }

    /// Asks, and blocks until the answer is here.
    ///
    /// - Throws: What `step` throws.
    final func perform(_ step: () throws -> Void) throws -> CURLcode {
        let code = withoutActuallyEscaping(step) { step in
            self.step = step
            defer { self.step = nil }
            lastProgress = .now
            return SignalMask.withoutBrokenPipe { curl_easy_perform(easy) }
        }
        if let stepError { throw stepError }
        return code
    }

    override final func listen(_ options: inout EasyOptions, headers: HTTPHeaders?) {
        super.listen(&options, headers: headers)
        options.set(CURLOPT_NOPROGRESS, 0)
        options.set(CURLOPT_XFERINFODATA, pointer: Unmanaged.passUnretained(self).toOpaque())
        options.note(
            curl_easy_setopt_progress(easy) { this, _, received, _, _ in
                guard let this else { return 1 }
                return Unmanaged<BlockingAttempt>.fromOpaque(this).takeUnretainedValue().goesOn(received) ? 0 : 1
            })
    }

    private func goesOn(_ received: curl_off_t) -> Bool {
        let now = ContinuousClock.now
        if received != lastCount { (lastCount, lastProgress) = (received, now) }
        isStalled = lastProgress.duration(to: now) > stallLimit
        do { try step?() } catch { stepError = error }
        return !isStalled && stepError == nil
    }

    // MARK: - What the answer's headers say

    /// Where the answer leads instead; nil where it is one.
    var redirect: String? {
        guard let status = reader.status, (300..<400).contains(status), status != 304 else { return nil }
        var url: UnsafePointer<CChar>?
        guard curl_easy_getinfo_string(easy, CURLINFO_REDIRECT_URL, &url) == CURLE_OK, let url else { return nil }
        return String(cString: url)
    }

    /// In seconds from now, at most a day; nil where the server names no time.
    final var retryAfterSeconds: Int? {
        var seconds: curl_off_t = 0
        guard reader.headers.first("Retry-After") != nil,
            curl_easy_getinfo_offset(easy, CURLINFO_RETRY_AFTER, &seconds) == CURLE_OK, seconds >= 0
        else { return nil }
        return Int(min(seconds, 86_400))
    }
}
