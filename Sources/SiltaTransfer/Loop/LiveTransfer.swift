import CCurl

/// A request on its way: an easy handle and what its callbacks write to.
///
/// libcurl holds an unretained pointer to this object. That is sound because the loop keeps the object until it has taken the handle from
/// the multi handle, after which libcurl calls back no more, and because everything happens on the loop's thread.
final class LiveTransfer {
    let job: Job
    let easy: UnsafeMutableRawPointer
    private(set) var admission: Admission
    private(set) var reader: ResponseReader
    /// Must live as long as `easy`: libcurl copies neither.
    private var headerLines: UnsafeMutablePointer<curl_slist>?
    private let errorText: UnsafeMutablePointer<CChar>

    init(_ job: Job, userAgent: String) throws(TransferFailure) {
        guard let easy = curl_easy_init() else { preconditionFailure("libcurl has no memory for a handle.") }
        self.job = job
        self.easy = easy
        admission = Admission(job.prepared)
        reader = ResponseReader(bodyLimit: job.prepared.request.responseLimit)
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))

        var options = EasyOptions(easy)
        options.setRules()
        let request = job.prepared.request
        options.setWay(to: job.prepared.endpoint, proxy: request.proxy, caFile: request.caFile, identity: request.identity)
        options.setMessage(request, userAgent: userAgent)
        options.setTime(remaining: ContinuousClock.now.duration(to: job.deadline), connect: request.connectTimeout)
        headerLines = options.setHeaders(request.headers)
        options.set(CURLOPT_ERRORBUFFER, pointer: errorText)
        setCallbacks(&options)
        try options.check()
    }

    deinit {
        curl_easy_cleanup(easy)
        curl_slist_free_all(headerLines)
        errorText.deallocate()
    }

    func ending(_ code: CURLcode) -> Ending {
        Ending(
            code: code, detail: String(cString: errorText), endpoint: job.prepared.endpoint, admission: admission, reader: reader,
            duration: job.arrival.duration(to: .now))
    }
}

/// The callbacks. They decide nothing: `Admission` and `ResponseReader` do.
extension LiveTransfer {
    private func setCallbacks(_ options: inout EasyOptions) {
        let this = Unmanaged.passUnretained(self).toOpaque()
        options.set(CURLOPT_OPENSOCKETDATA, pointer: this)
        options.note(
            curl_easy_setopt_opensocket(easy) { this, _, address in
                guard let this, let address else { return CURL_SOCKET_BAD }
                return LiveTransfer.at(this).openSocket(address)
            })
        options.set(CURLOPT_PREREQDATA, pointer: this)
        options.note(
            curl_easy_setopt_prereq(easy) { this, address, _, _, _ in
                guard let this, let address else { return CURL_PREREQFUNC_ABORT }
                let isAdmitted = LiveTransfer.at(this).admission.admitsRequest(over: try? IPAddress(String(cString: address)))
                return isAdmitted ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
            })
        options.set(CURLOPT_HEADERDATA, pointer: this)
        options.note(
            curl_easy_setopt_receiver(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, this in
                guard let this else { return refusesMore }
                let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
                return LiveTransfer.at(this).reader.readHeader(line) ? line.count : refusesMore
            })
        options.set(CURLOPT_WRITEDATA, pointer: this)
        options.note(
            curl_easy_setopt_receiver(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, this in
                guard let this else { return refusesMore }
                let piece = UnsafeRawBufferPointer(start: bytes, count: size * count)
                return LiveTransfer.at(this).reader.readBody(piece) ? piece.count : refusesMore
            })
    }

    private static func at(_ pointer: UnsafeMutableRawPointer) -> LiveTransfer {
        Unmanaged.fromOpaque(pointer).takeUnretainedValue()
    }

    private func openSocket(_ address: UnsafeMutablePointer<curl_sockaddr>) -> curl_socket_t {
        guard admission.admitsConnection(to: SocketAddress.read(address)) else { return CURL_SOCKET_BAD }
        return SocketAddress.open(address)
    }
}

/// What a receiving callback returns to end the transfer.
private let refusesMore = Int(CURL_WRITEFUNC_ERROR)
