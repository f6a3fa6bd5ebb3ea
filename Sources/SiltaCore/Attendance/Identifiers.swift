/// A name that is text where it comes from, and a type of its own here, so that two of them are never mixed up.
public protocol TextIdentifier: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible, ExpressibleByStringLiteral
where RawValue == String {
    init(rawValue: String)
}

extension TextIdentifier {
    public init(_ text: String) { self.init(rawValue: text) }
    public init(stringLiteral text: String) { self.init(rawValue: text) }
    public var description: String { rawValue }
    /// By bytes, like the order: two keys that only look the same are two.
    public static func == (one: Self, other: Self) -> Bool { one.rawValue.hasBytes(of: other.rawValue) }
    public static func != (one: Self, other: Self) -> Bool { !(one == other) }
    public func hash(into hasher: inout Hasher) {
        var text = rawValue
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        hasher.combine(0xFF as UInt8)
    }
    /// By bytes: the same on every machine and in every language.
    public static func < (one: Self, other: Self) -> Bool { one.rawValue.precedesByBytes(other.rawValue) }
}

extension String {
    /// Not as people see them: the same character written in two ways is two.
    func hasBytes(of other: String) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        var (one, other) = (self, other)
        return one.withUTF8 { one in other.withUTF8 { other in WordwiseBytes.firstDifference(one, other) == one.count } }
    }

    func precedesByBytes(_ other: String) -> Bool {
        var (one, other) = (self, other)
        return one.withUTF8 { one in
            other.withUTF8 { other in
                let index = WordwiseBytes.firstDifference(one, other)
                if index < min(one.count, other.count) { return one[index] < other[index] }
                return one.count < other.count
            }
        }
    }
}

/// Bytes compared eight at a time: there are millions of keys.
enum WordwiseBytes {
    /// The index of the first byte that is not the same in both; the shorter one's count where there is none.
    static func firstDifference(_ one: UnsafeBufferPointer<UInt8>, _ other: UnsafeBufferPointer<UInt8>) -> Int {
        let count = min(one.count, other.count)
        let (left, right) = (UnsafeRawBufferPointer(one), UnsafeRawBufferPointer(other))
        var index = 0
        while index + 8 <= count {
            let difference =
                left.loadUnaligned(fromByteOffset: index, as: UInt64.self) ^ right.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            if difference != 0 { return index + UInt64(littleEndian: difference).trailingZeroBitCount / 8 }
            index += 8
        }
        while index < count, one[index] == other[index] { index += 1 }
        return index
    }
}

/// A configured use of a connector.
public struct SourceID: TextIdentifier {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// A pupil as a register knows them.
public struct RegisterKey: TextIdentifier {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

public struct EnrolmentKey: TextIdentifier {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

public struct MarkKey: TextIdentifier {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// The register's key of offered minutes.
public struct OfferedKey: TextIdentifier {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// A group of pupils, as their enrolments name it: `8A`.
public struct GroupName: TextIdentifier {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

public struct ConsentKey: TextIdentifier {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// A school by its organisation OID, else by its code, else by its name.
public struct SchoolID: TextIdentifier {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

public struct RecipientID: TextIdentifier {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// A rule of a policy that prepares notices.
public struct RuleID: TextIdentifier {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// A welfare service, such as `pupil-welfare`.
public struct ServiceID: TextIdentifier {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// What a disclosure is for, such as `opiskeluhuolto`.
public struct Purpose: TextIdentifier {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// What a consent allows, by a name that the policy defines.
public struct ScopeID: TextIdentifier {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// SHA-256 of a text that was adopted (a policy, a calendar, routes), as 64 hexadecimal digits.
public struct Digest: TextIdentifier {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// A random name of a pupil: 32 hexadecimal digits. Never derived from an identity code.
public struct PupilID: Hashable, Comparable, Sendable, LosslessStringConvertible {
    public let bits: UInt128

    public init(bits: UInt128) { self.bits = bits }

    public init?(_ text: String) {
        guard let bits = UInt128(hexadecimal: text[...]) else { return nil }
        self.bits = bits
    }

    public var description: String { bits.hexadecimal }

    public static func < (one: PupilID, other: PupilID) -> Bool { one.bits < other.bits }
}

/// A notice's UUID (RFC 9562, version 4), the same over every retry.
public struct NoticeID: Hashable, Comparable, Sendable, LosslessStringConvertible {
    public let bits: UInt128

    /// Any 128 bits; those of the version and the variant are set.
    public init(random bits: UInt128) {
        let version: UInt128 = 0xF000 << 64
        let variant: UInt128 = 0xC0 << 56
        self.bits = bits & ~version & ~variant | (0x4000 << 64) | (0x80 << 56)
    }

    public init(bits: UInt128) { self.bits = bits }

    public init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [8, 4, 4, 4, 12], let bits = UInt128(hexadecimal: parts.joined()[...]) else { return nil }
        self.bits = bits
    }

    public var description: String {
        let digits = bits.hexadecimal.utf8
        var text = ""
        for (index, digit) in digits.enumerated() {
            if [8, 12, 16, 20].contains(index) { text.append("-") }
            text.unicodeScalars.append(Unicode.Scalar(digit))
        }
        return text
    }

    public static func < (one: NoticeID, other: NoticeID) -> Bool { one.bits < other.bits }
}

extension UInt128 {
    /// Exactly 32 lower-case digits.
    init?(hexadecimal text: Substring) {
        var value: UInt128 = 0
        guard text.utf8.count == 32 else { return nil }
        for digit in text.utf8 {
            switch digit {
            case 48...57: value = value << 4 | UInt128(digit - 48)
            case 97...102: value = value << 4 | UInt128(digit - 87)
            default: return nil
            }
        }
        self = value
    }

    var hexadecimal: String {
        let digits = String(self, radix: 16)
        return String(repeating: "0", count: 32 - digits.utf8.count) + digits
    }
}
