internal import Crypto
public import SiltaCore

/// SHA-256 of several parts that come in pieces, such as the files of an export. Where one part ends and the next begins counts.
public struct FileDigest: Sendable {
    private var whole = SHA256()
    private var part = SHA256()

    public init() {}

    /// Takes the next piece of the part.
    public mutating func absorb(_ piece: UnsafeRawBufferPointer) {
        part.update(bufferPointer: piece)
    }

    public mutating func absorb(_ text: String) {
        part.update(data: Array(text.utf8))
    }

    /// Ends the part: what follows is of the next.
    public mutating func endPart() {
        part.finalize().withUnsafeBytes { whole.update(bufferPointer: $0) }
        part = SHA256()
    }

    public func finish() -> SiltaCore.Digest { SiltaCore.Digest(hexadecimal: whole.finalize()) }
}
