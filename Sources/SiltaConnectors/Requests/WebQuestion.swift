/// One request to a register's server.
public struct WebQuestion: Sendable {
    public var method: String
    /// Absolute.
    public var url: String
    public var headers: [(name: String, value: String)]
    public var body: [UInt8]
    /// How long the whole may take.
    public var timeout: Duration
    /// The most bytes that are taken of the answer's body.
    public var limit: Int

    init(
        _ method: String, _ url: String, headers: [(name: String, value: String)], body: [UInt8] = [], timeout: Duration, limit: Int
    ) {
        (self.method, self.url, self.headers, self.body, self.timeout, self.limit) = (method, url, headers, body, timeout, limit)
    }
}

/// What a server answered.
public struct WebAnswer: Sendable {
    public var status: Int
    public var headers: [(name: String, value: String)]
    public var body: [UInt8]
    /// Why not all of the body is here, as a sentence without a secret; nil where it is.
    public var problem: String?
    /// By the server's clock, in seconds since 1970.
    public var date: Int?
    /// When the content was changed last, by the same clock.
    public var modified: Int?
    public var retryAfter: Duration?

    public init(
        status: Int, headers: [(name: String, value: String)], body: [UInt8], problem: String? = nil, date: Int? = nil,
        modified: Int? = nil, retryAfter: Duration? = nil
    ) {
        self.status = status
        self.headers = headers
        self.body = body
        self.problem = problem
        self.date = date
        self.modified = modified
        self.retryAfter = retryAfter
    }

    /// The values of a header, with commas between; nil where it is not there.
    func header(_ name: String) -> String? {
        let values = headers.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
        return values.isEmpty ? nil : values.joined(separator: ", ")
    }
}

extension WebAnswer {
    /// Why this is no JSON that can be read; nil where it may be.
    var problemWithBody: String? {
        if let problem { return problem }
        if let coding = header("Content-Encoding")?.lowercased(), coding != "identity" {
            return "the server sends its answer compressed, and was not asked to; it must send it as it is"
        }
        if body.starts(with: [0xFF, 0xFE]) || body.starts(with: [0xFE, 0xFF]) || body.prefix(2).contains(0) {
            return "the answer is UTF-16; JSON is UTF-8 (RFC 8259)"
        }
        if let charset, !["utf-8", "utf8", "us-ascii"].contains(charset), body.contains(where: { $0 >= 0x80 }) {
            return "the answer is written in another encoding than UTF-8, as its Content-Type says; JSON is UTF-8 (RFC 8259)"
        }
        guard let first = body.first(where: { $0 > 0x20 }) else { return "the answer is empty, and JSON should stand there" }
        if first == UInt8(ascii: "<") {
            return "the answer is a web page or XML, and JSON should stand there; location, or the path of the request, may be another"
        }
        return nil
    }

    private var charset: String? {
        guard let type = header("Content-Type")?.lowercased(), let start = type.firstRange(of: "charset=")?.upperBound else { return nil }
        return String(type[start...].prefix { $0 != ";" && $0 != "," }.filter { $0 != "\"" && $0 != " " })
    }
}
