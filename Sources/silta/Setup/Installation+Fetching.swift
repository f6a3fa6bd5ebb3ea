import SiltaConfiguration
import SiltaConnectors
import SiltaTransfer

extension Installation {
    /// What reads a source's folder on a server, with its secrets found.
    ///
    /// - Parameter deadline: of a poll.
    func fetcher(for remote: RemoteFolder, deadline: Duration) throws -> Fetcher {
        // Once now, so that `silta check` says what is missing; and anew at each poll, so that a secret that was renewed counts.
        _ = try request(for: remote)
        return Fetcher(folder: stateFolder) {
            var request: FetchRequest
            do { request = try self.request(for: remote) } catch let error as UsageError { throw Fetcher.Failure(error.sentence) }
            let session = FetchSession(userAgent: "silta/\(Silta.version)")
            let asker = RequestSession(userAgent: "silta/\(Silta.version)")
            let end = ContinuousClock.now + deadline
            func prepare(_ name: String, _ known: RemoteStamp?) {
                request.url = remote.url(of: name)
                request.known = known.map { FileVersion(size: $0.size, etag: $0.etag, modified: $0.modified, isSettled: true) }
                request.timeout = max(.milliseconds(1), ContinuousClock.now.duration(to: end))
            }
            return Fetcher.Session { name, known, descriptor, step in
                prepare(name, known)
                return try Fetcher.Answer { try session.fetch(request, into: descriptor, step: step) }
            } look: { name, known, step in
                prepare(name, known)
                return try Fetcher.Answer { try session.look(request, step: step) }
            } list: { folder, step in
                prepare(folder, nil)
                do { return try session.list(request, step: step) } catch let failure as TransferFailure {
                    throw Fetcher.Failure(failure.sentence)
                }
            } ask: { question, step in
                try asker.ask(question, as: request, step: step)
            }
        }
    }

    private func request(for remote: RemoteFolder) throws -> FetchRequest {
        var request = FetchRequest(remote.url)
        request.login =
            switch remote.login {
            case .none: .none
            case .token(let secret): .bearer(try credentials.text(of: secret))
            case .password(let user, let secret): .password(user: user, try credentials.text(of: secret))
            case .key(let user, let secret): .key(user: user, path: try file(of: secret))
            }
        if let hostKey = remote.hostKey {
            do { request.hostKey = try HostKey(fingerprint: hostKey.string()) } catch let error as HostKeyError {
                throw hostKey.error(error.description)
            }
        } else if let knownHosts = remote.knownHosts {
            request.hostKey = .knownHosts(path: knownHosts.resolve(relativeTo: folder))
        }
        if let secret = remote.clientCertificate {
            let path = try file(of: secret)
            request.identity = TLSIdentity(certificatePath: path, keyPath: path)
        }
        request.caFile = remote.caFile?.resolve(relativeTo: folder)
        request.proxy = remote.proxy?.text
        request.addresses.isConfined = remote.isConfined
        for range in remote.allowedAddresses {
            do { request.addresses.allowed.append(try AddressRange(range.string())) } catch let error as AddressError {
                throw range.error("\(error)")
            }
        }
        return request
    }

    /// Where a credential is that is handed on as a file.
    private func file(of secret: SecretReference) throws -> String {
        _ = try credentials.text(of: secret)
        return try credentials.path(of: secret)
    }
}

extension Fetcher.Answer {
    /// - Throws: `Fetcher.Failure`, and what stops the fetching.
    fileprivate init(_ fetch: () throws -> FetchResponse) throws {
        let response: FetchResponse
        do { response = try fetch() } catch let failure as TransferFailure { throw Fetcher.Failure(failure.sentence) }
        switch response.answer {
        case .content:
            let version = response.version
            self = .content(
                RemoteStamp(size: version?.size ?? 0, etag: version?.etag, modified: version?.modified),
                isSettled: version?.isSettled ?? false)
        case .unchanged: self = .unchanged
        case .missing: self = .missing
        case .denied: self = .denied(status: response.status)
        case .later: self = .later(response.retryAfter)
        case .other: self = .status(response.status ?? 0)
        }
    }
}

extension RequestSession {
    /// - Parameter way: how the server is reached: what it says of proxies, certificates and addresses. Who asks stands in the question.
    /// - Throws: `Fetcher.Failure`, and what `step` throws.
    fileprivate func ask(_ question: WebQuestion, as way: FetchRequest, step: () throws -> Void) throws -> WebAnswer {
        var request = HTTPRequest(
            question.method == "POST" ? .post : .get, question.url,
            headers: HTTPHeaders(question.headers.map { HTTPHeaders.Field($0.name, $0.value) }), body: question.body)
        request.timeout = question.timeout
        request.connectTimeout = way.connectTimeout
        request.responseLimit = question.limit
        request.addresses = way.addresses
        request.proxy = way.proxy
        request.caFile = way.caFile
        request.identity = way.identity
        let answer: RequestAnswer
        do { answer = try ask(request, stallLimit: way.stallLimit, step: step) } catch let failure as TransferFailure {
            throw Fetcher.Failure(failure.sentence)
        }
        return WebAnswer(
            status: answer.status, headers: answer.headers.fields.map { ($0.name, $0.value) }, body: answer.body,
            problem: answer.ending?.sentence, date: answer.date, modified: answer.modified, retryAfter: answer.retryAfter)
    }
}
