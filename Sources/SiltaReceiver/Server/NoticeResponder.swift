import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import ServiceLifecycle

/// Reads requests into values, and writes answers; it decides nothing.
struct NoticeResponder: HTTPResponder {
    /// The connection that a request came by, so that it can be closed without an answer.
    struct Context: InitializableFromSource {
        let channel: any Channel

        init(source: ApplicationRequestContextSource) { channel = source.channel }
    }

    let examiner: Examiner
    let reception: Reception
    /// Seconds since 1970.
    let now: @Sendable () -> Int64

    func respond(to request: Request, context: Context) async throws -> Response {
        do {
            // A sender that dawdles, and a wait of the plan, must not hold up the end.
            let answer = try await cancelWhenGracefulShutdown {
                let report = examiner.examine(try await incoming(request), now: now())
                let answer = await reception.settle(report)
                if answer.wait > .zero { try await Task.sleep(for: answer.wait) }
                return answer
            }
            guard let status = answer.status else { throw HangingUp() }
            return response(status, answer, to: request)
        } catch {
            // The connection is gone or goes now: whatever is answered reaches nobody.
            try? await context.channel.close()
            throw error
        }
    }

    private func incoming(_ request: Request) async throws -> IncomingRequest {
        var headers: [String: String] = [:]
        for field in request.headers {
            let name = field.name.canonicalName
            headers[name] = headers[name].map { "\($0), \(field.value)" } ?? field.value
        }
        return IncomingRequest(method: request.method.rawValue, headers: headers, body: try await body(request.body))
    }

    /// - Returns: nil if the body is longer than the limit; it is read to its end all the same, within reason.
    private func body(_ chunks: RequestBody) async throws -> [UInt8]? {
        var bytes: [UInt8] = []
        var count = 0
        for try await chunk in chunks {
            count += chunk.readableBytes
            if count <= Receiver.Limit.body {
                bytes.append(contentsOf: chunk.readableBytesView)
            } else if count > Receiver.Limit.body + Receiver.Limit.excess {
                throw HangingUp()
            }
        }
        try Task.checkCancellation()
        return count <= Receiver.Limit.body ? bytes : nil
    }

    private func response(_ status: Int, _ answer: Answer, to request: Request) -> Response {
        var headers: HTTPFields = [.contentType: "application/json"]
        if let retryAfter = answer.retryAfter { headers[.retryAfter] = String(retryAfter.components.seconds) }
        if status == 405 { headers[.allow] = "POST" }
        // What has no body by definition would otherwise leave it lying before the next answer.
        let isBare = request.method == .head || [204, 205, 304].contains(status)
        return Response(
            status: HTTPResponse.Status(code: status), headers: headers,
            body: isBare ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(string: answer.body)))
    }
}

/// The connection is closed without an answer.
private struct HangingUp: Error {}
