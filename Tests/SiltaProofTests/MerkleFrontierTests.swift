import Testing

@testable import SiltaProof

struct MerkleFrontierTests {
    private static let entries: [[UInt8]] = [
        [], [0x00], [0x10], [0x20, 0x21], [0x30, 0x31], Array(0x40...0x43), Array(0x50...0x57), Array(0x60...0x6f),
    ]
    private static let roots = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]

    @Test func `a frontier of n leaves has the root of the vectors`() {
        var frontier = MerkleFrontier()
        #expect(frontier.root.hex == Self.roots[0])
        for (number, entry) in Self.entries.enumerated() {
            frontier.append(.leaf(of: entry))
            #expect(frontier.root.hex == Self.roots[number + 1], "size \(number + 1)")
        }
    }

    @Test func `a frontier has the root that RFC 6962 defines, at every size`() {
        var tree = StoredTree()
        for size in 0...300 {
            #expect(tree.frontier.size == UInt64(size))
            #expect(tree.frontier.root == ReferenceTree.root(tree.leaves[...]), "size \(size)")
            tree.append(.leaf(of: Array("entry \(size)".utf8)))
        }
    }

    @Test func `appending tells of every complete subtree once, with its hash`() {
        for size in 0...130 {
            let tree = StoredTree(count: size)
            #expect(tree.nodes.count == 2 * size - size.nonzeroBitCount, "size \(size)")
            for (node, hash) in tree.nodes {
                let width = 1 << node.level
                let start = Int(node.index) * width
                #expect(start + width <= size)
                #expect(hash == ReferenceTree.root(tree.leaves[start..<start + width]), "size \(size), node \(node)")
            }
        }
    }

    @Test func `a frontier restored from stored nodes is the one that grew, and grows on like it`() throws {
        let tree = StoredTree(count: 200)
        var grown = MerkleFrontier()
        for size in 0..<200 {
            var restored = try MerkleFrontier(size: UInt64(size), node: tree.node(within: size))
            #expect(restored == grown, "size \(size)")
            for leaf in tree.leaves[size...] { restored.append(leaf) }
            #expect(restored == tree.frontier, "from size \(size)")
            grown.append(tree.leaves[size])
        }
    }

    @Test func `a node that is missing in the store stops the restoring with the store's own error`() {
        let tree = StoredTree(count: 5)
        #expect(throws: StoredTree.Missing(node: TreeNode(level: 1, index: 2))) {
            try MerkleFrontier(size: 6, node: tree.node)
        }
    }

    @Test func `a sink that fails at any subtree leaves the frontier as it was`() throws {
        struct Full: Error {}
        let before = StoredTree(count: 7).frontier
        for room in 0..<4 {
            var frontier = before
            var stored = 0
            #expect(throws: Full.self) {
                try frontier.append(.leaf(of: [1])) { (_, _) throws(Full) in
                    guard stored < room else { throw Full() }
                    stored += 1
                }
            }
            #expect(frontier == before)
        }
    }

    @Test func `a range is covered by the fewest complete subtrees`() {
        #expect(TreeNode.covering(0..<0).isEmpty)
        #expect(TreeNode.covering(0..<7).map(\.description) == ["2/0", "1/2", "0/6"])
        #expect(TreeNode.covering(8..<11).map(\.description) == ["1/4", "0/10"])
        #expect(TreeNode.covering(0..<UInt64.max).map(\.level) == (0..<64).reversed())
    }
}
