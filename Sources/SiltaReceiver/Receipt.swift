import SiltaCore
import SiltaFormats

/// What came in one request, and what it was answered.
public struct Receipt: Equatable, Sendable {
    /// Which request since the receiver started, from 1.
    public let number: Int
    public let findings: Findings
    /// Whether this message had been received before.
    public let isRepeat: Bool
    /// Of a withdrawal: whether the referral that it takes back is known here.
    public let isReferralKnown: Bool
    /// Nil: the message is received.
    public let refusal: NoticeRefusal?
    /// Nil: the connection is closed without an answer.
    public let status: Int?

    public var isReceived: Bool { refusal == nil }
}

extension Receipt {
    /// One line in plain words, without anything of the body but the identifiers.
    public var line: String {
        var parts = [refusal.map { _ in "rejected" } ?? (isRepeat ? "received again" : "received")]
        if let notice = findings.notice, let kind = findings.kind { parts.append("\(kind.rawValue) \(notice)") }
        if let referral = findings.withdraws {
            parts.append("which takes back \(referral)\(isReferralKnown ? "" : ", a referral that is not known here")")
        }
        if findings.isSigned {
            parts.append("signature right")
            parts.append(findings.evidence.words)
        }
        parts.append(status.map { "answered \($0)" } ?? "not answered")
        if let refusal { parts.append(refusal.description) }
        return "\(number): \(Receipt.printable(parts.joined(separator: "; ")))"
    }

    /// One JSON object without a newline, for scripts.
    public var json: String {
        var position: JSON?
        var checkpoint: JSON?
        if case .verified(let at, let size) = findings.evidence {
            position = at.json
            checkpoint = .integer(Int64(clamping: size))
        }
        return JSON.fields([
            "number": number.json,
            "received": isReceived.json,
            "notice": findings.notice?.json ?? .null,
            "kind": findings.kind?.json ?? .null,
            "withdraws": findings.withdraws?.json,
            "known": findings.withdraws.map { _ in isReferralKnown.json },
            "repeat": isRepeat.json,
            "signature": findings.isSigned.json,
            "evidence": .string(findings.evidence.name),
            "position": position,
            "checkpoint": checkpoint,
            "status": status?.json ?? .null,
            "reason": refusal?.description.json,
            "body": findings.body ?? .null,
        ]).text
    }

    /// What was sent must not steer the terminal it is shown on.
    private static func printable(_ text: String) -> String {
        var printable = ""
        for scalar in text.unicodeScalars {
            printable.unicodeScalars.append(scalar.properties.generalCategory == .control ? "\u{FFFD}" : scalar)
        }
        return printable
    }
}

extension Findings.Evidence {
    fileprivate var name: String {
        switch self {
        case .verified: "verified"
        case .notChecked: "not-checked"
        case .absent: "absent"
        case .wrong: "wrong"
        }
    }

    fileprivate var words: String {
        switch self {
        case .verified(let position, let size): "proved at position \(position) of a log of \(size)"
        case .notChecked: "proof not checked"
        case .absent: "no proof"
        case .wrong: "proof wrong"
        }
    }
}
