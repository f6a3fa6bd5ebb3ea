/// How far a poll has come that is under way: what was read so far, and of how much, in units of whoever reads.
public struct PollProgress: Hashable, Sendable {
    public var done: Int64
    /// Nil where it is not known.
    public var total: Int64?

    public init(done: Int64, total: Int64? = nil) {
        self.done = done
        self.total = total
    }
}
