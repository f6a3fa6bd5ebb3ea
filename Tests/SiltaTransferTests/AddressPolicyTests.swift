import Testing

@testable import SiltaTransfer

@Suite struct AddressPolicyTests {
    /// Each range of special use: its first and last address, which are refused, and the addresses just outside that are public.
    private static let special: [(use: String, first: String, last: String, before: String?, after: String?)] = [
        ("unspecified", "0.0.0.0", "0.255.255.255", nil, "1.0.0.0"),
        ("private", "10.0.0.0", "10.255.255.255", "9.255.255.255", "11.0.0.0"),
        ("carrier-shared", "100.64.0.0", "100.127.255.255", "100.63.255.255", "100.128.0.0"),
        ("loopback", "127.0.0.0", "127.255.255.255", "126.255.255.255", "128.0.0.0"),
        ("link-local", "169.254.0.0", "169.254.255.255", "169.253.255.255", "169.255.0.0"),
        ("private", "172.16.0.0", "172.31.255.255", "172.15.255.255", "172.32.0.0"),
        ("protocol-assignment", "192.0.0.0", "192.0.0.255", "191.255.255.255", "192.0.1.0"),
        ("documentation", "192.0.2.0", "192.0.2.255", "192.0.1.255", "192.0.3.0"),
        ("6to4-relay", "192.88.99.0", "192.88.99.255", "192.88.98.255", "192.88.100.0"),
        ("private", "192.168.0.0", "192.168.255.255", "192.167.255.255", "192.169.0.0"),
        ("benchmarking", "198.18.0.0", "198.19.255.255", "198.17.255.255", "198.20.0.0"),
        ("documentation", "198.51.100.0", "198.51.100.255", "198.51.99.255", "198.51.101.0"),
        ("documentation", "203.0.113.0", "203.0.113.255", "203.0.112.255", "203.0.114.0"),
        ("multicast", "224.0.0.0", "239.255.255.255", "223.255.255.255", nil),
        ("reserved", "240.0.0.0", "255.255.255.254", nil, nil),
        ("broadcast", "255.255.255.255", "255.255.255.255", nil, nil),
        ("unspecified", "::", "::", nil, nil),
        ("loopback", "::1", "::1", nil, nil),
        ("reserved", "::2", "::fffe:ffff:ffff", nil, nil),
        ("NAT64", "64:ff9b::", "64:ff9b::ffff:ffff", nil, nil),
        ("NAT64", "64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff", nil, nil),
        ("discard-only", "100::", "100::ffff:ffff:ffff:ffff", nil, nil),
        ("reserved", "100:0:0:1::", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", nil, "2000::"),
        ("Teredo", "2001::", "2001:0:ffff:ffff:ffff:ffff:ffff:ffff", "2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff", nil),
        ("protocol-assignment", "2001:1::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", nil, "2001:200::"),
        ("documentation", "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db7:ffff::", "2001:db9::"),
        ("6to4", "2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:ffff::", "2003::"),
        ("documentation", "3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", "3ffe:ffff::", "3fff:1000::"),
        ("reserved", "4000::", "5eff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff:ffff::", nil),
        ("segment-routing", "5f00::", "5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff", nil, nil),
        ("reserved", "5f01::", "fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", nil, nil),
        ("private", "fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", nil, nil),
        ("link-local", "fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", nil, nil),
        ("site-local", "fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", nil, nil),
        ("multicast", "ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", nil, nil),
    ]

    @Test func `every range of special use is refused from its first to its last address and not beyond`() throws {
        let policy = AddressPolicy()
        for range in Self.special {
            for text in [range.first, range.last] {
                let address = try IPAddress(text)
                #expect(!policy.permits(address), "\(text)")
                #expect(SpecialUse.of(address) == range.use, "\(text)")
            }
            for text in [range.before, range.after].compactMap(\.self) {
                #expect(try policy.permits(IPAddress(text)), "\(text)")
            }
        }
    }

    @Test func `an IPv4 address of special use is refused also where it is written as IPv6`() throws {
        for range in Self.special where !range.first.contains(":") {
            #expect(try !AddressPolicy().permits(IPAddress("::ffff:\(range.first)")), "\(range.first)")
            #expect(try !AddressPolicy().permits(IPAddress("64:ff9b::\(range.first)")), "\(range.first)")
            #expect(try !AddressPolicy().permits(IPAddress("::\(range.first)")), "\(range.first)")
        }
    }

    @Test(arguments: ["8.8.8.8", "91.198.174.192", "193.166.0.1", "2a00:1450:4001:831::200e", "2620:0:862:ed1a::1", "2001:4860:4860::8888"])
    func `public addresses are permitted`(_ text: String) throws {
        #expect(try AddressPolicy().permits(IPAddress(text)))
    }

    @Test func `a listed range is permitted, and nothing besides`() throws {
        let policy = try AddressPolicy(allowed: [AddressRange("10.1.0.0/16"), AddressRange("::1")])
        #expect(try policy.permits(IPAddress("10.1.2.3")))
        #expect(try policy.permits(IPAddress("::ffff:10.1.2.3")))
        #expect(try policy.permits(IPAddress("::1")))
        #expect(try !policy.permits(IPAddress("10.2.0.0")))
        #expect(try !policy.permits(IPAddress("127.0.0.1")))
        #expect(try policy.permits(IPAddress("8.8.8.8")))
        #expect(try !policy.lists(IPAddress("8.8.8.8")))
    }

    @Test func `a confined policy permits what is listed only`() throws {
        let policy = try AddressPolicy(allowed: [AddressRange("127.0.0.0/8")], isConfined: true)
        #expect(try policy.permits(IPAddress("127.0.0.1")))
        #expect(try !policy.permits(IPAddress("8.8.8.8")))
        #expect(try !policy.permits(IPAddress("10.0.0.1")))
    }
}
