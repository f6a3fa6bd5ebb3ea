public import SiltaCore

/// What a poll would come to.
public struct PollPreview: Sendable {
    public let decision: PollDecision
    /// Rows that would be quarantined.
    public let rejected: [RejectedRow]
}

extension Source {
    /// Reads the register in full, whatever the last poll came to. Blocks.
    ///
    /// - Throws: ``PollFailure``.
    public func reading() throws -> Reading {
        guard case .read(let reading) = try read(nil, {}) else { throw PollFailure("the register says that nothing changed since nothing") }
        return reading
    }
}

extension Bridge {
    /// What a poll that tells this would come to. Nothing is appended, and nothing kept.
    public func preview(_ told: Reading, of source: Source) throws -> PollPreview {
        var reading = told
        _ = try addKept(to: &reading, of: source)
        let comparison = try compare(reading, of: source)
        return PollPreview(decision: comparison.decide(), rejected: comparison.rejected)
    }
}
