public import SiltaCore

/// What may be shown of a quarantined row without opening it.
public struct QuarantinedRow: Hashable, Sendable {
    public let id: QuarantineID
    public let source: SourceID
    public let kind: RecordKind
    public let file: String
    /// Where it stood when it was seen last, counted from 1.
    public let line: Int32
    public let reason: String
    /// Whether the record's own key could be read.
    public let hasKey: Bool
    /// What it says was destroyed, or was never kept.
    public let isEmpty: Bool
    public let firstSeen: Instant
    public let lastSeen: Instant
}

/// How many of a poll's bad rows were new, and how many were in quarantine already.
public struct QuarantineCounts: Hashable, Sendable {
    public let new: Int
    public let known: Int
}

/// What was put right after an append that did not come to be, or whose aftermath was interrupted.
public struct Sweep: Hashable, Sendable {
    /// Keys and quarantined rows that no entry ever used.
    public let keys: Int
    public let rows: Int
    /// Quarantined rows that were no longer in a poll which was completed.
    public let settledRows: Int
}
