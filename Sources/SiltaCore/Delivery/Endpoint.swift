/// How a recipient's endpoint stands: a circuit breaker. After some failures in a row it is paused, and then probed with one
/// notice at a time, at growing intervals, until it answers again.
public struct Endpoint: Hashable, Sendable {
    static let failuresBeforePause = 5
    static let firstPause = Duration.seconds(60)
    static let longestPause = Duration.seconds(3600)
    static let longestRetryAfter = Duration.seconds(86_400)

    public var consecutiveFailures = 0
    public var pausedUntil: Instant?
    /// It answered 410: nothing is sent to it until its address changes or a person says so.
    public var isStopped = false

    public init() {}

    public init(consecutiveFailures: Int, pausedUntil: Instant?, isStopped: Bool) {
        self.consecutiveFailures = consecutiveFailures
        self.pausedUntil = pausedUntil
        self.isStopped = isStopped
    }

    public enum Availability: Hashable, Sendable {
        case open
        /// One notice may go, to find out.
        case probing
        case paused(until: Instant)
        case stopped
    }

    public func availability(at now: Instant) -> Availability {
        if isStopped { return .stopped }
        if let pausedUntil, now < pausedUntil { return .paused(until: pausedUntil) }
        return consecutiveFailures >= Endpoint.failuresBeforePause ? .probing : .open
    }

    mutating func evolve(_ outcome: Outcome, at now: Instant) {
        guard outcome.isEndpointTrouble else {
            consecutiveFailures = 0
            pausedUntil = nil
            return
        }
        consecutiveFailures += 1
        var until: [Instant] = [pausedUntil].compactMap(\.self)
        if consecutiveFailures >= Endpoint.failuresBeforePause {
            let doublings = min(consecutiveFailures - Endpoint.failuresBeforePause, 6)
            until.append(now + min(Endpoint.firstPause * (1 << doublings), Endpoint.longestPause))
        }
        if let retryAfter = outcome.retryAfter { until.append(now + min(retryAfter, Endpoint.longestRetryAfter)) }
        pausedUntil = until.max()
    }

    mutating func evolve(_ event: EndpointEvent) {
        switch event {
        case .stopped: isStopped = true
        case .resumed: self = Endpoint()
        }
    }
}

public enum EndpointEvent: Hashable, Sendable {
    case stopped(status: Int)
    /// By a person.
    case resumed
}
