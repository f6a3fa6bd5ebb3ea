import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import ServiceLifecycle

/// Reads requests into values, and writes answers; it decides nothing.
struct ConsoleResponder: HTTPResponder {
    /// The connection that a request came by, so that it can be closed.
    struct Context: InitializableFromSource {
        let channel: any Channel

        init(source: ApplicationRequestContextSource) { channel = source.channel }
    }

    let desk: ReportDesk
    /// The address that the console listens on.
    let host: String

    func respond(to request: Request, context: Context) async throws -> Response {
        let channel = context.channel
        // From the head of the request to the end of its answer, whoever dawdles: the sender, the process, or the reader.
        let deadline = channel.eventLoop.scheduleTask(in: .seconds(Console.Limit.answerSeconds)) { channel.close(promise: nil) }
        do {
            // None of these may hold up the end.
            let answer = try await cancelWhenGracefulShutdown { try await settle(request) }
            return response(answer, to: request) { deadline.cancel() }
        } catch {
            deadline.cancel()
            // The connection is gone or goes now: whatever is answered reaches nobody.
            try? await channel.close()
            throw error
        }
    }

    private func settle(_ request: Request) async throws -> Answer {
        try await discard(request.body)
        let question = Question(method: request.method.rawValue, path: request.uri.path, host: request.head.authority, ownHost: host)
        switch question {
        case .refused(let answer): return answer
        case .page(let page):
            guard let report = await desk.ask() else { return .busy }
            try Task.checkCancellation()
            return page.answer(report)
        }
    }

    /// Nothing here takes a body; a small one is read so that the connection can be used again.
    private func discard(_ body: RequestBody) async throws {
        var count = 0
        for try await chunk in body {
            count += chunk.readableBytes
            if count > Console.Limit.body { throw HangingUp() }
        }
        try Task.checkCancellation()
    }

    private func response(_ answer: Answer, to request: Request, onWritten: @escaping @Sendable () -> Void) -> Response {
        let isBare = request.method == .head
        let bytes = ByteBuffer(string: answer.body)
        var headers: HTTPFields = [
            .contentType: answer.mediaType, .contentLength: String(bytes.readableBytes), .cacheControl: "no-store",
            .xContentTypeOptions: "nosniff",
        ]
        if let allow = answer.allow { headers[.allow] = allow }
        let body = ResponseBody(contentLength: bytes.readableBytes) { writer in
            defer { onWritten() }
            if !isBare { try await writer.write(bytes) }
            try await writer.finish(nil)
        }
        return Response(status: HTTPResponse.Status(code: answer.status), headers: headers, body: body)
    }
}

/// The connection is closed without an answer.
private struct HangingUp: Error {}
