/// What a request is answered with.
struct Answer: Hashable, Sendable {
    /// Nil: the connection is closed without an answer.
    var status: Int?
    var retryAfter: Duration?
    /// Waited first.
    var wait: Duration = .zero

    /// Says received or rejected, nothing else (spec: notices, "The answer").
    var body: String {
        let isReceived = status.map { (200..<300).contains($0) } ?? false
        return isReceived ? #"{"status":"received"}"# : #"{"status":"rejected"}"#
    }
}
