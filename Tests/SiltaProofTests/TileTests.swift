import SiltaProof
import Testing

struct TileTests {
    private func paths(of row: Tile.Row, size: UInt64, since: UInt64 = 0) -> [String] {
        Tile.tiles(of: row, size: size, since: since).map(\.path)
    }

    @Test func `a log of 70,000 entries has the tiles that the specification counts`() {
        let size: UInt64 = 70_000
        #expect(Tile.rows(ofSize: size) == [.entries, .hashes(level: 0), .hashes(level: 1), .hashes(level: 2)])
        let leaves = paths(of: .hashes(level: 0), size: size)
        #expect(leaves.count == 274)
        #expect(leaves.first == "tile/0/000")
        #expect(leaves.last == "tile/0/273.p/112")
        #expect(paths(of: .hashes(level: 1), size: size) == ["tile/1/000", "tile/1/001.p/17"])
        #expect(paths(of: .hashes(level: 2), size: size) == ["tile/2/000.p/1"])
        #expect(paths(of: .entries, size: size).last == "tile/entries/273.p/112")
    }

    @Test func `a full tile is at once an entry of the level above`() {
        #expect(paths(of: .hashes(level: 0), size: 256) == ["tile/0/000"])
        #expect(paths(of: .hashes(level: 1), size: 256) == ["tile/1/000.p/1"])
        #expect(paths(of: .hashes(level: 1), size: 255).isEmpty)
        #expect(Tile.rows(ofSize: 255) == [.entries, .hashes(level: 0)])
    }

    @Test func `an empty log has no tiles`() {
        #expect(Tile.rows(ofSize: 0).isEmpty)
        #expect(paths(of: .entries, size: 0).isEmpty)
    }

    @Test func `long indices are written in groups of three`() {
        let size: UInt64 = 1_234_067 * 256 + 17
        #expect(paths(of: .entries, size: size, since: size - 17) == ["tile/entries/x001/x234/067.p/17"])
        #expect(paths(of: .hashes(level: 0), size: 1_001 * 256, since: 999 * 256) == ["tile/0/999", "tile/0/x001/000"])
        #expect(Tile.tiles(of: .hashes(level: 7), size: .max).map(\.path) == ["tile/7/000.p/255"])
        #expect(Tile.rows(ofSize: .max).count == 9)
    }

    @Test func `only tiles that have grown are written again`() {
        #expect(paths(of: .entries, size: 600, since: 511) == ["tile/entries/001", "tile/entries/002.p/88"])
        #expect(paths(of: .entries, size: 512, since: 512).isEmpty)
        #expect(paths(of: .entries, size: 500, since: 600) == ["tile/entries/001.p/244"])
    }

    @Test func `a tile's nodes are complete subtrees that the log has stored`() throws {
        let size = 700
        let tree = StoredTree(count: size)
        for row in Tile.rows(ofSize: UInt64(size)) {
            for tile in Tile.tiles(of: row, size: UInt64(size)) {
                #expect(tile.nodes.count == tile.width)
                for node in tile.nodes { _ = try tree.node(node) }
            }
        }
        let upper = try #require(Array(Tile.tiles(of: .hashes(level: 1), size: UInt64(size))).first)
        #expect(upper.nodes == [TreeNode(level: 8, index: 0), TreeNode(level: 8, index: 1)])
        #expect(try tree.node(upper.nodes[1]) == ReferenceTree.root(tree.leaves[256..<512]))
    }

    @Test func `entries come out of a bundle as they went in`() {
        let entries: [[UInt8]] = [[], [1], Array(repeating: 7, count: 255), Array(repeating: 8, count: 65_535), [2, 3]]
        var bundle: [UInt8] = []
        for entry in entries { EntryBundle.append(entry, to: &bundle) }
        #expect(bundle.prefix(5) == [0, 0, 0, 1, 1])
        #expect(EntryBundle.entries(in: bundle)?.map(Array.init) == entries)
        #expect(EntryBundle.entries(in: [])?.isEmpty == true)
    }

    @Test func `a bundle that ends within an entry is refused`() {
        var bundle: [UInt8] = []
        EntryBundle.append([1, 2, 3], to: &bundle)
        for count in 1..<bundle.count { #expect(EntryBundle.entries(in: bundle.prefix(count)) == nil) }
    }
}
