/// The `MESSAGE_ID` of a kind of line: 128 random bits that never change, made with `systemd-id128 new` and looked up in
/// [message catalogs](https://systemd.io/CATALOG/).
public struct MessageID: Hashable, Sendable {
    public let bits: UInt128

    /// ```swift
    /// MessageID(0x8d45620c1a4348dbb17410da57c60c66)
    /// ```
    public init(_ bits: UInt128) { self.bits = bits }
}

extension MessageID: CustomStringConvertible {
    /// 32 hexadecimal digits, in small letters.
    public var description: String {
        let digits = String(bits, radix: 16)
        return String(repeating: "0", count: 32 - digits.count) + digits
    }
}
