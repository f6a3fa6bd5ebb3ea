/// The contents of a tile of entries: each entry after its length in two bytes, big-endian
/// (C2SP tlog-tiles, https://c2sp.org/tlog-tiles).
public enum EntryBundle {
    /// The longest entry that a bundle, and so the log, can hold, in bytes.
    public static let maximumEntryByteCount = Int(UInt16.max)

    /// Appends an entry, which is not longer than `maximumEntryByteCount`, to a bundle.
    public static func append(_ entry: some Collection<UInt8>, to bundle: inout [UInt8]) {
        precondition(entry.count <= maximumEntryByteCount, "An entry of the log has at most 65,535 bytes")
        bundle.append(UInt8(entry.count >> 8))
        bundle.append(UInt8(entry.count & 0xff))
        bundle += entry
    }

    /// The entries of a bundle, or nil if it ends within one.
    public static func entries(in bundle: some Sequence<UInt8>) -> [ArraySlice<UInt8>]? {
        var rest = Array(bundle)[...]
        var entries: [ArraySlice<UInt8>] = []
        while let high = rest.popFirst() {
            guard let low = rest.popFirst() else { return nil }
            let count = Int(high) << 8 | Int(low)
            guard rest.count >= count else { return nil }
            entries.append(rest.prefix(count))
            rest = rest.dropFirst(count)
        }
        return entries
    }
}
