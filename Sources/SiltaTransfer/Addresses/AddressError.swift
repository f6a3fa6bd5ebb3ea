/// Why a text is no address or no address range.
public struct AddressError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is wrong with the text.
    public enum Code: String, Sendable {
        case notAnAddress = "not-an-address"
        case prefixOutOfRange = "prefix-out-of-range"
        case hostBitsSet = "host-bits-set"
    }

    /// What is wrong, for a program.
    public let code: Code
    /// What is wrong and what would be right, for a person.
    public let sentence: String

    public var description: String { sentence }

    static func notAnAddress() -> AddressError {
        AddressError(
            code: .notAnAddress,
            sentence: "This is not an address or a range of addresses; 192.0.2.1, 10.0.0.0/8 or fd00::/8 would be right.")
    }

    static func prefixOutOfRange(_ family: IPAddress.Family) -> AddressError {
        AddressError(code: .prefixOutOfRange, sentence: "The number after the slash must be from 0 through \(family.width).")
    }

    static func hostBitsSet(rightForm: String) -> AddressError {
        AddressError(code: .hostBitsSet, sentence: "The address has bits set beyond the range's prefix; \(rightForm) would be right.")
    }
}
