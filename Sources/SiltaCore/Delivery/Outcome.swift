/// How one attempt to deliver ended.
public enum Outcome: Hashable, Sendable {
    /// 2xx: received.
    case delivered(status: Int)
    /// It did not arrive, or was not taken: what the recipient answered, or why nothing was answered.
    case failed(Failure)
    /// It may have arrived: nobody knows.
    case unknown(reason: String)

    public struct Failure: Hashable, Sendable {
        public var status: Int?
        public var reason: String
        public var retryAfter: Duration?
        /// It never came so far: it says nothing of the endpoint.
        public var isOurs: Bool

        public init(status: Int? = nil, reason: String, retryAfter: Duration? = nil, isOurs: Bool = false) {
            self.status = status
            self.reason = reason
            self.retryAfter = retryAfter
            self.isOurs = isOurs
        }
    }

    /// What an HTTP status means (spec: notices, "It leaves").
    public init(status: Int, retryAfter: Duration?) {
        switch status {
        case 200..<300: self = .delivered(status: status)
        case 300..<400:
            self = .failed(Failure(status: status, reason: "the endpoint answered with a redirect, which is not followed"))
        default: self = .failed(Failure(status: status, reason: "the endpoint answered \(status)", retryAfter: retryAfter))
        }
    }

    /// The recipient will not have this message, now or later.
    public var isRejection: Bool {
        guard case .failed(let failure) = self, let status = failure.status else { return false }
        return (400..<500).contains(status) && ![408, 410, 425, 429].contains(status)
    }

    /// The endpoint is gone for good.
    public var isGone: Bool {
        guard case .failed(let failure) = self else { return false }
        return failure.status == 410
    }

    /// It says something about the endpoint, not about the message.
    var isEndpointTrouble: Bool {
        switch self {
        case .delivered: false
        case .unknown: true
        case .failed(let failure): !isRejection && !failure.isOurs
        }
    }

    var retryAfter: Duration? {
        if case .failed(let failure) = self { failure.retryAfter } else { nil }
    }
}
