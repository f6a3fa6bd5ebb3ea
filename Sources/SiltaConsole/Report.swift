/// How the process is, as it says of itself. Nothing in it is of a pupil.
public struct Report: Equatable, Sendable {
    /// Why the process cannot do its work and should be started anew; a sentence each. Empty: it lives.
    public var alive: [String]
    /// Why the process does not do its work yet, or not now; a sentence each. Empty, with `alive` empty: it is ready.
    public var ready: [String]
    public var metrics: [MetricFamily]

    public init(alive: [String] = [], ready: [String] = [], metrics: [MetricFamily] = []) {
        self.alive = alive
        self.ready = ready
        self.metrics = metrics
    }
}
