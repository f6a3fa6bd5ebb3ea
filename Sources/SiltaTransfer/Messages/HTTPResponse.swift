/// The answer to a request.
public struct HTTPResponse: Sendable {
    /// The status code, 200 through 999; informational answers (1xx) are passed over.
    public let status: Int
    /// The first 100 header fields. Bytes that are not UTF-8 are replaced by U+FFFD.
    public let headers: HTTPHeaders
    /// The body as it came, without transfer coding; a content coding is left as it is.
    public let body: [UInt8]
    /// Whether there was or should have been more body: it was longer than the limit, or ended by time or by the connection before its end.
    /// The status stands: it was received in full.
    public let isTruncated: Bool
    /// From the call of `send` to the end of the response.
    public let duration: Duration

    public init(status: Int, headers: HTTPHeaders, body: [UInt8], isTruncated: Bool, duration: Duration) {
        self.status = status
        self.headers = headers
        self.body = body
        self.isTruncated = isTruncated
        self.duration = duration
    }
}

/// Printing, dumping or interpolating a response shows nothing that is personal or secret.
extension HTTPResponse: CustomStringConvertible, CustomReflectable {
    public var description: String { "response \(status) [\(body.count) bytes\(isTruncated ? ", truncated" : "")]" }

    public var customMirror: Mirror { Mirror(self, children: ["status": status, "bytes": body.count]) }
}
