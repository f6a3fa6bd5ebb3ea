/// Shows that a tree is the beginning of a larger one: that nothing was changed, only appended
/// (RFC 6962, section 2.1.2; RFC 9162, section 2.1.4).
public struct ConsistencyProof: Hashable, Sendable {
    /// How many leaves the smaller tree has. Every tree begins with the one of size 0.
    public let oldSize: UInt64
    /// How many leaves the larger tree has.
    public let newSize: UInt64
    /// The hashes that join the one root to the other; none if the sizes are equal or the smaller is 0.
    public let hashes: [TreeHash]

    /// A proof that was made elsewhere; nothing about it is trusted before `verifies(oldRoot:newRoot:)`.
    public init(oldSize: UInt64, newSize: UInt64, hashes: [TreeHash]) {
        self.oldSize = oldSize
        self.newSize = newSize
        self.hashes = hashes
    }

    /// Makes the proof between the trees of the first `oldSize` and of the first `newSize` leaves.
    ///
    /// - Parameter node: the stored hash of a complete subtree; only subtrees within the first `newSize` leaves are asked for.
    /// - Returns: the proof, or nil if `oldSize` is above `newSize`.
    public static func make<Failure: Error>(
        from oldSize: UInt64,
        to newSize: UInt64,
        node: (TreeNode) throws(Failure) -> TreeHash
    ) throws(Failure) -> ConsistencyProof? {
        guard oldSize <= newSize else { return nil }
        var hashes: [TreeHash] = []
        if oldSize > 0 {
            var leaves = 0..<newSize
            while leaves.upperBound != oldSize {
                let middle = leaves.lowerBound + (leaves.upperBound - leaves.lowerBound).splitOfLeaves
                let left = leaves.lowerBound..<middle
                let right = middle..<leaves.upperBound
                let (within, sibling) = oldSize <= middle ? (left, right) : (right, left)
                hashes.append(try TreeHash.root(of: sibling, node: node))
                leaves = within
            }
            // A subtree that is the whole smaller tree is left out: whoever checks the proof has its root.
            if leaves.lowerBound > 0 {
                hashes.append(try TreeHash.root(of: leaves, node: node))
            }
        }
        return ConsistencyProof(oldSize: oldSize, newSize: newSize, hashes: hashes.reversed())
    }

    /// Whether the proof joins `oldRoot` to `newRoot`. Any proof may be asked, however wrong.
    public func verifies(oldRoot: TreeHash, newRoot: TreeHash) -> Bool {
        guard oldSize <= newSize else { return false }
        guard oldSize > 0 else {
            return hashes.isEmpty && oldRoot == .emptyRoot && (newSize > 0 || newRoot == .emptyRoot)
        }
        guard oldSize < newSize else { return hashes.isEmpty && oldRoot == newRoot }

        var siblings = hashes[...]
        let isOldTreeComplete = oldSize & (oldSize - 1) == 0
        guard let start = isOldTreeComplete ? oldRoot : siblings.popFirst() else { return false }
        var path = TreePath(index: oldSize - 1, size: newSize)
        path.climbOutOfRightChildren()
        var old = start
        var new = start
        for sibling in siblings {
            switch path.climb() {
            case .left:
                old = .node(sibling, old)
                new = .node(sibling, new)
            case .right:
                new = .node(new, sibling)
            case nil:
                return false
            }
        }
        return path.isAtRoot && old == oldRoot && new == newRoot
    }
}
