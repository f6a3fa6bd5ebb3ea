internal import Crypto
internal import SiltaCore

/// SHA-256 of a row that comes in pieces, without the carriage return that belongs to its line end.
struct RowHash {
    private var hash = SHA256()
    /// The last byte so far was a carriage return, which is not hashed until something follows it.
    private var holdsReturn = false

    mutating func absorb(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let last = bytes.last else { return }
        if holdsReturn { withUnsafeBytes(of: CSVReader.carriageReturn) { hash.update(bufferPointer: $0) } }
        holdsReturn = last == CSVReader.carriageReturn
        hash.update(
            bufferPointer: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[..<(bytes.count - (holdsReturn ? 1 : 0))]))
    }

    func finish() -> SiltaCore.Digest { SiltaCore.Digest(hexadecimal: hash.finalize()) }
}

extension SiltaCore.Digest {
    init(hexadecimal bytes: SHA256Digest) {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(64)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        self.init(String(decoding: text, as: UTF8.self))
    }
}
