/// The addresses that are not for the public internet, and the word for each.
///
/// After the IANA registries of special-purpose IPv4 and IPv6 addresses (RFC 6890 and its successors), IANA's multicast registries, and
/// the unicast allocation of RFC 4291: every IPv6 address outside `2000::/3` is either of special use or not allocated to anyone.
/// Ranges that translate or tunnel to IPv4 (6to4, NAT64, Teredo) are here because the address behind them would escape the rule.
enum SpecialUse {
    /// The word for the address's use, such as "loopback"; nil where the address is public.
    static func of(_ address: IPAddress) -> String? {
        switch address.family {
        case .v4: v4.first { $0.range.contains(address) }?.use
        case .v6: globalUnicast.contains(address) ? v6.first { $0.range.contains(address) }?.use : outsideGlobalUnicast(address)
        }
    }

    private typealias Entry = (range: AddressRange, use: String)

    private static let v4: [Entry] = [
        (range("0.0.0.0/8"), "unspecified"),
        (range("10.0.0.0/8"), "private"),
        (range("100.64.0.0/10"), "carrier-shared"),
        (range("127.0.0.0/8"), "loopback"),
        (range("169.254.0.0/16"), "link-local"),
        (range("172.16.0.0/12"), "private"),
        (range("192.0.0.0/24"), "protocol-assignment"),
        (range("192.0.2.0/24"), "documentation"),
        (range("192.88.99.0/24"), "6to4-relay"),
        (range("192.168.0.0/16"), "private"),
        (range("198.18.0.0/15"), "benchmarking"),
        (range("198.51.100.0/24"), "documentation"),
        (range("203.0.113.0/24"), "documentation"),
        (range("224.0.0.0/4"), "multicast"),
        (range("255.255.255.255/32"), "broadcast"),
        (range("240.0.0.0/4"), "reserved"),
    ]

    private static let globalUnicast = range("2000::/3")

    /// What is of special use within `2000::/3`.
    private static let v6: [Entry] = [
        (range("2001::/32"), "Teredo"),
        (range("2001::/23"), "protocol-assignment"),
        (range("2001:db8::/32"), "documentation"),
        (range("2002::/16"), "6to4"),
        (range("3fff::/20"), "documentation"),
    ]

    /// Words for the better known ranges outside `2000::/3`.
    private static let v6Elsewhere: [Entry] = [
        (range("::/128"), "unspecified"),
        (range("::1/128"), "loopback"),
        (range("64:ff9b::/96"), "NAT64"),
        (range("64:ff9b:1::/48"), "NAT64"),
        (range("100::/64"), "discard-only"),
        (range("5f00::/16"), "segment-routing"),
        (range("fc00::/7"), "private"),
        (range("fe80::/10"), "link-local"),
        (range("fec0::/10"), "site-local"),
        (range("ff00::/8"), "multicast"),
    ]

    private static func outsideGlobalUnicast(_ address: IPAddress) -> String {
        v6Elsewhere.first { $0.range.contains(address) }?.use ?? "reserved"
    }

    private static func range(_ text: String) -> AddressRange {
        do {
            return try AddressRange(text)
        } catch {
            preconditionFailure("A range of special use is misspelt: \(text)")
        }
    }
}
