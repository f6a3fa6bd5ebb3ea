/// The right edge of an RFC 6962 Merkle tree: all that is needed to append a leaf and to know the root.
///
/// It holds one hash for each complete subtree of the tree's size, at most 64, however long the log grows.
public struct MerkleFrontier: Equatable, Sendable {
    /// How many leaves the tree has.
    public private(set) var size: UInt64

    /// The hashes of `TreeNode.covering(0..<size)`, so the largest subtree first.
    private var peaks: [TreeHash]

    /// The tree without leaves.
    public init() {
        size = 0
        peaks = []
    }

    /// The right edge of a tree of `size` leaves whose complete subtrees are stored.
    ///
    /// - Parameter node: the stored hash of a complete subtree; asked at most 64 times.
    public init<Failure: Error>(size: UInt64, node: (TreeNode) throws(Failure) -> TreeHash) throws(Failure) {
        self.size = size
        peaks = []
        for peak in TreeNode.covering(0..<size) {
            peaks.append(try node(peak))
        }
    }

    /// The root hash of the tree.
    public var root: TreeHash {
        TreeHash.root(ofPeaks: peaks)
    }

    /// Appends a leaf.
    ///
    /// - Parameters:
    ///   - leaf: the hash of the new entry, `TreeHash.leaf(of:)`.
    ///   - completed: called with each subtree that this leaf completes and its hash, the leaf itself first. These are
    ///     what a log stores for later proofs. If it throws, the frontier is as it was before.
    public mutating func append<Failure: Error>(
        _ leaf: TreeHash,
        completed: (TreeNode, TreeHash) throws(Failure) -> Void
    ) throws(Failure) {
        var hash = leaf
        try completed(TreeNode(level: 0, index: size), hash)
        // As in adding one to a binary number, each peak of a trailing one bit is merged into the next level.
        let merges = (~size).trailingZeroBitCount
        for level in 0..<merges {
            hash = TreeHash.node(peaks[peaks.count - 1 - level], hash)
            try completed(TreeNode(level: level + 1, index: size >> (level + 1)), hash)
        }
        peaks.removeLast(merges)
        peaks.append(hash)
        size += 1
    }

    /// Appends a leaf whose completed subtrees nobody stores.
    public mutating func append(_ leaf: TreeHash) {
        append(leaf) { _, _ in }
    }
}

extension TreeHash {
    /// The root over subtrees that cover a range of leaves, the largest first: the smaller are hashed together first.
    static func root(ofPeaks peaks: [TreeHash]) -> TreeHash {
        guard var root = peaks.last else { return .emptyRoot }
        for peak in peaks.dropLast().reversed() {
            root = .node(peak, root)
        }
        return root
    }

    /// The Merkle tree hash of a range of leaves, from stored complete subtrees.
    static func root<Failure: Error>(
        of leaves: Range<UInt64>,
        node: (TreeNode) throws(Failure) -> TreeHash
    ) throws(Failure) -> TreeHash {
        var peaks: [TreeHash] = []
        for peak in TreeNode.covering(leaves) {
            peaks.append(try node(peak))
        }
        return root(ofPeaks: peaks)
    }
}
