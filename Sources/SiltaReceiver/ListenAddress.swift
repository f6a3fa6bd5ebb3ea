/// Where a receiver listens: an IP address and a port.
public struct ListenAddress: Hashable, Sendable {
    /// An IP address, without brackets.
    public let host: String
    /// 0: any that is free.
    public let port: UInt16

    /// - Parameter text: `127.0.0.1:8700`, `[::1]:0`, or `localhost` in place of 127.0.0.1.
    /// - Throws: `ReceiverError.address`.
    public init(parsing text: String) throws(ReceiverError) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else { throw .address(text) }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            throw .address(text)
        }
        guard !host.isEmpty else { throw .address(text) }
        self.init(host: String(host), port: port)
    }

    public init(host: String, port: UInt16) {
        // Not left to a name service, which may say that localhost is elsewhere.
        self.host = host == "localhost" ? "127.0.0.1" : host
        self.port = port
    }

    /// Whether only programs of this machine reach it: 127.0.0.0/8 in four decimal numbers, or ::1.
    var isLoopback: Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return host == "::1" || parts.first == "127" && parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
    }
}

extension ListenAddress: CustomStringConvertible {
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
