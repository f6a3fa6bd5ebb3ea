import Crypto

/// A hash of the log's Merkle tree: the 32 bytes of a SHA-256 digest, held without an allocation.
///
/// Leaves and inner nodes are hashed with different prefixes (RFC 6962, section 2.1), so that an entry can never
/// pass for a node of the tree.
public struct TreeHash: Hashable, Sendable {
    /// The digest as four words, most significant byte first.
    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// How many bytes a hash has.
    public static let byteCount = 32

    /// The root of a tree without leaves: the digest of no bytes at all.
    public static let emptyRoot = TreeHash(SHA256().finalize())

    private static let leafPrefix: UInt8 = 0x00
    private static let nodePrefix: UInt8 = 0x01

    /// A hash from its bytes, or nil if they are not exactly 32.
    public init?(bytes: some Collection<UInt8>) {
        let made = bytes.withContiguousStorageIfAvailable { TreeHash(bytes: UnsafeRawBufferPointer($0)) }
        guard let hash = made ?? Array(bytes).withUnsafeBytes({ TreeHash(bytes: $0) }) else { return nil }
        self = hash
    }

    /// A hash from its bytes, or nil if they are not exactly 32.
    public init?(bytes: UnsafeRawBufferPointer) {
        guard bytes.count == Self.byteCount else { return nil }
        self.init(digest: bytes)
    }

    /// A hash from standard, padded base64, or nil if the text is anything else.
    public init?(base64 text: some StringProtocol) {
        guard let bytes = Base64.decode(text.utf8) else { return nil }
        self.init(bytes: bytes)
    }

    /// A hash from 64 hexadecimal digits of either case, or nil if the text is anything else.
    public init?(hex text: some StringProtocol) {
        let digits = Array(text.utf8)
        guard digits.count == 2 * Self.byteCount else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.byteCount)
        for offset in stride(from: 0, to: digits.count, by: 2) {
            guard let high = Hexadecimal.value(of: digits[offset]), let low = Hexadecimal.value(of: digits[offset + 1]) else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        self.init(bytes: bytes)
    }

    private init(_ digest: SHA256.Digest) {
        self = digest.withUnsafeBytes { TreeHash(digest: $0) }
    }

    /// - Precondition: there are 32 bytes.
    private init(digest bytes: UnsafeRawBufferPointer) {
        func word(_ offset: Int) -> UInt64 { UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) }
        words = (word(0), word(8), word(16), word(24))
    }

    /// The hash of a leaf: SHA-256 of the byte 0x00 and the entry's bytes.
    public static func leaf(of entry: some Collection<UInt8>) -> TreeHash {
        entry.withContiguousStorageIfAvailable { leaf(of: UnsafeRawBufferPointer($0)) } ?? Array(entry).withUnsafeBytes { leaf(of: $0) }
    }

    /// The hash of a leaf: SHA-256 of the byte 0x00 and the entry's bytes.
    public static func leaf(of entry: [UInt8]) -> TreeHash {
        entry.withUnsafeBytes { leaf(of: $0) }
    }

    /// The hash of a leaf: SHA-256 of the byte 0x00 and the entry's bytes.
    public static func leaf(of entry: UnsafeRawBufferPointer) -> TreeHash {
        var hasher = SHA256()
        withUnsafeBytes(of: leafPrefix) { hasher.update(bufferPointer: $0) }
        hasher.update(bufferPointer: entry)
        return TreeHash(hasher.finalize())
    }

    /// The hash of an inner node: SHA-256 of the byte 0x01, the left child's hash and the right child's.
    public static func node(_ left: TreeHash, _ right: TreeHash) -> TreeHash {
        // One block of input in one call: nodes are most of what a rebuild of the tree hashes.
        withUnsafeTemporaryAllocation(byteCount: 1 + 2 * byteCount, alignment: 8) { input in
            input[0] = nodePrefix
            left.store(into: input, at: 1)
            right.store(into: input, at: 1 + byteCount)
            var hasher = SHA256()
            hasher.update(bufferPointer: UnsafeRawBufferPointer(input))
            return TreeHash(hasher.finalize())
        }
    }

    /// The 32 bytes.
    public var bytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Self.byteCount) { buffer, count in
            store(into: UnsafeMutableRawBufferPointer(buffer), at: 0)
            count = Self.byteCount
        }
    }

    /// The bytes in standard, padded base64: 44 characters.
    public var base64: String { Base64.encode(bytes) }

    /// The bytes in lower-case hexadecimal: 64 characters.
    public var hex: String { Hexadecimal.encode(bytes) }

    /// Calls a body with the 32 bytes, without an allocation.
    public func withBytes<Value>(_ body: (UnsafeRawBufferPointer) throws -> Value) rethrows -> Value {
        try withUnsafeTemporaryAllocation(byteCount: Self.byteCount, alignment: 8) { buffer in
            store(into: buffer, at: 0)
            return try body(UnsafeRawBufferPointer(buffer))
        }
    }

    private func store(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) {
        buffer.storeBytes(of: words.0.bigEndian, toByteOffset: offset, as: UInt64.self)
        buffer.storeBytes(of: words.1.bigEndian, toByteOffset: offset + 8, as: UInt64.self)
        buffer.storeBytes(of: words.2.bigEndian, toByteOffset: offset + 16, as: UInt64.self)
        buffer.storeBytes(of: words.3.bigEndian, toByteOffset: offset + 24, as: UInt64.self)
    }

    public static func == (one: TreeHash, other: TreeHash) -> Bool { one.words == other.words }

    public func hash(into hasher: inout Hasher) {
        // Half of a digest already tells hashes apart.
        hasher.combine(words.0)
        hasher.combine(words.1)
    }
}

extension TreeHash: CustomStringConvertible {
    public var description: String { hex }
}
