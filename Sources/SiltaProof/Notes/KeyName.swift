/// The name of a key that signs notes. It and the key's id together say which key made a signature.
///
/// C2SP recommends a URL without its scheme; a log's key is named as the log's origin, such as `silta/porvoo`. Names
/// are equal if their bytes are.
public struct KeyName: Sendable {
    public let text: String

    /// - Throws: `NoteError.keyName` if the name is empty or holds a Unicode space, a control character or a plus sign.
    public init(_ text: String) throws(NoteError) {
        let isForbidden = { (scalar: Unicode.Scalar) in
            scalar.properties.isWhitespace || scalar.value < 0x20 || scalar == "+"
        }
        guard !text.isEmpty, !text.unicodeScalars.contains(where: isForbidden) else { throw .keyName }
        self.text = text
    }
}

extension KeyName: Hashable {
    public static func == (one: KeyName, other: KeyName) -> Bool { areSameBytes(one.text, other.text) }

    public func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
    }
}

extension KeyName: CustomStringConvertible {
    public var description: String { text }
}
