/// Which addresses a request may be sent to.
///
/// An endpoint's name is somebody else's to point anywhere. Without a rule, whoever controls that name could have notices, with their
/// credentials, sent to a service inside the organisation that believes whatever comes from near by (server-side request forgery). So
/// addresses of special use are refused unless configuration (`allow-addresses`) lists them.
public struct AddressPolicy: Hashable, Sendable {
    /// The ranges that configuration lists, of special use or not.
    public var allowed: [AddressRange]

    /// Whether nothing but `allowed` may be reached, public addresses included in what is refused: for a run at a played time.
    public var isConfined: Bool

    /// The public internet, and `allowed` besides; nothing but `allowed` where `isConfined`.
    public init(allowed: [AddressRange] = [], isConfined: Bool = false) {
        self.allowed = allowed
        self.isConfined = isConfined
    }

    /// Whether a request may be sent to the address.
    public func permits(_ address: IPAddress) -> Bool {
        lists(address) || (!isConfined && SpecialUse.of(address) == nil)
    }

    /// Whether configuration lists the address: also the condition for plain http.
    public func lists(_ address: IPAddress) -> Bool {
        allowed.contains { $0.contains(address) }
    }
}
