import SiltaProof
import Testing

struct ConsistencyProofTests {
    private static let largest = 130
    private let tree = StoredTree(count: largest)
    private let roots: [TreeHash]

    init() {
        let leaves = tree.leaves
        roots = (0...Self.largest).map { ReferenceTree.root(leaves[..<$0]) }
    }

    @Test func `the proof between any two sizes is that of RFC 6962, and verifies`() throws {
        for new in 0...Self.largest {
            for old in 0...new {
                let proof = try #require(try ConsistencyProof.make(from: UInt64(old), to: UInt64(new), node: tree.node(within: new)))
                if old > 0 {
                    #expect(proof.hashes == ReferenceTree.consistency(old, tree.leaves[..<new]), "\(old) to \(new)")
                }
                #expect(proof.verifies(oldRoot: roots[old], newRoot: roots[new]), "\(old) to \(new)")
            }
        }
    }

    @Test func `a log that shrinks has no proof`() throws {
        #expect(try ConsistencyProof.make(from: 6, to: 5, node: tree.node) == nil)
        #expect(!ConsistencyProof(oldSize: 6, newSize: 5, hashes: []).verifies(oldRoot: roots[6], newRoot: roots[5]))
    }

    @Test func `the empty log is the beginning of every log, by no hashes`() throws {
        let proof = try #require(try ConsistencyProof.make(from: 0, to: 9, node: tree.node))
        #expect(proof.hashes.isEmpty)
        #expect(!proof.verifies(oldRoot: roots[1], newRoot: roots[9]))
        #expect(!ConsistencyProof(oldSize: 0, newSize: 9, hashes: [roots[1]]).verifies(oldRoot: roots[0], newRoot: roots[9]))
        #expect(!ConsistencyProof(oldSize: 0, newSize: 0, hashes: []).verifies(oldRoot: roots[0], newRoot: roots[1]))
    }

    @Test func `no changed proof verifies`() throws {
        let seed: UInt64 = 20_260_812
        var random = SeededGenerator(seed: seed)
        for new in 2...Self.largest {
            for _ in 0..<4 {
                let old = Int.random(in: 1..<new, using: &random)
                let good = try #require(try ConsistencyProof.make(from: UInt64(old), to: UInt64(new), node: tree.node))
                let bit = Int.random(in: 0..<256, using: &random)
                let place = Int.random(in: 0..<good.hashes.count, using: &random)

                func isRefused(_ change: String, _ edit: (inout [TreeHash]) -> Void) {
                    var hashes = good.hashes
                    edit(&hashes)
                    let changed = ConsistencyProof(oldSize: good.oldSize, newSize: good.newSize, hashes: hashes)
                    #expect(!changed.verifies(oldRoot: roots[old], newRoot: roots[new]), "\(change), \(old) to \(new), seed \(seed)")
                }
                isRefused("one bit") { $0[place] = $0[place].flipping(bit: bit) }
                isRefused("one hash less") { $0.remove(at: place) }
                isRefused("one hash more") { $0.insert($0[place], at: place) }
                isRefused("one hash more at the end") { $0.append(roots[new]) }
                isRefused("no hashes") { $0 = [] }
                #expect(!good.verifies(oldRoot: roots[old].flipping(bit: bit), newRoot: roots[new]), "seed \(seed)")
                #expect(!good.verifies(oldRoot: roots[old], newRoot: roots[new].flipping(bit: bit)), "seed \(seed)")
                for other in 0...Self.largest where other != old {
                    #expect(!good.verifies(oldRoot: roots[other], newRoot: roots[new]), "root of \(other), \(old) to \(new), seed \(seed)")
                }
            }
        }
    }

    @Test func `a log whose past was rewritten can make no proof from what it had signed`() throws {
        let seed: UInt64 = 77
        var random = SeededGenerator(seed: seed)
        for _ in 0..<60 {
            let new = Int.random(in: 2...Self.largest, using: &random)
            let old = Int.random(in: 1..<new, using: &random)
            let rewritten = Int.random(in: 0..<old, using: &random)
            var other = StoredTree()
            for index in 0..<new { other.append(index == rewritten ? .leaf(of: Array("rewritten".utf8)) : tree.leaves[index]) }
            let proof = try #require(try ConsistencyProof.make(from: UInt64(old), to: UInt64(new), node: other.node))
            let isBelieved = proof.verifies(oldRoot: roots[old], newRoot: other.frontier.root)
            #expect(!isBelieved, "entry \(rewritten), \(old) to \(new), seed \(seed)")
        }
    }

    @Test func `proofs hold in the largest trees too`() throws {
        let (node, _) = UniformTree.make()
        let seed: UInt64 = 4712
        var random = SeededGenerator(seed: seed)
        let edges: [UInt64] = [.max, .max - 1, 1 << 63, 3 << 40]
        let anywhere = (0..<50).map { _ in UInt64.random(in: 4 ... .max, using: &random) }
        for new in edges + anywhere {
            let newRoot = MerkleFrontier(size: new, node: node).root
            for old in [1, 2, 3, new - 1, new / 2, .random(in: 1..<new, using: &random)] {
                let proof = try #require(ConsistencyProof.make(from: old, to: new, node: node))
                #expect(proof.hashes.count <= 65)
                let oldRoot = MerkleFrontier(size: old, node: node).root
                #expect(proof.verifies(oldRoot: oldRoot, newRoot: newRoot), "\(old) to \(new), seed \(seed)")
            }
        }
    }

    @Test func `verifying answers whatever it is asked`() {
        let edges: [UInt64] = [0, 1, 2, 3, 1 << 32, 1 << 63, .max - 1, .max]
        for old in edges {
            for new in edges {
                for count in [0, 1, 2, 63, 64, 65, 200] {
                    let hashes = (0..<count).map { tree.leaves[$0 % tree.leaves.count] }
                    let proof = ConsistencyProof(oldSize: old, newSize: new, hashes: hashes)
                    #expect(!proof.verifies(oldRoot: roots[1], newRoot: roots[2].flipping(bit: 3)), "\(old) to \(new), \(count) hashes")
                }
            }
        }
    }
}
