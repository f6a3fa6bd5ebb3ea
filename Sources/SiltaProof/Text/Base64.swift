import FoundationEssentials

/// Standard base64 (RFC 4648, section 4), read exactly: padded, in one spelling only, nothing in between.
///
/// A lenient reader would let one signature or hash be written in several ways, and what was signed could then be
/// changed without breaking its signature.
package enum Base64 {
    package static func encode(_ bytes: some Sequence<UInt8>) -> String {
        Data(bytes).base64EncodedString()
    }

    /// The bytes that `text` (ASCII) spells, or nil if it is not the one spelling of any.
    package static func decode(_ text: some Sequence<UInt8>) -> [UInt8]? {
        let text = Data(text)
        guard let bytes = Data(base64Encoded: text), bytes.base64EncodedData() == text else { return nil }
        return [UInt8](bytes)
    }
}
