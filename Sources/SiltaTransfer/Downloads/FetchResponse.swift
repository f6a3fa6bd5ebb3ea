/// What a server said when it was asked for a file.
public struct FetchResponse: Sendable {
    public enum Answer: Hashable, Sendable {
        /// All of the file, to its last byte.
        case content
        /// It is what is here already.
        case unchanged
        /// There is no such file.
        case missing
        /// The server shows it to others only.
        case denied
        /// The server wants to be asked later: 429, or 503 with a time.
        case later
        /// Anything else that an HTTP server says instead.
        case other
    }

    public let answer: Answer
    /// Of HTTP.
    public let status: Int?
    /// Of the content, or of what is there still.
    public let version: FileVersion?
    /// How long the server wants to be left alone; nil where it does not say.
    public let retryAfter: Duration?
}

/// What a file on a server is known by.
public struct FileVersion: Hashable, Sendable {
    /// In bytes.
    public var size: Int
    /// Of HTTP, with its quotation marks.
    public var etag: String?
    /// As the server writes it: an HTTP date, or seconds since 1970 over SFTP.
    public var modified: String?
    /// Whether other content would have another version. A server's clock of files counts seconds: what was written just before it
    /// was fetched may have been written once more since.
    public var isSettled: Bool

    public init(size: Int, etag: String?, modified: String?, isSettled: Bool) {
        self.size = size
        self.etag = etag
        self.modified = modified
        self.isSettled = isSettled
    }

    /// As far as both say something.
    func isSame(as other: FileVersion) -> Bool {
        if let etag, let otherTag = other.etag { return etag == otherTag }
        return size == other.size && modified == other.modified && modified != nil
    }
}
