/// Why a request has no answer.
public struct TransferFailure: Error, Equatable, Sendable {
    /// The kinds of failure, spelled as they stand in the log.
    public enum Code: String, Sendable, CaseIterable {
        /// The URL is not one that can be asked.
        case malformedURL = "malformed-url"
        /// A header, the body or a setting of the request is not one that can be sent.
        case malformedRequest = "malformed-request"
        /// The scheme is neither https nor, to a listed address, http.
        case forbiddenScheme = "forbidden-scheme"
        /// The host has no address that the policy permits.
        case forbiddenAddress = "forbidden-address"
        /// The host's name, or the proxy's, has no address.
        case unresolvable = "unresolvable"
        /// No connection came about.
        case unreachable = "unreachable"
        /// No trusted and encrypted connection came about.
        case tls = "tls"
        /// The time for connecting or for the whole ran out.
        case timedOut = "timed-out"
        /// The connection ended before the answer was there.
        case interrupted = "interrupted"
        /// The answer's header block, or the file that is fetched, is larger than the limit.
        case tooLarge = "too-large"
        /// What came is not an HTTP response.
        case malformedResponse = "malformed-response"
        /// The server cannot show that it is the one that is meant.
        case hostKey = "host-key"
        /// The server does not let this user in.
        case login = "login"
        /// The answer leads elsewhere.
        case redirected = "redirected"
        /// What came could not be written.
        case unwritable = "unwritable"
        /// The calling task was cancelled.
        case cancelled = "cancelled"
        /// Too many requests wait already.
        case overloaded = "overloaded"
        /// The transfer was or is being shut down.
        case shutDown = "shut-down"
    }

    /// What went wrong, for a program.
    public let code: Code
    /// What went wrong and what would be right, for a person. It names the host and the port, and never the rest of the URL, a header or
    /// a body.
    public let sentence: String
    /// False only where it is certain that not one byte of the request was handed to a connection. Where it is true the recipient may have
    /// the request, and even have acted on it.
    public let mayHaveArrived: Bool

    public init(code: Code, sentence: String, mayHaveArrived: Bool) {
        self.code = code
        self.sentence = sentence
        self.mayHaveArrived = mayHaveArrived
    }
}

extension TransferFailure: CustomStringConvertible {
    public var description: String { sentence }
}
