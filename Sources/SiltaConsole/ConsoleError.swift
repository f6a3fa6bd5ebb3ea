/// Why a console cannot run.
public enum ConsoleError: Error, Hashable, Sendable {
    /// What was given to listen on is not an address and a port.
    case address(String)
    case notLoopback(host: String)
    case listening(address: String, problem: String)
}

extension ConsoleError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .address(let text):
            "A console listens on an IP address and a port, such as 127.0.0.1:8701 or [::1]:0 [found: \(text)]"
        case .notLoopback(let host):
            "A console listens on a loopback address, such as 127.0.0.1 or ::1, so that only this machine's programs reach it [found: \(host)]"
        case .listening(let address, let problem):
            "The console cannot listen: \(problem) [address: \(address)]"
        }
    }
}
