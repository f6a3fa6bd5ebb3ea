/// How the text of a file is written in bytes.
public enum TextEncoding: String, CaseIterable, Sendable {
    case utf8 = "utf-8"
    /// Windows-1252, as registers on Windows write what they call "Ansi".
    case windows1252 = "cp1252"

    /// The text, or nil where the bytes are not of this encoding.
    public func decode(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        switch self {
        case .utf8:
            return String(validating: bytes, as: UTF8.self)
        case .windows1252:
            if bytes.allSatisfy({ $0 < 0x80 }) { return String(decoding: bytes, as: UTF8.self) }
            var text = String.UnicodeScalarView()
            for byte in bytes {
                guard let scalar = TextEncoding.scalar(ofWindows1252: byte) else { return nil }
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
        case .windows1252:
            var text = String.UnicodeScalarView()
            for byte in bytes { text.append(TextEncoding.scalar(ofWindows1252: byte) ?? "\u{FFFD}") }
            return String(text)
        }
    }

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
