/// Names a quarantined row: 64 hexadecimal digits of a keyed digest over source, kind, file and the row, so the same bad row of the
/// next poll is the same quarantined row.
public struct QuarantineID: TextIdentifier {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

extension RecordKind {
    /// Of which a kept row can be read again by itself; what else there is, each poll tells anew.
    public static let rereadable: Set<RecordKind> = [.enrolment, .absence, .consent]
}

/// A quarantined row whose fields are still there, to be read again.
public struct KeptRow: Hashable, Sendable {
    public var kind: RecordKind
    public var file: String
    /// Where it stood when it was seen last, counted from 1.
    public var line: Int32
    /// The fields are those of a canonical record, which was read well; else columns of the register, by their names.
    public var isRecord: Bool
    public var fields: [RejectedRow.Field]

    public init(kind: RecordKind, file: String, line: Int32, isRecord: Bool, fields: [RejectedRow.Field]) {
        self.kind = kind
        self.file = file
        self.line = line
        self.isRecord = isRecord
        self.fields = fields
    }
}

/// What a kept row says as it is read now.
public struct RereadRow: Sendable {
    public enum Outcome: Sendable {
        case enrolment(EnrolmentRecord)
        case absence(AbsenceRecord)
        case consent(ConsentRecord)
        /// - Parameter key: The record's own; nil where it cannot be read.
        case rejected(RecordKind, key: String?, reason: String)
    }

    /// Where it stood.
    public var file: String
    /// Whom it speaks of, where that can be read.
    public var pupil: RegisterKey?
    public var outcome: Outcome

    public init(file: String, pupil: RegisterKey?, outcome: Outcome) {
        self.file = file
        self.pupil = pupil
        self.outcome = outcome
    }

    public var kind: RecordKind {
        switch outcome {
        case .enrolment: .enrolment
        case .absence: .absence
        case .consent: .consent
        case .rejected(let kind, _, _): kind
        }
    }

    public var key: String? {
        switch outcome {
        case .enrolment(let record): record.enrolment.key.rawValue
        case .absence(let record): record.mark.key.rawValue
        case .consent(let record): record.consent.key.rawValue
        case .rejected(_, let key, _): key
        }
    }

    /// Why it is not understood; nil where it is.
    public var reason: String? {
        if case .rejected(_, _, let reason) = outcome { reason } else { nil }
    }
}
