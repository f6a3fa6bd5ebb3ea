/// What a request asks for, or why it gets nothing.
enum Question: Equatable {
    case page(Page)
    case refused(Answer)

    /// - Parameters:
    ///   - host: the value of the header `Host`, and nil without one. A page of another origin may have a name that resolves to this
    ///     machine (DNS rebinding); its browser then sends that name.
    ///   - ownHost: the address that the console listens on, without brackets.
    init(method: String, path: String, host: String?, ownHost: String) {
        guard let host, Question.isOwn(host, ownHost) else {
            self = .refused(Answer(421, "This console answers to requests for localhost, 127.0.0.1 and [::1] only.\n"))
            return
        }
        guard let page = Page(rawValue: path) else {
            self = .refused(Answer(404, "There is \(Page.allCases.map(\.rawValue).joined(separator: ", ")).\n"))
            return
        }
        let isReading = method == "GET" || method == "HEAD"
        self = isReading ? .page(page) : .refused(Answer(405, "There is GET and HEAD.\n", allow: "GET, HEAD"))
    }

    private static func isOwn(_ host: String, _ ownHost: String) -> Bool {
        let own = ["localhost", "127.0.0.1", "[::1]", ownHost.contains(":") ? "[\(ownHost)]" : ownHost]
        return own.contains { name in
            guard host.lowercased().hasPrefix(name) else { return false }
            let rest = host.dropFirst(name.count)
            return rest.isEmpty || rest.first == ":" && rest.dropFirst().utf8.allSatisfy { (48...57).contains($0) }
        }
    }
}
