/// Shows that a leaf stands at an index of a tree of some size (RFC 6962, section 2.1.1; RFC 9162, section 2.1.3).
public struct InclusionProof: Hashable, Sendable {
    /// The leaf's index, from 0: in Silta's log, the entry's position.
    public let index: UInt64
    /// How many leaves the tree has. A proof may fit several sizes; only a signed checkpoint ties the size to the root.
    public let size: UInt64
    /// The hashes that join the leaf to the root, the leaf's sibling first.
    public let hashes: [TreeHash]

    /// A proof that was made elsewhere; nothing about it is trusted before `verifies(leaf:root:)`.
    public init(index: UInt64, size: UInt64, hashes: [TreeHash]) {
        self.index = index
        self.size = size
        self.hashes = hashes
    }

    /// Makes the proof of the leaf at `index` in the tree of the first `size` leaves.
    ///
    /// - Parameter node: the stored hash of a complete subtree; only subtrees within the first `size` leaves are asked for.
    /// - Returns: the proof, or nil if a tree of that size has no such leaf.
    public static func make<Failure: Error>(
        index: UInt64,
        size: UInt64,
        node: (TreeNode) throws(Failure) -> TreeHash
    ) throws(Failure) -> InclusionProof? {
        guard index < size else { return nil }
        var leaves = 0..<size
        var hashes: [TreeHash] = []
        while leaves.upperBound - leaves.lowerBound > 1 {
            let middle = leaves.lowerBound + (leaves.upperBound - leaves.lowerBound).splitOfLeaves
            let left = leaves.lowerBound..<middle
            let right = middle..<leaves.upperBound
            let (within, sibling) = index < middle ? (left, right) : (right, left)
            hashes.append(try TreeHash.root(of: sibling, node: node))
            leaves = within
        }
        return InclusionProof(index: index, size: size, hashes: hashes.reversed())
    }

    /// Whether the proof joins `leaf` to `root`. Any proof may be asked, however wrong.
    public func verifies(leaf: TreeHash, root: TreeHash) -> Bool {
        guard index < size else { return false }
        var path = TreePath(index: index, size: size)
        var hash = leaf
        for sibling in hashes {
            guard let side = path.climb() else { return false }
            hash = side == .left ? .node(sibling, hash) : .node(hash, sibling)
        }
        return path.isAtRoot && hash == root
    }
}
