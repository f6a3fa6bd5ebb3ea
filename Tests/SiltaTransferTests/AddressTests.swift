import Testing

@testable import SiltaTransfer

@Suite struct AddressTests {
    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1"), ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"),
        ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("2001:DB8::1", "2001:db8::1"),
        ("2001:0db8:0000:0000:0001:0000:0000:0001", "2001:db8::1:0:0:1"),
        ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"), ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
        ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"), ("::ffff:192.0.2.1", "192.0.2.1"), ("::ffff:c000:0201", "192.0.2.1"),
        ("0:0:0:0:0:ffff:127.0.0.1", "127.0.0.1"), ("::192.0.2.1", "::c000:201"), ("::fffe:1.2.3.4", "::fffe:102:304"),
    ])
    func `an address is read in every form and written in one`(_ text: String, _ canonical: String) throws {
        #expect(try IPAddress(text).description == canonical)
        #expect(try IPAddress(canonical) == IPAddress(text))
    }

    @Test(arguments: [
        "", " ", "1", "1.2.3", "1.2.3.4.5", "256.0.0.1", "1.2.3.04", "0x7f.0.0.1", "2130706433", "127.1", "1.2.3.4 ", "+1.2.3.4", "1..2.3",
        "١.2.3.4", "localhost", ":", ":::", "1:::2", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4::5:6:7:8", "12345::", "g::",
        ":1::", "1:", "::1%eth0", "[::1]", "1.2.3.4::", "::1.2.3.4:5", "::1.2.3", "::1.2.3.256", "-1::", "::１",
    ])
    func `what is no address is refused`(_ text: String) {
        #expect(throws: AddressError.self) { try IPAddress(text) }
        #expect(throws: AddressError.self) { try AddressRange(text) }
    }

    @Test func `any address is read from what it is written as`() throws {
        let seed: UInt64 = 20_261_105
        var random = Seeded(seed)
        for _ in 0..<5000 {
            // Zero groups are what shortening turns on, so they are frequent.
            let bits = (0..<8).reduce(UInt128(0)) { bits, _ in
                bits << 16 | UInt128([0, 0, 0xffff, UInt16.random(in: 0...UInt16.max, using: &random)].randomElement(using: &random) ?? 0)
            }
            let (v6, v4) = (IPAddress(v6: bits), IPAddress(v4: UInt32(truncatingIfNeeded: bits)))
            #expect(try IPAddress(v6.description) == v6, "seed \(seed)")
            #expect(try IPAddress(v4.description) == v4, "seed \(seed)")
            #expect(try IPAddress("::ffff:\(v4)") == v4, "seed \(seed)")
        }
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.0.0.0/8", "10.255.255.255", "11.0.0.0"), ("127.0.0.1", "127.0.0.1/32", "127.0.0.1", "127.0.0.2"),
        ("0.0.0.0/0", "0.0.0.0/0", "8.8.8.8", "::"), ("::/0", "::/0", "2001:db8::", "8.8.8.8"), ("::1/128", "::1/128", "::1", "::2"),
        ("fd00::/8", "fd00::/8", "fdff:ffff::1", "fc00::1"), ("::1", "::1/128", "::1", "::"),
        ("192.168.4.0/23", "192.168.4.0/23", "192.168.5.255", "192.168.6.0"),
        ("::ffff:10.0.0.0/104", "10.0.0.0/8", "10.1.2.3", "::a00:1"), ("::ffff:0:0/96", "0.0.0.0/0", "1.2.3.4", "::1"),
    ])
    func `a range contains what shares its prefix`(_ text: String, _ canonical: String, _ inside: String, _ outside: String) throws {
        let range = try AddressRange(text)
        #expect(range.description == canonical)
        #expect(try range.contains(IPAddress(inside)))
        #expect(try !range.contains(IPAddress(outside)))
    }

    @Test(arguments: ["10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/8/8", "10.0.0.0/0008", "10.0.0.0/ 8"])
    func `a prefix that no address has is refused`(_ text: String) {
        #expect {
            try AddressRange(text)
        } throws: {
            ($0 as? AddressError)?.code == .prefixOutOfRange
        }
    }

    @Test(arguments: [
        ("10.1.0.0/8", "10.0.0.0/8"), ("192.168.1.1/24", "192.168.1.0/24"), ("fd12::1/16", "fd12::/16"), ("1.2.3.4/0", "0.0.0.0/0"),
    ])
    func `a range with bits after its prefix is refused, and the error says the range`(_ text: String, _ right: String) {
        #expect {
            try AddressRange(text)
        } throws: {
            ($0 as? AddressError)?.sentence == "The address has bits set beyond the range's prefix; \(right) would be right."
        }
    }
}

/// Random numbers that a seed repeats (SplitMix64).
struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
