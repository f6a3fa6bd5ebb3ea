import Glibc

/// One request to whoever listens on a Unix socket.
public enum SocketClient {
    /// Sends a line and hands over the lines of the answer as they come, until the other end hangs up. Blocks.
    ///
    /// - Parameters:
    ///   - line: without its newline.
    ///   - take: given each line of the answer without its newline.
    /// - Throws: `SocketFailure.absent` where nobody listens, `.forbidden` where this user may not connect, `.broken` where the
    ///   connection ends within a line; and what `take` throws.
    public static func ask(_ path: String, _ line: [UInt8], _ take: ([UInt8]) throws -> Void) throws {
        let descriptor = try SocketAddress(path).connect()
        defer { close(descriptor) }
        try write(line + [UInt8(ascii: "\n")], descriptor)
        var rest: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(descriptor, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw SocketFailure(.broken, "the daemon hung up: \(String(cString: strerror(errno)))") }
            guard count > 0 else { break }
            var start = 0
            while let end = piece[start..<count].firstIndex(of: UInt8(ascii: "\n")) {
                rest.append(contentsOf: piece[start..<end])
                try take(rest)
                rest.removeAll(keepingCapacity: true)
                start = end + 1
            }
            rest.append(contentsOf: piece[start..<count])
        }
        guard rest.isEmpty else { throw SocketFailure(.broken, "the daemon hung up in the middle of its answer") }
    }

    private static func write(_ bytes: [UInt8], _ descriptor: Int32) throws(SocketFailure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                throw SocketFailure(.broken, "the daemon did not take the request: \(String(cString: strerror(errno)))")
            }
            rest = rest.dropFirst(count)
        }
    }
}
