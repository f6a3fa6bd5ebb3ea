import Hummingbird
import HummingbirdCore
import Logging
import NIOCore

/// A recipient to try against: it listens, checks signature and proof of every notice that comes, tells what came, and answers as
/// planned.
///
/// ```swift
/// let settings = Receiver.Settings(address: try ListenAddress(parsing: "127.0.0.1:8700"), secret: secret)
/// try await Receiver(settings: settings, now: { now }, onListening: { print($0) }, print: { print($0.line) }).run()
/// ```
public struct Receiver: Sendable {
    private let settings: Settings
    private let now: @Sendable () -> Int64
    private let onListening: @Sendable (ListenAddress) -> Void
    private let print: @Sendable (Receipt) -> Void

    /// - Parameters:
    ///   - now: seconds since 1970.
    ///   - onListening: called once it listens, with the port that it has.
    ///   - print: called with every request's receipt, one after the other, before the request is answered.
    /// - Throws: `ReceiverError.notLoopback`.
    public init(
        settings: Settings,
        now: @escaping @Sendable () -> Int64,
        onListening: @escaping @Sendable (ListenAddress) -> Void = { _ in },
        print: @escaping @Sendable (Receipt) -> Void
    ) throws(ReceiverError) {
        guard settings.allowsAnyAddress || settings.address.isLoopback else { throw .notLoopback(host: settings.address.host) }
        self.settings = settings
        self.now = now
        self.onListening = onListening
        self.print = print
    }

    /// Listens until SIGTERM or SIGINT; then what has come whole is answered, and waits of the plan are cut short by closing the
    /// connection. Cancelling the task ends it at once.
    ///
    /// - Throws: `ReceiverError.folder` or `.listening` if it cannot begin, `CancellationError` if the task is cancelled.
    public func run() async throws {
        let responder = try makeResponder()
        // The library's default would take its level from the environment, and tell of every start.
        var logger = Logger(label: "silta.receiver") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .warning
        let application = Application(
            responder: responder,
            server: .http1(configuration: Receiver.connections),
            configuration: ApplicationConfiguration(
                address: .hostname(settings.address.host, port: Int(settings.address.port)),
                availableConnectionsDelegate: MaximumAvailableConnections(Limit.connections, logger: logger)),
            onServerRunning: { channel in
                let port = channel.localAddress?.port.flatMap(UInt16.init(exactly:))
                onListening(ListenAddress(host: settings.address.host, port: port ?? settings.address.port))
            },
            logger: logger)
        do {
            try await application.runService()
        } catch {
            try Task.checkCancellation()
            throw ReceiverError.listening(address: settings.address.description, problem: "\(error)")
        }
        try Task.checkCancellation()
    }

    private func makeResponder() throws(ReceiverError) -> NoticeResponder {
        var known = KnownMessages(limit: Limit.messages)
        var folder: MessageFolder?
        if let path = settings.folder {
            folder = try MessageFolder(path: path)
            try folder?.recall(into: &known, maximumBytes: Limit.body)
        }
        return NoticeResponder(
            examiner: Examiner(secret: settings.secret, proofKeys: settings.proofKeys, maximumBodyBytes: Limit.body),
            reception: Reception(known: known, folder: folder, plan: settings.plan, print: print),
            now: now)
    }

    private static var connections: HTTP1Channel.Configuration {
        HTTP1Channel.Configuration(
            idleTimeout: .seconds(Limit.idleSeconds),
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: Limit.headers, maxHeaderListSize: Limit.headers, maxHeaderFieldCount: Limit.headerCount))
    }
}
