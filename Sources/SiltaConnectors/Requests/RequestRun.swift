internal import Foundation
internal import SiltaConfiguration
internal import SiltaCore

/// One poll's requests to a server: paced, within their budget, and with who asks.
final class RequestRun {
    /// The longest answer: 64 MiB.
    static let answerLimit = 64 << 20
    /// For one answer.
    private static let answerTime = Duration.seconds(300)
    /// Statuses that mostly pass, and how often one request is asked again after them.
    private static let passing: Set<Int> = [502, 503, 504]
    private static let hiccupLimit = 3
    /// So often a server may say that it wants to be asked later.
    private static let patience = 10

    let settings: RequestSettings
    /// Where the provider is, when the poll began: all pages are of the same days.
    let today: LocalDate
    let progress: ReadProgress
    private let session: Fetcher.Session
    private let secret: (SecretReference) throws -> String
    private let token: AccessToken
    private let pause: FetchPause
    private let end: ContinuousClock.Instant
    private var last: ContinuousClock.Instant?
    private var requests = 0
    private var bytes = 0
    /// Blanked out of whatever is said.
    private var secrets: [String] = []
    /// When the server gave its first answer, by its own clock where it tells the time; in seconds since 1970.
    private(set) var date: Int?

    /// - Parameter deadline: of the poll.
    init(
        _ settings: RequestSettings, _ session: Fetcher.Session, token: AccessToken, pause: FetchPause, deadline: Duration,
        today: LocalDate, progress: ReadProgress, secret: @escaping (SecretReference) throws -> String
    ) {
        self.settings = settings
        (self.today, self.progress) = (today, progress)
        self.session = session
        self.token = token
        self.pause = pause
        self.secret = secret
        end = .now + min(deadline, settings.plan.budget.time ?? deadline)
    }

    /// Asks, and waits as long as the server wants, where the poll has the time.
    ///
    /// - Parameters:
    ///   - headers: beside those of all requests.
    ///   - path: of the manifest, for sentences.
    /// - Throws: ``ReadFailure``, and what `step` throws; an answer of any other status than 401, 429 and 503 is none.
    func ask(
        _ method: String, _ url: String, headers: [(name: String, value: String)] = [], body: [UInt8] = [], path: String,
        step: () throws -> Void
    ) throws -> WebAnswer {
        var isRenewed = false
        var waits = 0
        var hiccups = 0
        while true {
            let (login, query) = try credentials(path, step)
            var all = [(name: "Accept", value: "application/json")].filter { standard in
                !settings.headers.contains { $0.name.lowercased() == standard.name.lowercased() }
            }
            if !body.isEmpty { all.append(("Content-Type", "application/json")) }
            all += settings.headers + login + headers
            let answer = try send(
                WebQuestion(method, RequestRun.url(url, query), headers: all, body: body, timeout: .zero, limit: RequestRun.answerLimit),
                path, step)
            if date == nil {
                // A clock that is ahead of ours would have what changes meanwhile go untold; one that is behind tells some of it again.
                let now = Int(Date().timeIntervalSince1970)
                date = min(answer.date ?? now, now)
            }
            if answer.status == 401, case .client = settings.authentication.login, !isRenewed {
                // It may have been taken back before its time.
                token.forget()
                isRenewed = true
                continue
            }
            if RequestRun.passing.contains(answer.status), answer.retryAfter == nil, hiccups < RequestRun.hiccupLimit {
                try sleep(.seconds(1 << hiccups), step)
                hiccups += 1
                continue
            }
            guard answer.status == 429 || answer.status == 503 && answer.retryAfter != nil else { return answer }
            waits += 1
            guard let wait = answer.retryAfter, waits <= RequestRun.patience, ContinuousClock.now + wait < end else {
                throw pause.begin(answer.retryAfter)
            }
            try sleep(wait, step)
        }
    }

    /// A failure whose sentence has no secret in it.
    func failure(_ sentence: String, path: String) -> ReadFailure {
        let blanked = SecretValues(secrets).blanked(sentence.utf8)
        return ReadFailure(.unreadable, file: path, String(decoding: blanked, as: UTF8.self))
    }

    // MARK: - One request

