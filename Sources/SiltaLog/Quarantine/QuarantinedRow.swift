public import SiltaCore

/// Names a quarantined row: 64 hexadecimal digits of a keyed digest over source, kind, file and the row, so the same bad row of the
/// next poll is the same quarantined row.
public struct QuarantineID: TextIdentifier {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

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
