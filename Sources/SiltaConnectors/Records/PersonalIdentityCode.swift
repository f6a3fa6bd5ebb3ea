internal import SiltaCore

/// Hetu, the Finnish personal identity code: ddMMyy, a separator that tells the century, an individual number, a check character.
///
/// Since 2023 the separator also tells people apart, so it is kept as it is. The check character is that of the remainder of the
/// nine digits by 31 (Digital and Population Data Services Agency). Numbers from 900 are never issued and serve for tests.
enum PersonalIdentityCode {
    private static let checkCharacters = Array("0123456789ABCDEFHJKLMNPRSTUVWXY".utf8)

    static func isValid(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count == 11, let day = number(bytes[0..<2]), let month = number(bytes[2..<4]), let year = number(bytes[4..<6]),
            let century = century(bytes[6]), let individual = number(bytes[7..<10]), individual >= 2
        else { return false }
        let digits = ((day * 100 + month) * 100 + year) * 1000 + individual
        return bytes[10] == checkCharacters[digits % 31] && LocalDate(year: century + year, month: month, day: day) != nil
    }

    private static func century(_ separator: UInt8) -> Int? {
        switch separator {
        case UInt8(ascii: "+"): 1800
        case UInt8(ascii: "-"), UInt8(ascii: "U")...UInt8(ascii: "Y"): 1900
        case UInt8(ascii: "A")...UInt8(ascii: "F"): 2000
        default: nil
        }
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        digits.withUnsafeBufferPointer { DecimalDigits.number($0, upTo: 3) }
    }
}
