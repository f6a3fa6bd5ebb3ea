import Glibc

/// The path of a Unix socket, as the system calls want it.
struct SocketAddress {
    let path: String

    /// `sun_path` of unix(7), with its closing zero.
    static let maximumLength = 107

    init(_ path: String) throws(SocketFailure) {
        guard !path.isEmpty, path.utf8.count <= SocketAddress.maximumLength else {
            throw SocketFailure(
                .other,
                "\(path) is too long for a socket: \(SocketAddress.maximumLength) bytes at most; set socket: {path: …} in silta.yaml")
        }
        self.path = path
    }

    /// Connects, and gives the descriptor to the caller.
    func connect() throws(SocketFailure) -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw failure("a socket cannot be made") }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard status == 0 else {
            let failure = failure("\(path) cannot be connected to")
            close(descriptor)
            throw failure
        }
        return descriptor
    }

    private func failure(_ what: String) -> SocketFailure {
        let code: SocketFailure.Code =
            switch errno {
            case ENOENT, ECONNREFUSED, ENOTDIR: .absent
            case EACCES, EPERM: .forbidden
            default: .other
            }
        return SocketFailure(code, "\(what): \(String(cString: strerror(errno)))")
    }
}
