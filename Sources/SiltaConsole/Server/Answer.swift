/// What is sent back to a request.
struct Answer: Equatable {
    var status: Int
    var body: String
    var mediaType = "text/plain; charset=utf-8"
    /// The methods that the path has, where another was asked for.
    var allow: String?

    init(_ status: Int, _ body: String, mediaType: String? = nil, allow: String? = nil) {
        self.status = status
        self.body = body
        self.allow = allow
        if let mediaType { self.mediaType = mediaType }
    }

    /// Of a process that does not answer the requests which came before.
    static let busy = Answer(503, "The process has not yet answered earlier requests for its report.\n")
}
