/// How the text of a file is written in bytes.
public enum TextEncoding: String, CaseIterable, Sendable {
    case utf8 = "utf-8"
    /// With a byte order mark, or without one. Rows are read of what ``UTF16Transcoder`` makes of it.
    case utf16 = "utf-16"
    case latin1 = "iso-8859-1"
    /// Latin-1 with the euro sign and seven letters that Finnish and French need.
    case latin9 = "iso-8859-15"
    /// Windows-1252, as registers on Windows write what they call "Ansi".
    case windows1252 = "cp1252"

    /// How the rows of a file are written that is read: UTF-16 is made UTF-8 before.
    public var ofRows: TextEncoding { self == .utf16 ? .utf8 : self }

    /// The text, or nil where the bytes are not of this encoding.
    public func decode(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        switch self {
        case .utf8:
            return String(validating: bytes, as: UTF8.self)
        case .utf16:
            return TextEncoding.utf8(ofUTF16: bytes).withUnsafeBufferPointer { String(validating: $0, as: UTF8.self) }
        case .latin1, .latin9, .windows1252:
            if bytes.allSatisfy({ $0 < 0x80 }) { return String(decoding: bytes, as: UTF8.self) }
            var text = String.UnicodeScalarView()
            for byte in bytes {
                guard let scalar = scalar(of: byte) else { return nil }
                text.append(scalar)
            }
            return String(text)
        }
    }

    /// The text with U+FFFD in place of what is not of this encoding.
    public func decodeRepairing(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        switch self {
        case .utf8:
            return String(decoding: bytes, as: UTF8.self)
        case .utf16:
            return String(decoding: TextEncoding.utf8(ofUTF16: bytes), as: UTF8.self)
        case .latin1, .latin9, .windows1252:
            var text = String.UnicodeScalarView()
            for byte in bytes { text.append(scalar(of: byte) ?? "\u{FFFD}") }
            return String(text)
        }
    }

    private static func utf8(ofUTF16 bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var transcoder = UTF16Transcoder()
        var text: [UInt8] = []
        transcoder.feed(UnsafeRawBufferPointer(bytes)) { text.append(contentsOf: $0) }
        transcoder.finish { text.append(contentsOf: $0) }
        return text
    }

    /// What a byte means in an encoding that has one for each character; nil where it means nothing. Control characters of 0x80…0x9F
    /// stand in no text: where there are some, the encoding is another.
    func scalar(of byte: UInt8) -> Unicode.Scalar? {
        switch self {
        case .windows1252: return TextEncoding.scalar(ofWindows1252: byte)
        case .latin9:
            if let other = TextEncoding.latin9Differences[byte] { return other }
            fallthrough
        default: return (0x80...0x9F).contains(byte) ? nil : Unicode.Scalar(byte)
        }
    }

    private static let latin9Differences: [UInt8: Unicode.Scalar] = [
        0xA4: "€", 0xA6: "Š", 0xA8: "š", 0xB4: "Ž", 0xB8: "ž", 0xBC: "Œ", 0xBD: "œ", 0xBE: "Ÿ",
    ]

    /// Windows-1252 is Latin-1 but for 0x80…0x9F, where five bytes mean nothing.
    private static func scalar(ofWindows1252 byte: UInt8) -> Unicode.Scalar? {
        guard (0x80...0x9F).contains(byte) else { return Unicode.Scalar(byte) }
        return Unicode.Scalar(upperHalfOfControls[Int(byte) - 0x80]).flatMap { $0.value == 0 ? nil : $0 }
    }

    private static let upperHalfOfControls: [UInt16] = [
        0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0,
        0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178,
    ]
}
