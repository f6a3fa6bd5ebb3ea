/// The place of a complete subtree: the one over the leaves `index * 2^level ..< (index + 1) * 2^level`.
///
/// A complete subtree's hash never changes as the log grows, so it can be stored once. Level 0 are the leaves.
public struct TreeNode: Hashable, Sendable {
    /// How many levels above the leaves: 0 through 63.
    public let level: Int
    /// Which of the nodes of its level, from the left, from 0.
    public let index: UInt64

    public init(level: Int, index: UInt64) {
        self.level = level
        self.index = index
    }

    /// The fewest complete subtrees that together cover `leaves`, from left to right, each smaller than the one before.
    ///
    /// `leaves` begins where the largest of them may begin, as every range that RFC 6962 hashes does.
    static func covering(_ leaves: Range<UInt64>) -> [TreeNode] {
        var nodes: [TreeNode] = []
        var start = leaves.lowerBound
        while start < leaves.upperBound {
            let level = (leaves.upperBound - start).highestPowerOfTwo
            nodes.append(TreeNode(level: level, index: start >> level))
            start += 1 << level
        }
        return nodes
    }
}

extension TreeNode: CustomStringConvertible {
    public var description: String { "\(level)/\(index)" }
}

extension UInt64 {
    /// The exponent of the largest power of two that is not above this number, which is not 0.
    var highestPowerOfTwo: Int { Self.bitWidth - 1 - leadingZeroBitCount }

    /// Where RFC 6962 splits this many leaves, which are at least two: the largest power of two below their number.
    var splitOfLeaves: UInt64 { 1 << (self - 1).highestPowerOfTwo }
}
