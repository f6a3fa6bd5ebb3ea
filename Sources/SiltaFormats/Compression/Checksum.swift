internal import CZlib

/// CRC-32 of bytes that come in pieces, as zip has it.
public struct Checksum: Sendable {
    private var sum: uLong = 0

    public init() {}

    public mutating func absorb(_ piece: UnsafeRawBufferPointer) {
        guard let base = piece.baseAddress, piece.count > 0 else { return }
        sum = crc32_z(sum, base.assumingMemoryBound(to: UInt8.self), piece.count)
    }

    public var value: UInt32 { UInt32(truncatingIfNeeded: sum) }
}
