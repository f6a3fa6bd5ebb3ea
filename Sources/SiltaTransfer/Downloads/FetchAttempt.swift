import CCurl
import Glibc

/// One question to a server for a file, or for what it is known by.
final class FetchAttempt: BlockingAttempt {
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
    private(set) var names: [UInt8] = []
    private(set) var written = 0
    private var passedOver = 0
    private(set) var exceedsLimit = false
    /// The system's number of why a piece could not be written.
    private(set) var writeError: Int32?

    init(
        _ request: FetchRequest, _ endpoint: Endpoint, _ aim: Aim, deadline: ContinuousClock.Instant, easy: UnsafeMutableRawPointer,
        userAgent: String
    ) throws(TransferFailure) {
        self.request = request
        self.endpoint = endpoint
        self.aim = aim
        let headers = FetchAttempt.headers(request)
        try PreparedRequest.check(headers)
        super.init(
            easy, Admission(request.addresses, isPlain: endpoint.isPlain, isProxied: request.proxy != nil), ResponseReader(bodyLimit: 0),
            stallLimit: request.stallLimit)

        var options = EasyOptions(easy)
        options.setRules()
        options.setWay(to: endpoint, proxy: request.proxy, caFile: request.caFile, identity: request.identity)
        try options.setFetch(request, endpoint.scheme, aim, userAgent: userAgent)
        options.setTime(remaining: ContinuousClock.now.duration(to: deadline), connect: request.connectTimeout)
        listen(&options, headers: endpoint.scheme == .sftp ? nil : headers)
        try options.check()
    }

    /// A proxy that tunnels to an sftp server answers by itself, and leads nowhere.
    override var redirect: String? { endpoint.scheme == .sftp ? nil : super.redirect }

    /// Nothing is asked by `If-Modified-Since`: many servers answer that a file put in place of it, which is older, is unchanged.
    private static func headers(_ request: FetchRequest) -> HTTPHeaders {
        var headers = HTTPHeaders()
        if case .bearer(let token) = request.login { headers.append("Authorization", "Bearer \(token)") }
        if let etag = request.known?.etag { headers.append("If-None-Match", etag) }
        return headers
    }

    override func take(_ piece: UnsafeRawBufferPointer) -> Bool {
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
}
