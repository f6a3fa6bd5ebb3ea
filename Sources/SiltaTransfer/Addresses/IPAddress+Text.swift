extension IPAddress {
    /// What `text` spells, before IPv4-mapped addresses become IPv4; nil where it is no address.
    static func parse(_ text: some StringProtocol) -> (Family, UInt128)? {
        if text.utf8.contains(UInt8(ascii: ":")) {
            parseV6(text).map { (.v6, $0) }
        } else {
            parseV4(text).map { (.v4, UInt128($0)) }
        }
    }

    private static func parseV4(_ text: some StringProtocol) -> UInt32? {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var address: UInt32 = 0
        for part in parts {
            guard let byte = number(part, radix: 10, digits: 3), byte <= 255 else { return nil }
            // 010 is eight to some readers and ten to others.
            guard part.count == 1 || part.first != UInt8(ascii: "0") else { return nil }
            address = address << 8 | byte
        }
        return address
    }

    private static func parseV6(_ text: some StringProtocol) -> UInt128? {
        let halves = String(text).split(separator: "::", maxSplits: 2, omittingEmptySubsequences: false)
        switch halves.count {
        case 1:
            guard let groups = groups(halves[0], endsAddress: true), groups.count == 8 else { return nil }
            return joined(groups)
        case 2:
            guard let head = groups(halves[0], endsAddress: false), let tail = groups(halves[1], endsAddress: true) else { return nil }
            // The two colons stand for at least one group.
            guard head.count + tail.count <= 7 else { return nil }
            return joined(head + Array(repeating: 0, count: 8 - head.count - tail.count) + tail)
        default:
            return nil
        }
    }

    /// The 16-bit groups between colons; the last of an address may be two of them, written as IPv4.
    private static func groups(_ text: Substring, endsAddress: Bool) -> [UInt32]? {
        guard !text.isEmpty else { return [] }
        var groups: [UInt32] = []
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if endsAddress, index == parts.count - 1, let address = parseV4(part) {
                groups += [address >> 16, address & 0xffff]
            } else if let group = number(part.utf8, radix: 16, digits: 4) {
                groups.append(group)
            } else {
                return nil
            }
        }
        return groups
    }

    private static func joined(_ groups: [UInt32]) -> UInt128 {
        groups.reduce(0) { $0 << 16 | UInt128($1) }
    }

    /// The number of one to `digits` ASCII digits, without sign; nil for anything else.
    private static func number(_ digits: some Collection<UInt8>, radix: UInt32, digits limit: Int) -> UInt32? {
        guard (1...limit).contains(digits.count) else { return nil }
        var value: UInt32 = 0
        for digit in digits {
            guard let figure = Character(Unicode.Scalar(digit)).hexDigitValue, figure < radix else { return nil }
            value = value * radix + UInt32(figure)
        }
        return value
    }

    static func text(_ family: Family, _ bits: UInt128) -> String {
        switch family {
        case .v4: (0..<4).map { String(UInt8(truncatingIfNeeded: bits >> (24 - 8 * $0))) }.joined(separator: ".")
        case .v6: textV6(bits)
        }
    }

    /// RFC 5952: lower case, no leading zeros, the first of the longest runs of at least two zero groups shortened.
    private static func textV6(_ bits: UInt128) -> String {
        let groups = (0..<8).map { UInt16(truncatingIfNeeded: bits >> (112 - 16 * $0)) }
        var longest = 0..<0
        var start = 0
        for index in 0...8 where index == 8 || groups[index] != 0 {
            if index - start > max(longest.count, 1) { longest = start..<index }
            start = index + 1
        }
        let words = groups.map { String($0, radix: 16) }
        guard !longest.isEmpty else { return words.joined(separator: ":") }
        return words[..<longest.lowerBound].joined(separator: ":") + "::" + words[longest.upperBound...].joined(separator: ":")
    }
}
