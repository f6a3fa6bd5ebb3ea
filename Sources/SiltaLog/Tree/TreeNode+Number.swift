import SiltaProof

/// Complete subtrees of two leaves and more, numbered 0, 1, 2, … in the order in which appended leaves complete them.
///
/// So they are stored in a row that only grows at its end, as the entries are. The leaf at `m` completes as many subtrees as `m` has
/// trailing one bits; those before it have completed `m - popcount(m)`.
extension TreeNode {
    /// The node's number. Its level is at least 1.
    var number: Int64 {
        let closingLeaf = (index + 1) << UInt64(level) - 1
        return TreeNode.count(ofSize: closingLeaf) + Int64(level) - 1
    }

    /// How many there are in a tree of `size` leaves.
    static func count(ofSize size: UInt64) -> Int64 {
        Int64(size) - Int64(size.nonzeroBitCount)
    }
}
