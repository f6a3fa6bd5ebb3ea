import CCurl
import Glibc

/// The socket address that libcurl is about to connect to.
enum SocketAddress {
    /// The address in it; nil where it is neither IPv4 nor IPv6.
    static func read(_ address: UnsafePointer<curl_sockaddr>) -> IPAddress? {
        // `addr` is declared too short for IPv6, as sockaddr always is; libcurl's memory behind it is long enough, and `addrlen` says so.
        guard let offset = MemoryLayout<curl_sockaddr>.offset(of: \.addr) else { return nil }
        let bytes = UnsafeRawBufferPointer(start: UnsafeRawPointer(address) + offset, count: Int(address.pointee.addrlen))
        switch address.pointee.family {
        case AF_INET where bytes.count >= MemoryLayout<sockaddr_in>.size:
            return IPAddress(v4: UInt32(bigEndian: bytes.loadUnaligned(as: sockaddr_in.self).sin_addr.s_addr))
        case AF_INET6 where bytes.count >= MemoryLayout<sockaddr_in6>.size:
            let number = withUnsafeBytes(of: bytes.loadUnaligned(as: sockaddr_in6.self).sin6_addr) {
                $0.reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
            }
            return IPAddress(v6: number)
        default:
            return nil
        }
    }

    /// A socket for it, which the programs that connectors start do not inherit; `CURL_SOCKET_BAD` where there is none.
    static func open(_ address: UnsafePointer<curl_sockaddr>) -> curl_socket_t {
        socket(address.pointee.family, address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue), address.pointee.protocol)
    }
}
