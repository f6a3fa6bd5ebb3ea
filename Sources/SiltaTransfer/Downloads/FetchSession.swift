/// Fetches files one after the other over one connection, on the thread of whoever calls, which waits meanwhile.
///
/// A poll of a register has a thread of its own that may wait. So a slow server or disk holds up nothing else, as it would on the thread
/// that carries notices.
///
/// ```swift
/// let session = FetchSession(userAgent: "silta/1.0")
/// var request = FetchRequest("sftp://register.example/export/oppilaat.csv")
/// request.login = .key(user: "silta", path: "/run/credentials/silta/register-key")
/// request.hostKey = try HostKey(fingerprint: "SHA256:…")
/// let response = try session.fetch(request, into: descriptor) {}
/// ```
public final class FetchSession {
    private let userAgent: String
    private let handle = ReusedHandle()

    /// So often an answer may lead on within its origin.
    private static let redirectLimit = 3

    /// - Parameter userAgent: of every request, such as `silta/1.0`.
    public init(userAgent: String) {
        self.userAgent = userAgent
    }

    /// Fetches the file, unless it is what `known` of the request says, and blocks until all of it is written.
    ///
    /// - Parameters:
    ///   - descriptor: a file that is written from where it stands; where nothing is thrown and the answer is not `content`, nothing is.
    ///   - step: is called about once a second and at each piece; where it throws, fetching stops.
    /// - Throws: ``TransferFailure``, and what `step` throws.
    public func fetch(_ request: FetchRequest, into descriptor: Int32, step: () throws -> Void) throws -> FetchResponse {
        let endpoint = try FetchSession.endpoint(request)
        // SFTP has no conditional requests, and HTTP none that asks for a time and a size: what it is known by is asked before.
        guard endpoint.scheme == .sftp || request.known.map({ $0.etag == nil }) ?? false else {
            return try ask(request, endpoint, .content(descriptor), step).0
        }
        let (look, _) = try ask(request, endpoint, .look, step)
        if let known = request.known, let version = look.version, version.isSame(as: known) {
            return FetchResponse(answer: .unchanged, status: look.status, version: version, retryAfter: nil)
        }
        // Not every web server answers this question as it answers the other.
        guard endpoint.scheme == .sftp || look.answer == .later else { return try ask(request, endpoint, .content(descriptor), step).0 }
        guard look.answer == .content, let version = look.version else { return look }
        return try ask(request, endpoint, .content(descriptor, version), step).0
    }

    /// Asks what the file is known by, and fetches nothing: `content` where it is there, `unchanged` where it is what `known` says.
    ///
    /// - Throws: ``TransferFailure``, and what `step` throws.
    public func look(_ request: FetchRequest, step: () throws -> Void) throws -> FetchResponse {
        let (look, _) = try ask(request, FetchSession.endpoint(request), .look, step)
        guard look.answer == .content, let known = request.known, let version = look.version, version.isSame(as: known) else { return look }
        return FetchResponse(answer: .unchanged, status: look.status, version: version, retryAfter: nil)
    }

    /// The names in a folder, sorted by bytes, without those that begin with a dot; `sftp` only.
    ///
    /// - Parameter request: its URL is the folder's.
    /// - Throws: ``TransferFailure``, and what `step` throws.
    public func list(_ request: FetchRequest, step: () throws -> Void) throws -> [String] {
        var request = request
        if !request.url.hasSuffix("/") { request.url += "/" }
        let endpoint = try FetchSession.endpoint(request)
        guard endpoint.scheme == .sftp else {
            throw TransferFailure(
                code: .forbiddenScheme, sentence: "Only a folder of an sftp server can be listed [\(endpoint.facts)].",
                mayHaveArrived: false)
        }
        let (response, text) = try ask(request, endpoint, .names, step)
        guard response.answer == .content else {
            throw TransferFailure(
                code: .malformedURL, sentence: "There is no such folder, or this user may not look into it [\(endpoint.facts)].",
                mayHaveArrived: true)
        }
        let names = String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
        return names.filter { !$0.hasPrefix(".") }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private func ask(
        _ request: FetchRequest, _ first: Endpoint, _ aim: FetchAttempt.Aim, _ step: () throws -> Void
    ) throws -> (FetchResponse, [UInt8]) {
        let deadline = ContinuousClock.now + min(request.timeout, .seconds(86_400))
        var endpoint = first
        for _ in 0...FetchSession.redirectLimit {
            let attempt = try FetchAttempt(request, endpoint, aim, deadline: deadline, easy: handle.easy, userAgent: userAgent)
            let code = try attempt.perform(step)
            guard let target = attempt.redirect else { return (try attempt.response(code), attempt.names) }
            endpoint = try endpoint.following(target)
        }
        throw TransferFailure.redirected("The answer leads on and on", endpoint)
    }

    private static func endpoint(_ request: FetchRequest) throws(TransferFailure) -> Endpoint {
        let endpoint = try Endpoint(fetched: request.url)
        guard endpoint.scheme != .sftp || request.hostKey != nil else { throw .unpinned(endpoint) }
        if request.proxy != nil { try PreparedRequest.checkBehindProxy(endpoint, request.addresses) }
        return endpoint
    }
}

extension TransferFailure {
    fileprivate static func unpinned(_ endpoint: Endpoint) -> TransferFailure {
        TransferFailure(
            code: .hostKey,
            sentence: "An sftp server must show a host key that is known beforehand; `ssh-keyscan -t ecdsa,ed25519 -p \(endpoint.port) "
                + "\(endpoint.host) | ssh-keygen -lf -` shows its fingerprint, to be compared with what its keeper says [\(endpoint.facts)].",
            mayHaveArrived: false)
    }
}
