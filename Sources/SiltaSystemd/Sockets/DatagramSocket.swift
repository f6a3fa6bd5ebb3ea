import Glibc

/// A socket that sends datagrams to sockets of this machine and never waits. Programs that this process starts do not inherit it.
final class DatagramSocket: Sendable {
    enum Outcome: Equatable {
        case sent
        /// Whoever receives has not yet taken what came before.
        case full
        case tooLarge
        /// Nobody receives there.
        case unreachable
    }

    let descriptor: Int32

    /// Nil where the process has no descriptor left.
    init?() {
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
    }

    deinit { close(descriptor) }

    func send(_ bytes: [UInt8], to address: UnixAddress) -> Outcome {
        while true {
            let sent = address.withPointer { pointer, size in
                sendto(descriptor, bytes, bytes.count, Int32(MSG_DONTWAIT | MSG_NOSIGNAL), pointer, size)
            }
            guard sent < 0 else { return .sent }
            switch errno {
            case EINTR: continue
            case EAGAIN, ENOBUFS: return .full
            case EMSGSIZE: return .tooLarge
            default: return .unreachable
            }
        }
    }
}
