/// An address of the Internet Protocol, version 4 or 6.
///
/// An IPv4-mapped IPv6 address (`::ffff:192.0.2.1`, RFC 4291 section 2.5.5.2) is the IPv4 address it stands for, so that one address has
/// one value however it was written.
public struct IPAddress: Hashable, Sendable {
    enum Family: UInt8, Sendable {
        case v4 = 32
        case v6 = 128

        /// The length of an address in bits.
        var width: Int { Int(rawValue) }
    }

    let family: Family
    /// The address as a number; for IPv4 only the low 32 bits are used.
    let bits: UInt128

    /// The IPv4 address whose four bytes, most significant first, are `bits`.
    public init(v4 bits: UInt32) {
        self.init(family: .v4, bits: UInt128(bits))
    }

    /// The IPv6 address whose sixteen bytes, most significant first, are `bits`; an IPv4-mapped one becomes the IPv4 address.
    public init(v6 bits: UInt128) {
        if bits >> 32 == Self.mappedPrefix {
            self.init(v4: UInt32(truncatingIfNeeded: bits))
        } else {
            self.init(family: .v6, bits: bits)
        }
    }

    /// The address that `text` spells: four decimal numbers with dots, or an IPv6 address in any form of RFC 4291 section 2.2.
    ///
    /// Leading zeros in IPv4, shortened or hexadecimal IPv4, brackets and zones (`%eth0`) are refused.
    public init(_ text: String) throws(AddressError) {
        guard let (family, bits) = Self.parse(text) else { throw .notAnAddress() }
        switch family {
        case .v4: self.init(v4: UInt32(truncatingIfNeeded: bits))
        case .v6: self.init(v6: bits)
        }
    }

    private init(family: Family, bits: UInt128) {
        self.family = family
        self.bits = bits
    }

    /// The upper 96 bits of `::ffff:0:0/96`.
    static let mappedPrefix: UInt128 = 0xffff
}

extension IPAddress: CustomStringConvertible {
    /// The canonical text: dotted decimal, or the form of RFC 5952.
    public var description: String { Self.text(family, bits) }
}
