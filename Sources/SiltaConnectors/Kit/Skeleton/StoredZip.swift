internal import SiltaFormats

/// A zip whose files are not packed (PKWARE APPNOTE 6.3.10): for small ones that nobody keeps.
struct StoredZip {
    private var content: [UInt8] = []
    private var directory: [UInt8] = []
    private var count = 0

    mutating func add(_ name: String, _ bytes: [UInt8]) {
        var checksum = Checksum()
        bytes.withUnsafeBytes { checksum.absorb($0) }
        // Version 2.0, names in UTF-8, stored, from the first day that a zip knows.
        let common =
            StoredZip.numbers([20, 0x0800, 0, 0, 0x21], 2) + StoredZip.numbers([Int(checksum.value), bytes.count, bytes.count], 4)
        let lengths = StoredZip.numbers([name.utf8.count, 0], 2)
        directory += StoredZip.numbers([0x0201_4B50], 4) + StoredZip.numbers([20], 2) + common + lengths
        directory += StoredZip.numbers([0, 0, 0], 2) + StoredZip.numbers([0, content.count], 4) + Array(name.utf8)
        content += StoredZip.numbers([0x0403_4B50], 4) + common + lengths + Array(name.utf8) + bytes
        count += 1
    }

    /// The whole of it.
    func finish() -> [UInt8] {
        content + directory + StoredZip.numbers([0x0605_4B50], 4) + StoredZip.numbers([0, 0, count, count], 2)
            + StoredZip.numbers([directory.count, content.count], 4) + [0, 0]
    }

    /// Each of so many bytes, the lowest first.
    private static func numbers(_ numbers: [Int], _ width: Int) -> [UInt8] {
        numbers.flatMap { number in (0..<width).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } }
    }
}