    private func send(_ question: WebQuestion, _ path: String, _ step: () throws -> Void) throws -> WebAnswer {
        let budget = settings.plan.budget
        if let rate = settings.rate { try sleep(rate.wait(last: last, now: .now), step) }
        try step()
        guard requests < budget.requests else {
            throw failure(
                "the poll has asked \(requests) times, which is its budget; ask for larger pages, or raise http.budget.requests",
                path: path)
        }
        let left = ContinuousClock.now.duration(to: end)
        guard left > .zero else {
            throw failure(
                "the poll's time is over before everything was read; ask for larger pages, or give it more (deadline)", path: path)
        }
        requests += 1
        last = .now
        var question = question
        question.timeout = min(left, RequestRun.answerTime)
        let answer: WebAnswer
        do { answer = try session.ask(question, step) } catch let failed as Fetcher.Failure {
            throw failure(failed.sentence, path: path)
        }
        bytes += answer.body.count
        guard bytes <= budget.bytes else {
            throw failure(
                "the answers are longer than \(budget.bytes) bytes together, which is their budget: http.budget.bytes", path: path)
        }
        return answer
    }

    private func sleep(_ wait: Duration, _ step: () throws -> Void) throws {
        let until = ContinuousClock.now + wait
        while true {
            let left = ContinuousClock.now.duration(to: until)
            guard left > .zero else { return }
            try step()
            let (seconds, attoseconds) = min(left, .milliseconds(200)).components
            Thread.sleep(forTimeInterval: Double(seconds) + Double(attoseconds) / 1e18)
        }
    }

    private static func url(_ url: String, _ query: [(name: String, value: String)]) -> String {
        query.reduce(url) { url, parameter in
            url + (url.contains("?") ? "&" : "?") + WebLocation.encoded(parameter.name) + "=" + WebLocation.encoded(parameter.value)
        }
    }

    // MARK: - Who asks

    private func value(of reference: SecretReference) throws(ReadFailure) -> String {
        let text: String
        do { text = try secret(reference) } catch { throw ReadFailure(.unreadable, file: nil, "\(error)") }
        if !secrets.contains(text) { secrets.append(text) }
        guard !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) || text.hasPrefix("-----BEGIN") else {
            throw ReadFailure(.unreadable, file: nil, "\(reference): the secret has several lines, and must be one")
        }
        return text
    }

    private func credentials(
        _ path: String, _ step: () throws -> Void
    ) throws -> (headers: [(name: String, value: String)], query: [(name: String, value: String)]) {
        var headers: [(name: String, value: String)] = []
        var query: [(name: String, value: String)] = []
        switch settings.authentication.login {
        case .none: break
        case .bearer(let reference): headers.append(("Authorization", "Bearer " + (try value(of: reference))))
        case .basic(let user, let reference):
            let pair = Data((user + ":" + (try value(of: reference))).utf8).base64EncodedString()
            if !secrets.contains(pair) { secrets.append(pair) }
            headers.append(("Authorization", "Basic " + pair))
        case .client(let login): headers.append(("Authorization", "Bearer " + (try accessToken(login, step))))
        }
        if let key = settings.authentication.apiKey {
            let text = try value(of: key.secret)
            switch key.place {
            case .header(let name): headers.append((name, text))
            case .query(let name): query.append((name, text))
            }
        }
        return (headers, query)
    }

    private func accessToken(_ login: Authentication.ClientLogin, _ step: () throws -> Void) throws -> String {
        if let text = token.text {
            if !secrets.contains(text) { secrets.append(text) }
            return text
        }
        let reference =
            switch login.proof {
            case .secret(let reference, _), .key(let reference, _, _): reference
            }
        let request = try TokenRequest(
            login, proof: try value(of: reference), id: UUID().uuidString, now: Int(Date().timeIntervalSince1970))
        let answer = try send(
            WebQuestion("POST", login.url, headers: request.headers, body: request.body, timeout: .zero, limit: 1 << 20), "token-url", step)
        if answer.status == 429 || answer.status == 503 { throw pause.begin(answer.retryAfter) }
        let grant: TokenRequest.Grant
        do { grant = try TokenRequest.grant(answer) } catch { throw failure(error.sentence, path: "token-url") }
        token.keep(grant.token, lifetime: grant.lifetime)
        secrets.append(grant.token)
        return grant.token
    }
}
