/// Asks a server one thing after the other over one connection, on the thread of whoever calls, which waits meanwhile.
///
/// Answers are kept in memory, up to the request's `responseLimit`. A redirect is followed only of a `GET`, and only within the same
/// `https` origin: what the request carries is for nobody else.
///
/// ```swift
/// let session = RequestSession(userAgent: "silta/1.0")
/// let answer = try session.ask(HTTPRequest(.get, "https://register.example/attendances?limit=500")) {}
/// ```
public final class RequestSession {
    private let userAgent: String
    private let handle = ReusedHandle()

    /// So often an answer may lead on within its origin.
    private static let redirectLimit = 3

    /// - Parameter userAgent: of every request, such as `silta/1.0`.
    public init(userAgent: String) {
        self.userAgent = userAgent
    }

    /// Blocks until the answer is here, whatever its status.
    ///
    /// - Parameters:
    ///   - stallLimit: how long not a single byte may come.
    ///   - step: is called about once a second and at each piece; where it throws, asking stops.
    /// - Throws: ``TransferFailure``, and what `step` throws.
    public func ask(
        _ request: HTTPRequest, stallLimit: Duration = .seconds(60), step: () throws -> Void
    ) throws -> RequestAnswer {
        let deadline = ContinuousClock.now + min(request.timeout, .seconds(86_400))
        var request = request
        for _ in 0...RequestSession.redirectLimit {
            let prepared = try PreparedRequest(request)
            let attempt = try RequestAttempt(prepared, deadline: deadline, stallLimit: stallLimit, easy: handle.easy, userAgent: userAgent)
            let code = try attempt.perform(step)
            guard let target = attempt.redirect, request.method == .get else { return try attempt.answer(code) }
            request.url = try prepared.endpoint.following(target).url
        }
        throw TransferFailure.redirected("The answer leads on and on", try Endpoint(request.url))
    }
}
