/// The way from a leaf up to the root of a tree that need not be complete, as RFC 9162 walks it in verifying proofs.
struct TreePath {
    /// On which side of the path a sibling stands.
    enum Side {
        case left
        case right
    }

    /// The index of the path's node in its level.
    private var node: UInt64
    /// The index of the last node of that level.
    private var last: UInt64

    /// - Parameter index: the leaf's index, below `size`.
    init(index: UInt64, size: UInt64) {
        node = index
        last = size - 1
    }

    /// Whether no level is left to climb.
    var isAtRoot: Bool { last == 0 }

    /// Climbs past one sibling and says on which side it stands, or nil if the path is at the root already.
    mutating func climb() -> Side? {
        guard !isAtRoot else { return nil }
        let isRightChild = node & 1 == 1
        guard isRightChild || node == last else {
            ascend(by: 1)
            return .right
        }
        if !isRightChild {
            // The last node of a level that is a left child has no sibling there: it rises until it is a right child.
            ascend(by: node.trailingZeroBitCount)
        }
        ascend(by: 1)
        return .left
    }

    /// Goes up to where the path is no longer a right child: the top of the complete subtree that the leaf closes.
    mutating func climbOutOfRightChildren() {
        ascend(by: (~node).trailingZeroBitCount)
    }

    private mutating func ascend(by levels: Int) {
        node >>= levels
        last >>= levels
    }
}
