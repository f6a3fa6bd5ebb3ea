import CCurl
import Glibc

/// One question to a server: the options of the easy handle, and what its callbacks write to.
///
/// libcurl holds an unretained pointer to this object. That is sound because it calls back only within `perform`.
final class FetchAttempt {
    enum Aim {
        /// The file itself, into a descriptor; over SFTP, with what it was known by just before.
        case content(Int32, FileVersion? = nil)
        /// Only what it is known by.
        case look
        /// The names in a folder.
        case names
    }

    /// More names than this many bytes are not listed.
    static let namesLimit = 1 << 20
    /// A longer page that comes instead of the file is not read to its end.
    private static let pageLimit = 65_536

    let request: FetchRequest
    let endpoint: Endpoint
    let aim: Aim
    let easy: UnsafeMutableRawPointer
    private(set) var admission: Admission
    private(set) var reader = ResponseReader(bodyLimit: 0)
    private(set) var names: [UInt8] = []
    private(set) var written = 0
    private var passedOver = 0
    private(set) var exceedsLimit = false
    private(set) var isStalled = false
    /// The system's number of why a piece could not be written.
    private(set) var writeError: Int32?
    private var stepError: (any Error)?
    private var step: (() throws -> Void)?
    private var lastCount: curl_off_t = -1
    private var lastProgress = ContinuousClock.now
    /// Must live as long as `easy` has these options: libcurl copies neither.
    private var headerLines: UnsafeMutablePointer<curl_slist>?
    private let errorText: UnsafeMutablePointer<CChar>

    init(
        _ request: FetchRequest, _ endpoint: Endpoint, _ aim: Aim, deadline: ContinuousClock.Instant, easy: UnsafeMutableRawPointer,
        userAgent: String
    ) throws(TransferFailure) {
        self.request = request
        self.endpoint = endpoint
        self.aim = aim
        self.easy = easy
        admission = Admission(request.addresses, isPlain: endpoint.isPlain, isProxied: request.proxy != nil)
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))

        let headers = FetchAttempt.headers(request)
        try PreparedRequest.check(headers)
        // Open connections stay.
        curl_easy_reset(easy)
        var options = EasyOptions(easy)
        options.setRules()
        options.setWay(to: endpoint, proxy: request.proxy, caFile: request.caFile, identity: request.identity)
        try options.setFetch(request, endpoint.scheme, aim, userAgent: userAgent)
        options.setTime(remaining: ContinuousClock.now.duration(to: deadline), connect: request.connectTimeout)
        if endpoint.scheme != .sftp { headerLines = options.setHeaders(headers) }
        options.set(CURLOPT_ERRORBUFFER, pointer: errorText)
        setCallbacks(&options)
        try options.check()
    }

    deinit {
        curl_easy_reset(easy)
        curl_slist_free_all(headerLines)
        errorText.deallocate()
    }

    /// libcurl's own sentence; it may name files and paths, and is taken apart and not shown.
    var detail: String { String(cString: errorText) }

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

    /// Nothing is asked by `If-Modified-Since`: many servers answer that a file put in place of it, which is older, is unchanged.
    private static func headers(_ request: FetchRequest) -> HTTPHeaders {
        var headers = HTTPHeaders()
        if case .bearer(let token) = request.login { headers.append("Authorization", "Bearer \(token)") }
        if let etag = request.known?.etag { headers.append("If-None-Match", etag) }
        return headers
    }
}

/// The callbacks.
extension FetchAttempt {
    private func setCallbacks(_ options: inout EasyOptions) {
        let this = Unmanaged.passUnretained(self).toOpaque()
        options.set(CURLOPT_OPENSOCKETDATA, pointer: this)
        options.note(
            curl_easy_setopt_opensocket(easy) { this, _, address in
                guard let this, let address else { return CURL_SOCKET_BAD }
                guard FetchAttempt.at(this).admission.admitsConnection(to: SocketAddress.read(address)) else { return CURL_SOCKET_BAD }
                return SocketAddress.open(address)
            })
        options.set(CURLOPT_PREREQDATA, pointer: this)
        options.note(
            curl_easy_setopt_prereq(easy) { this, address, _, _, _ in
                guard let this, let address else { return CURL_PREREQFUNC_ABORT }
                let isAdmitted = FetchAttempt.at(this).admission.admitsQuestion(over: try? IPAddress(String(cString: address)))
                return isAdmitted ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
            })
        options.set(CURLOPT_HEADERDATA, pointer: this)
        options.note(
            curl_easy_setopt_receiver(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, this in
                guard let this else { return 0 }
                let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
                return FetchAttempt.at(this).reader.readHeader(line) ? line.count : 0
            })
        options.set(CURLOPT_WRITEDATA, pointer: this)
        options.note(
            curl_easy_setopt_receiver(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, this in
                guard let this else { return Int(CURL_WRITEFUNC_ERROR) }
                let piece = UnsafeRawBufferPointer(start: bytes, count: size * count)
                return FetchAttempt.at(this).take(piece) ? piece.count : Int(CURL_WRITEFUNC_ERROR)
            })
        options.set(CURLOPT_NOPROGRESS, 0)
        options.set(CURLOPT_XFERINFODATA, pointer: this)
        options.note(
            curl_easy_setopt_progress(easy) { this, _, received, _, _ in
                guard let this else { return 1 }
                return FetchAttempt.at(this).goesOn(received) ? 0 : 1
            })
    }

    private static func at(_ pointer: UnsafeMutableRawPointer) -> FetchAttempt {
        Unmanaged.fromOpaque(pointer).takeUnretainedValue()
    }

    /// False: read no further.
    private func take(_ piece: UnsafeRawBufferPointer) -> Bool {
        switch aim {
        case .look: return false
        case .names:
            guard names.count + piece.count <= FetchAttempt.namesLimit else {
                exceedsLimit = true
                return false
            }
            names += piece
            return true
        case .content(let descriptor, _):
            // The page that comes with a refusal is not the file; it is passed over, so that the connection can be used again.
            guard endpoint.scheme == .sftp || reader.status == 200 else {
                passedOver += piece.count
                return passedOver <= FetchAttempt.pageLimit
            }
            guard piece.count <= request.sizeLimit - written else {
                exceedsLimit = true
                return false
            }
            return write(piece, to: descriptor)
        }
    }

    private func write(_ piece: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
        var rest = piece[...]
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                writeError = errno
                return false
            }
            rest = rest.dropFirst(count)
        }
        written += piece.count
        return true
    }

    private func goesOn(_ received: curl_off_t) -> Bool {
        let now = ContinuousClock.now
        if received != lastCount { (lastCount, lastProgress) = (received, now) }
        isStalled = lastProgress.duration(to: now) > request.stallLimit
        do { try step?() } catch { stepError = error }
        return !isStalled && stepError == nil
    }
}
