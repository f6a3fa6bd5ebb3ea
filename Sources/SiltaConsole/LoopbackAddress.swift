/// Where a console listens: an IP address that only this machine's own programs reach, and a port.
public struct LoopbackAddress: Hashable, Sendable {
    /// An IP address, without brackets.
    public let host: String
    /// 0: any that is free.
    public let port: UInt16

    /// - Parameter text: `127.0.0.1:8701`, `[::1]:0`, or `localhost` in place of 127.0.0.1.
    /// - Throws: `ConsoleError.address`, `.notLoopback`.
    public init(parsing text: String) throws(ConsoleError) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else { throw .address(text) }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            throw .address(text)
        }
        guard !host.isEmpty else { throw .address(text) }
        try self.init(host: String(host), port: port)
    }

    /// - Parameter host: in 127.0.0.0/8, four decimal numbers; or `::1`; or `localhost`.
    /// - Throws: `ConsoleError.notLoopback`.
    public init(host: String, port: UInt16) throws(ConsoleError) {
        // Not left to a name service, which may say that localhost is elsewhere.
        let host = host == "localhost" ? "127.0.0.1" : host
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        let isIPv4 = parts.first == "127" && parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
        guard host == "::1" || isIPv4 else { throw .notLoopback(host: host) }
        self.host = host
        self.port = port
    }

    /// The same address, with the port that it turned out to have.
    func at(port: UInt16) -> LoopbackAddress { LoopbackAddress(known: host, port: port) }

    private init(known host: String, port: UInt16) {
        self.host = host
        self.port = port
    }
}

extension LoopbackAddress: CustomStringConvertible {
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
