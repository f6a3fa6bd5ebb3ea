internal import Foundation

/// The secrets that a program was given, to be blanked out of whatever it prints: as they are, as they stand in a URL or in JSON, and
/// in base64, also in the middle of something longer, as in an `Authorization` header.
struct SecretValues: Sendable {
    /// Shorter ones would blank ordinary words.
    private static let shortest = 4
    private static let blank = "***"

    /// The longest first, so that no part of one stays behind.
    private let forms: [[UInt8]]
    private let firstBytes: Set<UInt8>

    init(_ values: [String]) {
        var forms: Set<[UInt8]> = []
        for value in values {
            // A key of many lines is printed line by line.
            let lines = value.split(whereSeparator: \.isNewline).map(String.init).filter { $0.utf8.count >= 16 }
            for text in [value] + lines where text.utf8.count >= SecretValues.shortest {
                forms.formUnion(SecretValues.forms(of: text))
            }
        }
        self.forms = forms.sorted { ($1.count, $0.description) < ($0.count, $1.description) }
        firstBytes = Set(forms.compactMap(\.first))
    }

    /// How long the longest form is, in bytes.
    var longest: Int { forms.first?.count ?? 0 }

    /// Whether one of 8 bytes or more stands there, in whatever form: a shorter one may stand there by chance.
    func isAny(in bytes: [UInt8]) -> Bool {
        let long = forms.filter { $0.count >= 8 }
        return bytes.indices.contains { at in
            firstBytes.contains(bytes[at]) && long.contains { bytes[at...].starts(with: $0) }
        }
    }

    /// The first so many bytes of a text, without any secret: one that begins among them is blanked to its end.
    func blanked(_ text: some Collection<UInt8>, first limit: Int = .max) -> [UInt8] {
        guard !forms.isEmpty else { return Array(text.prefix(limit)) }
        let bytes = Array(text)
        var out: [UInt8] = []
        var at = 0
        while at < min(bytes.count, limit) {
            if firstBytes.contains(bytes[at]), let form = forms.first(where: { bytes[at...].starts(with: $0) }) {
                out += SecretValues.blank.utf8
                at += form.count
            } else {
                out.append(bytes[at])
                at += 1
            }
        }
        return out
    }

    private static func forms(of text: String) -> Set<[UInt8]> {
        let bytes = Array(text.utf8)
        var forms: Set<[UInt8]> = [bytes]
        let upper = percentEncoded(bytes, digits: "0123456789ABCDEF")
        let lower = percentEncoded(bytes, digits: "0123456789abcdef")
        for encoded in [upper, lower] {
            forms.insert(encoded)
            forms.insert(Array(String(decoding: encoded, as: UTF8.self).replacing("%20", with: "+").utf8))
        }
        forms.insert(escaped(bytes))
        // As serializers write it that keep to ASCII, and those that are fit for HTML.
        let ascii = [true, false].map { Array(inASCII(text, isUppercase: $0).utf8) }
        for form in ascii + [escaped(bytes)] {
            forms.insert(form)
            forms.insert(Array(String(decoding: form, as: UTF8.self).replacing("/", with: "\\/").utf8))
        }
        for offset in 0..<3 {
            let encoded = base64(bytes, behind: offset)
            guard encoded.count >= shortest else { continue }
            forms.insert(encoded)
            forms.insert(encoded.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: "-") : $0 == UInt8(ascii: "/") ? UInt8(ascii: "_") : $0 })
        }
        return forms.filter { $0.count >= shortest }
    }

    private static func percentEncoded(_ bytes: [UInt8], digits: String) -> [UInt8] {
        let digits = Array(digits.utf8)
        return bytes.flatMap { byte -> [UInt8] in
            switch byte {
            case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): [byte]
            default: [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
    }

    /// As JSON has it between quotation marks, with `\u` before what is not ASCII.
    private static func inASCII(_ text: String, isUppercase: Bool) -> String {
        String(decoding: escaped(Array(text.utf8)), as: UTF8.self).utf16.map { unit in
            guard unit >= 0x80 else { return String(decoding: [unit], as: UTF16.self) }
            let digits = String(unit, radix: 16, uppercase: isUppercase)
            return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }.joined()
    }

    /// As JSON has it between quotation marks.
    private static func escaped(_ bytes: [UInt8]) -> [UInt8] {
        bytes.flatMap { byte -> [UInt8] in
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): [UInt8(ascii: "\\"), byte]
            case UInt8(ascii: "\n"): Array("\\n".utf8)
            default: [byte]
            }
        }
    }

    /// The characters that depend on nothing but the secret, so many bytes behind the beginning of a group of three.
    private static func base64(_ bytes: [UInt8], behind offset: Int) -> [UInt8] {
        let encoded = Array(Data(Array(repeating: 0, count: offset) + bytes).base64EncodedString().utf8.prefix { $0 != UInt8(ascii: "=") })
        let first = [0, 2, 3][offset]
        let isWhole = (offset + bytes.count) % 3 == 0
        return Array(encoded[min(first, encoded.count)...].dropLast(isWhole ? 0 : 1))
    }
}
