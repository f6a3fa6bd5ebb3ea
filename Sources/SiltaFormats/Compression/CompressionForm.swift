/// What the first bytes of a file say of how it is packed.
public enum CompressionForm: Hashable, Sendable {
    case plain, gzip, zip

    /// How many bytes it takes to tell.
    public static let length = 4

    public init(_ bytes: UnsafeRawBufferPointer) {
        if bytes.starts(with: [0x1F, 0x8B]) {
            self = .gzip
        } else if bytes.starts(with: [0x50, 0x4B, 3, 4]) || bytes.starts(with: [0x50, 0x4B, 5, 6]) {
            self = .zip
        } else {
            self = .plain
        }
    }
}
