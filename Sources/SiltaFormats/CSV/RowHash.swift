internal import Crypto
internal import SiltaCore

/// SHA-256 of a row that comes in pieces, without the carriage return that belongs to its line end.
struct RowHash {
    private var hash = SHA256()
    /// The last byte so far was a carriage return, which is not hashed until something follows it.
    private var holdsReturn = false

    mutating func absorb(_ bytes: ArraySlice<UInt8>) {
        guard let last = bytes.last else { return }
        if holdsReturn { update([CSVReader.carriageReturn]) }
        holdsReturn = last == CSVReader.carriageReturn
        update(holdsReturn ? bytes.dropLast() : bytes)
    }

    func finish() -> SiltaCore.Digest {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(64)
        for byte in hash.finalize() {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return SiltaCore.Digest(String(decoding: text, as: UTF8.self))
    }

    private mutating func update(_ bytes: ArraySlice<UInt8>) {
        bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
    }
}
