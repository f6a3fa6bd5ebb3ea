/// A range of addresses that share a prefix, as CIDR notation writes it (RFC 4632): `10.0.0.0/8`, `fd00::/8`.
///
/// A range of IPv4-mapped addresses (`::ffff:10.0.0.0/104`) is the IPv4 range it stands for. No other IPv6 range, not even `::/0`,
/// contains IPv4 addresses.
public struct AddressRange: Hashable, Sendable {
    let family: IPAddress.Family
    let base: UInt128
    let prefixLength: Int

    /// The range that `text` spells; an address alone is a range of one.
    ///
    /// The bits after the prefix must be zero: `10.1.0.0/8` is more likely a slip than a wish, and the error says what the range would be.
    public init(_ text: String) throws(AddressError) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let (family, bits) = IPAddress.parse(parts[0]) else { throw .notAnAddress() }
        let length = parts.count == 1 ? family.width : try Self.prefixLength(parts[1], family)
        let base = bits & Self.mask(family, length)
        guard base == bits else { throw .hostBitsSet(rightForm: "\(IPAddress.text(family, base))/\(length)") }

        if family == .v6, length >= 96, base >> 32 == IPAddress.mappedPrefix {
            self.init(family: .v4, base: base & 0xffff_ffff, prefixLength: length - 96)
        } else {
            self.init(family: family, base: base, prefixLength: length)
        }
    }

    private init(family: IPAddress.Family, base: UInt128, prefixLength: Int) {
        self.family = family
        self.base = base
        self.prefixLength = prefixLength
    }

    /// Whether the address lies in this range.
    public func contains(_ address: IPAddress) -> Bool {
        address.family == family && address.bits & Self.mask(family, prefixLength) == base
    }

    private static func prefixLength(_ text: Substring, _ family: IPAddress.Family) throws(AddressError) -> Int {
        guard (1...3).contains(text.utf8.count), text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let length = Int(text), length <= family.width
        else { throw .prefixOutOfRange(family) }
        return length
    }

    /// Ones for the prefix, zeros for what follows. (Swift shifts a value of 128 bits by 128 to zero.)
    private static func mask(_ family: IPAddress.Family, _ length: Int) -> UInt128 {
        let all = UInt128.max >> (128 - family.width)
        return all & ~(all >> length)
    }
}

extension AddressRange: CustomStringConvertible {
    /// CIDR notation, the prefix length always written.
    public var description: String { "\(IPAddress.text(family, base))/\(prefixLength)" }
}
