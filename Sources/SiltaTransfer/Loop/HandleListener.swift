import CCurl

/// What the callbacks of an easy handle write to. They decide nothing: `Admission` and `ResponseReader` do.
///
/// libcurl holds an unretained pointer to this object, so whoever has the handle work keeps it until it does no more.
class HandleListener {
    final let easy: UnsafeMutableRawPointer
    final var admission: Admission
    final var reader: ResponseReader
    /// Must live as long as `easy` has these options: libcurl copies neither.
    private var headerLines: UnsafeMutablePointer<curl_slist>?
    private let errorText: UnsafeMutablePointer<CChar>

    init(_ easy: UnsafeMutableRawPointer, _ admission: Admission, _ reader: ResponseReader) {
        self.easy = easy
        self.admission = admission
        self.reader = reader
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    /// Runs after that of whoever inherits, which takes the handle's options away.
    deinit {
        curl_slist_free_all(headerLines)
        errorText.deallocate()
    }

    /// libcurl's own sentence; it may name files and paths, and is taken apart and not shown.
    final var detail: String { String(cString: errorText) }

    /// Whether what is to be sent may go out now over a connection to the address.
    func admits(over address: IPAddress?) -> Bool { admission.admitsRequest(over: address) }

    /// - Returns: false where no more is to be read.
    func take(_ piece: UnsafeRawBufferPointer) -> Bool { reader.readBody(piece) }

    /// Has the handle call back here.
    ///
    /// - Parameter headers: what is sent; nil where there are none.
    func listen(_ options: inout EasyOptions, headers: HTTPHeaders?) {
        headerLines = headers.flatMap { options.setHeaders($0) }
        options.set(CURLOPT_ERRORBUFFER, pointer: errorText)
        let this = Unmanaged.passUnretained(self).toOpaque()
        options.set(CURLOPT_OPENSOCKETDATA, pointer: this)
        options.note(
            curl_easy_setopt_opensocket(easy) { this, _, address in
                guard let this, let address else { return CURL_SOCKET_BAD }
                guard HandleListener.at(this).admission.admitsConnection(to: SocketAddress.read(address)) else { return CURL_SOCKET_BAD }
                return SocketAddress.open(address)
            })
        options.set(CURLOPT_PREREQDATA, pointer: this)
        options.note(
            curl_easy_setopt_prereq(easy) { this, address, _, _, _ in
                guard let this, let address else { return CURL_PREREQFUNC_ABORT }
                let isAdmitted = HandleListener.at(this).admits(over: try? IPAddress(String(cString: address)))
                return isAdmitted ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
            })
        options.set(CURLOPT_HEADERDATA, pointer: this)
        options.note(
            curl_easy_setopt_receiver(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, this in
                guard let this else { return refusesMore }
                let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
                return HandleListener.at(this).reader.readHeader(line) ? line.count : refusesMore
            })
        options.set(CURLOPT_WRITEDATA, pointer: this)
        options.note(
            curl_easy_setopt_receiver(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, this in
                guard let this else { return refusesMore }
                let piece = UnsafeRawBufferPointer(start: bytes, count: size * count)
                return HandleListener.at(this).take(piece) ? piece.count : refusesMore
            })
    }

    private static func at(_ pointer: UnsafeMutableRawPointer) -> HandleListener {
        Unmanaged.fromOpaque(pointer).takeUnretainedValue()
    }
}

/// What a receiving callback returns to end the transfer.
private let refusesMore = Int(CURL_WRITEFUNC_ERROR)
