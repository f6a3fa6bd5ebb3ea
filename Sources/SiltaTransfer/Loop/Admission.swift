/// Why the policy keeps a request from an address.
enum Refusal: Equatable {
    case address(IPAddress, use: String)
    case notListed(IPAddress)
    case plain(IPAddress)
    case unknownBehindProxy(isPlain: Bool)
    case unreadable

    /// Nil where the request may go to the address.
    init?(of address: IPAddress, under policy: AddressPolicy, isPlain: Bool) {
        if policy.lists(address) { return nil }
        if let use = SpecialUse.of(address) {
            self = .address(address, use: use)
        } else if policy.isConfined {
            self = .notListed(address)
        } else if isPlain {
            self = .plain(address)
        } else {
            return nil
        }
    }

    func failure(_ endpoint: Endpoint) -> TransferFailure {
        let (code, sentence): (TransferFailure.Code, String) =
            switch self {
            case .address(let address, let use):
                (.forbiddenAddress, "\(address) is a \(use) address, and nothing is sent there unless allow-addresses lists it")
            case .notListed(let address):
                (.forbiddenAddress, "Only addresses that allow-addresses lists may be reached here, and \(address) is not one of them")
            case .plain(let address):
                (.forbiddenScheme, "Plain http goes only to addresses that allow-addresses lists, unlike \(address); https would be right")
            case .unknownBehindProxy(isPlain: true):
                (.forbiddenScheme, "Plain http through a proxy goes only to a listed address, not to a name; https would be right")
            case .unknownBehindProxy(isPlain: false):
                (.forbiddenAddress, "Only listed addresses may be reached here, and behind a proxy the address of a name is not known")
            case .unreadable:
                (.forbiddenAddress, "The address of the connection could not be read, and nothing is sent to an unknown address")
            }
        return TransferFailure(code: code, sentence: "\(sentence) [\(endpoint.facts)].", mayHaveArrived: false)
    }
}

/// Decides, for one request, on every address before a connection to it is opened and again before the request goes over a connection
/// that was found open, and remembers what it decided.
struct Admission {
    private let policy: AddressPolicy
    private let isPlain: Bool
    private let isProxied: Bool

    /// The last refusal of an address.
    private(set) var refusal: Refusal?
    /// Whether a connection to a permitted address was tried.
    private(set) var hasTried = false
    /// Whether the request was let onto a connection: from then on it may have arrived.
    private(set) var hasStarted = false
    /// Whether the request would have been sent a second time, because the connection found open ended under it.
    private(set) var wouldRepeat = false

    init(_ prepared: PreparedRequest) {
        self.init(prepared.request.addresses, isPlain: prepared.endpoint.isPlain, isProxied: prepared.request.proxy != nil)
    }

    init(_ policy: AddressPolicy, isPlain: Bool, isProxied: Bool) {
        self.policy = policy
        self.isPlain = isPlain
        self.isProxied = isProxied
    }

    /// Whether a connection to the address, nil where it cannot be read, may be opened.
    mutating func admitsConnection(to address: IPAddress?) -> Bool {
        guard admits(address) else { return false }
        hasTried = true
        return true
    }

    /// Whether the request may go out now over a connection to the address; once at most.
    ///
    /// libcurl repeats a request by itself when a connection that it found open turns out to be dead. That may be a second delivery, and
    /// an attempt that is in the log must be one request: whoever sent it decides on the next.
    mutating func admitsRequest(over address: IPAddress?) -> Bool {
        guard !hasStarted else {
            wouldRepeat = true
            return false
        }
        guard admits(address) else { return false }
        hasStarted = true
        return true
    }

    /// Whether a file may be asked for over a connection to the address: as often as libcurl likes, for asking changes nothing.
    mutating func admitsQuestion(over address: IPAddress?) -> Bool {
        guard admits(address) else { return false }
        hasStarted = true
        return true
    }

    private mutating func admits(_ address: IPAddress?) -> Bool {
        if isProxied { return true }
        let refusal = address.map { Refusal(of: $0, under: policy, isPlain: isPlain) } ?? .unreadable
        if let refusal { self.refusal = refusal }
        return refusal == nil
    }
}
