/// A piece of a log as it is published: at most 256 neighbours of one row, in a file of its own
/// (C2SP tlog-tiles, https://c2sp.org/tlog-tiles).
public struct Tile: Hashable, Sendable {
    /// What a row consists of.
    public enum Row: Hashable, Sendable {
        /// The hashes of the complete subtrees of 256^level leaves, 32 bytes each, one after the other.
        case hashes(level: Int)
        /// The entries themselves; see `EntryBundle` for the contents.
        case entries
    }

    /// How many neighbours a full tile holds.
    public static let fullWidth = 256
    /// How many levels of the tree one level of tiles spans.
    fileprivate static let height = 8

    public let row: Row
    /// Which tile of the row, from 0.
    public let index: UInt64
    /// How many neighbours it holds: 1 through 256. Only the last of a row is partial.
    public let width: Int

    /// The rows of a log's tiles, entries first.
    public static func rows(ofSize size: UInt64) -> [Row] {
        let levels = (0..<UInt64.bitWidth / height).prefix { size >> ($0 * height) > 0 }
        return size > 0 ? [.entries] + levels.map { .hashes(level: $0) } : []
    }

    /// The tiles of one row of a log, from the left.
    ///
    /// - Parameters:
    ///   - size: how many entries the log has.
    ///   - publishedSize: how many it had when its tiles were last written; tiles that were full then are left out.
    public static func tiles(of row: Row, size: UInt64, since publishedSize: UInt64 = 0) -> some Sequence<Tile> {
        let count = row.count(size: size)
        let first = min(row.count(size: publishedSize), count) / UInt64(fullWidth)
        let end = count / UInt64(fullWidth) + (count % UInt64(fullWidth) > 0 ? 1 : 0)
        return (first..<end).lazy.map { index in
            let width = min(count - index * UInt64(fullWidth), UInt64(fullWidth))
            return Tile(row: row, index: index, width: Int(width))
        }
    }

    /// Where the tile is served, relative to the log's prefix, such as `tile/0/x001/234` or `tile/entries/005.p/17`.
    public var path: String {
        var groups = [Self.threeDigits(index % 1000)]
        var rest = index / 1000
        while rest > 0 {
            groups.append("x" + Self.threeDigits(rest % 1000))
            rest /= 1000
        }
        let suffix = width < Self.fullWidth ? ".p/\(width)" : ""
        return "tile/\(row.name)/\(groups.reversed().joined(separator: "/"))\(suffix)"
    }

    /// The indices of what it holds: positions of entries, or indices of the row's subtrees.
    public var indices: Range<UInt64> {
        let start = index * UInt64(Self.fullWidth)
        return start..<start + UInt64(width)
    }

    /// The stored subtrees whose hashes are its contents; for entries, their leaves.
    public var nodes: [TreeNode] {
        indices.map { TreeNode(level: row.level * Self.height, index: $0) }
    }

    private static func threeDigits(_ number: UInt64) -> String {
        let digits = String(number)
        return String(repeating: "0", count: 3 - digits.count) + digits
    }
}

extension Tile.Row {
    fileprivate var level: Int {
        switch self {
        case .hashes(let level): level
        case .entries: 0
        }
    }

    fileprivate var name: String {
        switch self {
        case .hashes(let level): String(level)
        case .entries: "entries"
        }
    }

    /// How many neighbours the row has in a log of `size` entries.
    fileprivate func count(size: UInt64) -> UInt64 { size >> (level * Tile.height) }
}
