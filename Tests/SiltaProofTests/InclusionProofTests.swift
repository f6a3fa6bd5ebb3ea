import SiltaProof
import Testing

struct InclusionProofTests {
    private static let largest = 130
    private let tree = StoredTree(count: largest)

    @Test func `the proof of every leaf of every tree is that of RFC 6962, and verifies`() throws {
        for size in 1...Self.largest {
            let leaves = tree.leaves[..<size]
            let root = ReferenceTree.root(leaves)
            for index in 0..<size {
                let proof = try #require(try InclusionProof.make(index: UInt64(index), size: UInt64(size), node: tree.node(within: size)))
                #expect(proof.hashes == ReferenceTree.path(index, leaves), "\(index) of \(size)")
                #expect(proof.verifies(leaf: tree.leaves[index], root: root), "\(index) of \(size)")
            }
        }
    }

    @Test func `a leaf that is not in the tree has no proof`() throws {
        #expect(try InclusionProof.make(index: 0, size: 0, node: tree.node) == nil)
        #expect(try InclusionProof.make(index: 5, size: 5, node: tree.node) == nil)
        #expect(try InclusionProof.make(index: .max, size: 5, node: tree.node) == nil)
    }

    @Test func `a missing node stops the making with the store's own error`() {
        #expect(throws: StoredTree.Missing(node: TreeNode(level: 0, index: 130))) {
            try InclusionProof.make(index: 0, size: 131, node: tree.node)
        }
    }

    @Test func `no changed proof verifies`() throws {
        let seed: UInt64 = 20_261_005
        var random = SeededGenerator(seed: seed)
        for size in 2...Self.largest {
            let root = ReferenceTree.root(tree.leaves[..<size])
            let index = Int.random(in: 0..<size, using: &random)
            let leaf = tree.leaves[index]
            let good = try #require(try InclusionProof.make(index: UInt64(index), size: UInt64(size), node: tree.node))
            let bit = Int.random(in: 0..<256, using: &random)
            let place = Int.random(in: 0..<good.hashes.count, using: &random)

            func isRefused(_ change: String, index: UInt64? = nil, size: UInt64? = nil, _ edit: (inout [TreeHash]) -> Void = { _ in }) {
                var hashes = good.hashes
                edit(&hashes)
                let changed = InclusionProof(index: index ?? good.index, size: size ?? good.size, hashes: hashes)
                #expect(!changed.verifies(leaf: leaf, root: root), "\(change), leaf \(good.index) of \(good.size), seed \(seed)")
            }
            isRefused("one bit") { $0[place] = $0[place].flipping(bit: bit) }
            isRefused("one hash less") { $0.remove(at: place) }
            isRefused("one hash more") { $0.insert($0[place], at: place) }
            isRefused("one hash more at the end") { $0.append(root) }
            isRefused("no hashes") { $0 = [] }
            if good.hashes.count > 1 { isRefused("reversed") { $0.reverse() } }
            for other in 0..<size where other != index { isRefused("index \(other)", index: UInt64(other)) }
            isRefused("index beyond the end", index: UInt64(size))
            isRefused("largest index", index: .max)
            isRefused("no tree", size: 0)
            isRefused("size that ends at the leaf", size: good.index)
            #expect(!good.verifies(leaf: leaf.flipping(bit: bit), root: root), "seed \(seed)")
            #expect(!good.verifies(leaf: leaf, root: root.flipping(bit: bit)), "seed \(seed)")
        }
    }

    @Test func `an inner node cannot be passed off as an entry`() throws {
        let left = TreeHash.leaf(of: [1])
        let right = TreeHash.leaf(of: [2])
        let root = TreeHash.node(left, right)
        let proof = InclusionProof(index: 0, size: 1, hashes: [])
        #expect(!proof.verifies(leaf: .leaf(of: left.bytes + right.bytes), root: root))
        #expect(!proof.verifies(leaf: .leaf(of: [1] + left.bytes + right.bytes), root: root))
    }

    /// Equal leaves make every complete subtree of a level equal, so that trees of any size can be had.
    @Test func `proofs hold in the largest trees too`() throws {
        let (node, leaf) = UniformTree.make()
        let seed: UInt64 = 4711
        var random = SeededGenerator(seed: seed)
        let edges: [UInt64] = [.max, .max - 1, 1 << 63, (1 << 63) + 1, 3 << 40]
        let anywhere = (0..<50).map { _ in UInt64.random(in: 1 ... .max, using: &random) }
        for size in edges + anywhere {
            let root = MerkleFrontier(size: size, node: node).root
            for index in [0, size - 1, size / 2, .random(in: 0..<size, using: &random)] {
                let proof = try #require(InclusionProof.make(index: index, size: size, node: node))
                #expect(proof.hashes.count <= 64)
                #expect(proof.verifies(leaf: leaf, root: root), "\(index) of \(size), seed \(seed)")
            }
        }
    }

    @Test func `verifying answers whatever it is asked`() {
        let seed: UInt64 = 9
        var random = SeededGenerator(seed: seed)
        let edges: [UInt64] = [0, 1, 2, 3, 1 << 32, 1 << 63, .max - 1, .max]
        for index in edges {
            for size in edges {
                for count in [0, 1, 2, 31, 63, 64, 65, 200] {
                    let hashes = (0..<count).map { _ in tree.leaves.randomElement(using: &random)! }
                    let proof = InclusionProof(index: index, size: size, hashes: hashes)
                    let isBelieved = proof.verifies(leaf: tree.leaves[0], root: tree.leaves[1])
                    #expect(!isBelieved, "\(index) of \(size), \(count) hashes, seed \(seed)")
                }
            }
        }
    }
}

/// A tree whose leaves are all the same, so that each level has one hash.
enum UniformTree {
    static func make() -> (node: (TreeNode) -> TreeHash, leaf: TreeHash) {
        let leaf = TreeHash.leaf(of: [0x2a])
        var levels = [leaf]
        for _ in 1..<64 { levels.append(.node(levels[levels.count - 1], levels[levels.count - 1])) }
        return ({ [levels] in levels[$0.level] }, leaf)
    }
}
