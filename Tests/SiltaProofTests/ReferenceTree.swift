import SiltaProof
import Testing

/// The definitions of RFC 6962, section 2.1, written down as they stand there: recursive, slow, and without any code of
/// the module but its two hash functions.
enum ReferenceTree {
    static func root(_ leaves: ArraySlice<TreeHash>) -> TreeHash {
        guard leaves.count > 1 else { return leaves.first ?? .emptyRoot }
        let (left, right) = split(leaves)
        return .node(root(left), root(right))
    }

    static func path(_ index: Int, _ leaves: ArraySlice<TreeHash>) -> [TreeHash] {
        guard leaves.count > 1 else { return [] }
        let (left, right) = split(leaves)
        return index < left.count
            ? path(index, left) + [root(right)]
            : path(index - left.count, right) + [root(left)]
    }

    static func consistency(_ oldSize: Int, _ leaves: ArraySlice<TreeHash>) -> [TreeHash] {
        subproof(oldSize, leaves, isWhole: true)
    }

    private static func subproof(_ oldSize: Int, _ leaves: ArraySlice<TreeHash>, isWhole: Bool) -> [TreeHash] {
        guard oldSize < leaves.count else { return isWhole ? [] : [root(leaves)] }
        let (left, right) = split(leaves)
        return oldSize <= left.count
            ? subproof(oldSize, left, isWhole: isWhole) + [root(right)]
            : subproof(oldSize - left.count, right, isWhole: false) + [root(left)]
    }

    private static func split(_ leaves: ArraySlice<TreeHash>) -> (ArraySlice<TreeHash>, ArraySlice<TreeHash>) {
        var count = 1
        while 2 * count < leaves.count { count *= 2 }
        return (leaves.prefix(count), leaves.dropFirst(count))
    }
}

/// What a log keeps: the hashes of complete subtrees, each stored once.
struct StoredTree {
    struct Missing: Error, Equatable {
        let node: TreeNode
    }

    private(set) var frontier = MerkleFrontier()
    private(set) var nodes: [TreeNode: TreeHash] = [:]
    private(set) var leaves: [TreeHash] = []

    init() {}

    /// A tree of `count` leaves, no two of them equal.
    init(count: Int) {
        for number in 0..<count { append(.leaf(of: Array("entry \(number)".utf8))) }
    }

    mutating func append(_ leaf: TreeHash) {
        leaves.append(leaf)
        frontier.append(leaf) { node, hash in
            #expect(nodes.updateValue(hash, forKey: node) == nil, "a subtree is completed once")
        }
    }

    func node(_ node: TreeNode) throws(Missing) -> TreeHash {
        guard let hash = nodes[node] else { throw Missing(node: node) }
        return hash
    }

    /// As `node`, but only what lies within the first `size` leaves.
    func node(within size: Int) -> (TreeNode) throws(Missing) -> TreeHash {
        { (node: TreeNode) throws(Missing) in
            guard (node.index + 1) << node.level <= UInt64(size) else { throw Missing(node: node) }
            return try self.node(node)
        }
    }
}

/// A small generator (SplitMix64) whose seed stands in the message of every failure.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}

extension TreeHash {
    /// This hash with one bit turned over.
    func flipping(bit: Int) -> TreeHash {
        var bytes = bytes
        bytes[bit / 8] ^= 1 << UInt8(bit % 8)
        return TreeHash(bytes: bytes)!
    }
}
