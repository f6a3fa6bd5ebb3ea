import Glibc

/// Where a socket of this machine is, as unix(7) has it: a path, or a name that is in no folder.
struct UnixAddress: Hashable, Sendable {
    /// As the system takes it: an abstract name begins with a zero byte, a path ends with one.
    private let bytes: [UInt8]

    /// - Parameter text: an absolute path, or an abstract name behind `@`. Nil where it is neither, or longer than the system takes.
    init?(_ text: String) {
        let name = Array(text.utf8)
        guard name.count > 1, !name.contains(0) else { return nil }
        switch name[0] {
        case UInt8(ascii: "/"): bytes = name + [0]
        case UInt8(ascii: "@"): bytes = [0] + name.dropFirst()
        default: return nil
        }
        guard bytes.count <= MemoryLayout.size(ofValue: sockaddr_un().sun_path) else { return nil }
    }

    func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size - MemoryLayout.size(ofValue: address.sun_path) + bytes.count)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, size) }
        }
    }
}
