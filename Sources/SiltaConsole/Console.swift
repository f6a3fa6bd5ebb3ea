import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore
public import ServiceLifecycle

/// The page for this machine's own programs: whether the process lives, whether it is ready, and what it counts.
///
/// | path | |
/// |---|---|
/// | `/healthz` | 200 `ok`, or 503 and why the process cannot do its work, a sentence a line |
/// | `/readyz` | likewise, and why it does not do it yet |
/// | `/metrics` | what it counts, for Prometheus |
///
/// ```swift
/// let console = Console(listen: try LoopbackAddress(parsing: "127.0.0.1:8701"), logger: logger, report: { await daemon.report })
/// try await ServiceGroup(services: [console], gracefulShutdownSignals: [.sigterm], logger: logger).run()
/// ```
///
/// It asks nobody who they are: whoever is on the machine may know what is there. So it listens on loopback addresses only, refuses what a
/// browser asks it under another name, and nothing that it tells is of a pupil.
public struct Console: Service {
    /// What a console takes at most.
    public enum Limit {
        /// Of one request's body, which is thrown away; of a longer one the connection is closed without an answer. In bytes.
        static let body = 4 << 10
        /// Of all headers, in bytes.
        static let headers = 16 << 10
        static let headerCount = 100
        public static let connections = 32
        /// How many requests may wait for a report; the next is answered 503.
        static let reports = 8
        /// Between two requests, or the bytes of one's head.
        static let idleSeconds: Int64 = 10
        /// From the head of a request to the end of its answer; then the connection is closed.
        static let answerSeconds: Int64 = 10
    }

    private let address: LoopbackAddress
    private let logger: Logger
    private let desk: ReportDesk
    private let onListening: @Sendable (LoopbackAddress) -> Void

    /// - Parameters:
    ///   - logger: what the server itself has to say.
    ///   - report: asked anew for each request, by several at a time. It answers within seconds, and at once where its task is cancelled:
    ///     the console does not end while it waits.
    ///   - onListening: called once it listens, with the port that it has.
    public init(
        listen address: LoopbackAddress, logger: Logger, report: @escaping @Sendable () async -> Report,
        onListening: @escaping @Sendable (LoopbackAddress) -> Void = { _ in }
    ) {
        self.address = address
        self.logger = logger
        self.desk = ReportDesk(capacity: Limit.reports, report: report)
        self.onListening = onListening
    }

    /// Listens until the service group shuts down gracefully; then what has come whole is answered. Cancelling the task ends it at once.
    ///
    /// - Throws: `ConsoleError.listening` if it cannot begin, `CancellationError` if the task is cancelled.
    public func run() async throws {
        let application = Application(
            responder: ConsoleResponder(desk: desk, host: address.host),
            server: .http1(configuration: Console.connections),
            configuration: ApplicationConfiguration(
                address: .hostname(address.host, port: Int(address.port)),
                availableConnectionsDelegate: MaximumAvailableConnections(Limit.connections, logger: logger)),
            onServerRunning: { channel in
                let port = channel.localAddress?.port.flatMap(UInt16.init(exactly:))
                onListening(address.at(port: port ?? address.port))
            },
            logger: logger)
        do {
            try await application.run()
        } catch {
            try Task.checkCancellation()
            throw ConsoleError.listening(address: address.description, problem: "\(error)")
        }
        try Task.checkCancellation()
    }

    private static var connections: HTTP1Channel.Configuration {
        HTTP1Channel.Configuration(
            idleTimeout: .seconds(Limit.idleSeconds),
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: Limit.headers, maxHeaderListSize: Limit.headers, maxHeaderFieldCount: Limit.headerCount))
    }
}
