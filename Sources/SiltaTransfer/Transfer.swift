import CCurl

/// Sends HTTP requests, over libcurl.
///
/// One thread of its own carries every request; no thread that runs tasks ever waits for the network. Connections are kept open for 30
/// idle seconds and used again, under the rules of each request anew. A request is put on the wire once at most.
///
/// ```swift
/// let transfer = Transfer(userAgent: "silta/1.0")
/// var request = HTTPRequest(.post, "https://vastaanotto.example/notices", headers: ["Content-Type": "application/json"], body: bytes)
/// request.timeout = .seconds(20)
/// let response = try await transfer.send(request)
/// ```
public final class Transfer: Sendable {
    let mailbox: Mailbox

    /// A transfer, with its thread.
    ///
    /// - Parameters:
    ///   - userAgent: the `User-Agent` of every request, such as `silta/1.0`.
    ///   - maximumConnections: how many requests are on their way at a time, and how many connections are open; more requests wait.
    ///   - maximumRequests: how many requests may be without an answer at a time, waiting ones included; more fail as `overloaded`.
    public init(userAgent: String, maximumConnections: Int = 64, maximumRequests: Int = 1024) {
        precondition(maximumConnections > 0 && maximumRequests > 0, "A transfer needs room for a request.")
        precondition(userAgent.utf8.allSatisfy { (0x20..<0x7f).contains($0) }, "A User-Agent is printable ASCII.")
        LibCurl.prepare()
        let mailbox = Mailbox(capacity: maximumRequests)
        OwnThread.start {
            TransferLoop(mailbox: mailbox, userAgent: userAgent, maximumConnections: maximumConnections).run()
        }
        self.mailbox = mailbox
    }

    deinit {
        mailbox.shutDown(nil)
    }

    /// Sends the request and waits for the answer; any status is an answer.
    ///
    /// Cancelling the task ends the request, wherever it is, as `cancelled`.
    ///
    /// - Throws: why there is no answer, and whether the request may have arrived nevertheless.
    public func send(_ request: HTTPRequest) async throws(TransferFailure) -> HTTPResponse {
        let prepared = try PreparedRequest(request)
        let id = try mailbox.enter()
        defer { mailbox.leave(id) }
        let answer = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                mailbox.post(Job(id: id, prepared: prepared, arrival: .now, continuation: continuation))
            }
        } onCancel: {
            mailbox.withdraw(id)
        }
        return try answer.get()
    }

    /// Ends the requests that are on their way or waiting, as `shutDown`, closes every connection and ends the thread. Requests that come
    /// later fail at once. May be called more than once; each call returns when it is over.
    public func shutDown() async {
        await withCheckedContinuation { mailbox.shutDown($0) }
    }
}

/// The library as a whole.
enum LibCurl {
    /// Makes the library ready, once in the life of the process.
    static func prepare() {
        precondition(isReady, "libcurl 7.87 or later, with TLS and a resolver of its own threads, is needed.")
    }

    private static let isReady: Bool = {
        guard curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK, let info = curl_version_info_now()?.pointee else { return false }
        let needed = CURL_VERSION_SSL | CURL_VERSION_ASYNCHDNS
        return info.version_num >= 0x07_57_00 && info.features & needed == needed
    }()
}
