import Glibc
import NIOCore
import NIOPosix

/// Listens on a Unix socket: each connection is one line and its answer.
public struct SocketServer: Sendable {
    /// What is written down: a longer request is not read, more connections wait in the kernel's queue, a slower caller is left.
    public enum Limit {
        public static let request = 64 << 10
        public static let connections = 64
        public static let requestTime = Duration.seconds(10)
        public static let answerTime = Duration.seconds(60)
    }

    private let path: String
    private let group: UInt32?

    /// - Parameters:
    ///   - path: where the socket is made; one that a process left behind is replaced.
    ///   - group: whose members may connect; nil is the process's own group.
    /// - Throws: `SocketFailure.taken` where somebody answers there already.
    public init(path: String, group: UInt32?) throws(SocketFailure) {
        self.path = path
        self.group = group
        do throws(SocketFailure) {
            close(try SocketAddress(path).connect())
        } catch {
            if error.code == .absent { return }
            throw error
        }
        throw SocketFailure(.taken, "another silta answers on \(path): stop it first, or give this one another state folder and socket")
    }

    /// Answers until the task is cancelled; then what is being answered is answered.
    ///
    /// - Parameter answer: given who asks and their line; returns the bytes of the answer.
    public func run(answer: @escaping @Sendable (Caller, [UInt8]) async -> [UInt8]) async throws {
        let channel = try await listen()
        try await withTaskCancellationHandler {
            try await channel.executeThenClose { connections in
                await withTaskGroup(of: Void.self) { tasks in
                    var count = 0
                    do {
                        for try await connection in connections {
                            if count >= Limit.connections { await tasks.next() } else { count += 1 }
                            tasks.addTask { await SocketServer.serve(connection, answer) }
                        }
                    } catch {
                        // It was closed: nobody else is let in.
                    }
                }
            }
        } onCancel: {
            channel.channel.close(promise: nil)
        }
        unlink(path)
    }

    private typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    private func listen() async throws -> NIOAsyncChannel<any Channel, Never> {
        unlink(path)
        // From the first moment on, for nobody but the process's own user.
        let mask = umask(0o177)
        defer { umask(mask) }
        let channel: NIOAsyncChannel<any Channel, Never>
        do {
            channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .serverChannelOption(.backlog, value: 64)
                // Nothing is read before somebody is there to serve it.
                .childChannelOption(.autoRead, value: false)
                .bind(unixDomainSocketPath: path) { $0.eventLoop.makeSucceededFuture($0) }
        } catch {
            throw SocketFailure(
                .other, "\(path) cannot be listened on; its folder must be there and belong to the user of silta [\(error)]")
        }
        guard chown(path, uid_t.max, group ?? gid_t.max) == 0, chmod(path, 0o660) == 0 else {
            let reason = String(cString: strerror(errno))
            try? await channel.channel.close()
            throw SocketFailure(
                .forbidden, "\(path) cannot be given to its group: the user of silta must be a member of that group [\(reason)]")
        }
        return channel
    }

    /// A connection is made of a channel only where it is served to its end: one that is let go without that ends the process.
    private static func connection(_ channel: any Channel) async throws -> Connection {
        try await channel.eventLoop.submit {
            guard channel.isActive else { throw ChannelError.alreadyClosed }
            let connection = try Connection(
                wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
            try channel.syncOptions?.setOption(.autoRead, value: true)
            return connection
        }.get()
    }

    private static func serve(_ channel: any Channel, _ answer: @Sendable (Caller, [UInt8]) async -> [UInt8]) async {
        do {
            try await connection(channel).executeThenClose { inbound, _ in
                let caller = try await self.caller(of: channel)
                let line = await withTaskGroup(of: [UInt8]?.self) { group in
                    group.addTask { try? await self.line(from: inbound) }
                    group.addTask {
                        try? await Task.sleep(for: Limit.requestTime)
                        return nil
                    }
                    defer { group.cancelAll() }
                    return await group.next() ?? nil
                }
                guard let line else { return }
                let bytes = await answer(caller, line)
                await withTaskGroup { group in
                    group.addTask {
                        var rest = bytes[...]
                        // Each piece is awaited until the kernel has it: closing sooner would cut what is still on its way.
                        while !rest.isEmpty {
                            let piece = ByteBuffer(bytes: rest.prefix(1 << 16))
                            guard (try? await channel.writeAndFlush(piece).get()) != nil else { return }
                            rest = rest.dropFirst(1 << 16)
                        }
                    }
                    group.addTask {
                        guard (try? await Task.sleep(for: Limit.answerTime)) != nil else { return }
                        channel.close(promise: nil)
                    }
                    await group.next()
                    group.cancelAll()
                }
            }
        } catch {
            // Whoever hung up needs no answer.
        }
    }

    /// - Returns: nil where the request is too long, or ends before its newline.
    private static func line(from inbound: NIOAsyncChannelInboundStream<ByteBuffer>) async throws -> [UInt8]? {
        var line: [UInt8] = []
        for try await piece in inbound {
            line.append(contentsOf: piece.readableBytesView)
            if let end = line.firstIndex(of: UInt8(ascii: "\n")) { return Array(line[..<end]) }
            if line.count > Limit.request { return nil }
        }
        return nil
    }

    /// `struct ucred` of unix(7).
    private struct Credentials {
        var process: Int32 = 0
        var user: UInt32 = .max
        var group: UInt32 = .max
    }

    private static func caller(of channel: any Channel) async throws -> Caller {
        guard let provider = channel as? any SocketOptionProvider else {
            throw SocketFailure(.other, "the kernel does not say who asks")
        }
        let credentials: Credentials = try await provider.unsafeGetSocketOption(
            level: .socket, name: .init(rawValue: SO_PEERCRED)
        ).get()
        return Caller(userID: credentials.user, groupID: credentials.group)
    }
}
