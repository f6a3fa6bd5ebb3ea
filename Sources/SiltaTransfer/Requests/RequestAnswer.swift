/// What a server answered, whatever it means.
public struct RequestAnswer: Sendable {
    public let status: Int
    public let headers: HTTPHeaders
    /// The body as it came, without transfer coding.
    public let body: [UInt8]
    /// What kept the rest of the body away; nil where all of it is here.
    public let ending: TransferFailure?
    /// The server's clock, in seconds since 1970; nil where it does not tell the time.
    public let date: Int?
    /// When the content was changed last, in seconds since 1970; nil where the server does not say.
    public let modified: Int?
    /// How long the server wants to be left alone; nil where it does not say.
    public let retryAfter: Duration?
}

/// Printing, dumping or interpolating an answer shows nothing that is personal or secret.
extension RequestAnswer: CustomStringConvertible, CustomReflectable {
    public var description: String { "answer \(status) [\(body.count) bytes]" }

    public var customMirror: Mirror { Mirror(self, children: ["status": status, "bytes": body.count]) }
}
