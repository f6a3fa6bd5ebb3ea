/// Why a receiver cannot run.
public enum ReceiverError: Error, Hashable, Sendable {
    /// What was given to listen on is not an address and a port.
    case address(String)
    case notLoopback(host: String)
    case answerPlan(String)
    case folder(path: String, problem: String)
    case listening(address: String, problem: String)
}

extension ReceiverError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .address(let text):
            "A receiver listens on an IP address and a port, such as 127.0.0.1:8700 or [::1]:0 [found: \(text)]"
        case .notLoopback(let host):
            "A receiver listens on a loopback address, such as 127.0.0.1, unless it is told that others may reach it [found: \(host)]"
        case .answerPlan(let problem):
            "The answers cannot be planned so: \(problem)"
        case .folder(let path, let problem):
            "The folder of received messages cannot be used: \(problem) [path: \(path)]"
        case .listening(let address, let problem):
            "The receiver cannot listen: \(problem) [address: \(address)]"
        }
    }
}
