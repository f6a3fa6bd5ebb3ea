public import SiltaFormats

/// Why a request was refused. The sender learns only the status; the sentence is for whoever reads the receipts.
public enum NoticeRefusal: Error, Equatable, Sendable {
    case method
    case tooLong(limit: Int)
    /// A header of the signature is missing.
    case unsigned(header: String)
    case signature(WebhookRefusal)
    case contentType(String?)
    /// A CloudEvents header is missing or wrong.
    case attribute(String, String)
    case body(String)
    case evidenceMissing
    case evidence(String)
    /// A message of this identifier came before, with another body.
    case anotherBody
    /// The receiver's memory of messages is full.
    case full(limit: Int)
    case notKept(String)
    /// The request was right; the answer is as the plan says.
    case asPlanned(status: Int)

    public var status: Int {
        switch self {
        case .method: 405
        case .tooLong: 413
        case .unsigned, .signature: 401
        case .contentType: 415
        case .attribute, .body: 400
        case .evidenceMissing, .evidence: 422
        case .anotherBody: 409
        case .full: 507
        case .notKept: 500
        case .asPlanned(let status): status
        }
    }
}

extension NoticeRefusal: CustomStringConvertible {
    public var description: String {
        switch self {
        case .method:
            "A notice must be sent by POST"
        case .tooLong(let limit):
            "The body is longer than this receiver takes [limit in bytes: \(limit)]"
        case .unsigned(let header):
            "The request is not signed: the header \(header) is missing"
        case .signature(let refusal):
            refusal.description
        case .contentType(let found):
            "The header Content-Type must say application/json [found: \(found ?? "none")]"
        case .attribute(let name, let problem):
            "The header \(name) \(problem)"
        case .body(let problem):
            "The body \(problem)"
        case .evidenceMissing:
            "The header \(Evidence.header) is missing: nothing shows that the log holds this message"
        case .evidence(let problem):
            "The header \(Evidence.header) does not hold: \(problem)"
        case .anotherBody:
            "A message with this identifier came before with another body: every attempt must send the same bytes"
        case .full(let limit):
            "This receiver remembers no more messages: start it again, with a new folder if it has one [limit: \(limit)]"
        case .notKept(let problem):
            "The message could not be kept: \(problem)"
        case .asPlanned(let status):
            "The message was right, and was answered with \(status) as the plan says"
        }
    }
}
