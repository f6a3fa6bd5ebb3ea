import GRDB
import SiltaCore
import SiltaFormats
import SiltaProof

/// The end of a log: all that is needed to append to it.
struct LogTip: Sendable {
    var frontier = MerkleFrontier()
    var lastRecorded: Instant?

    var size: Int64 { Int64(frontier.size) }
    var head: LogHead { LogHead(size: size, root: frontier.root, lastRecorded: lastRecorded) }

    init() {}

    /// Restores it from the stored nodes, having compared them with the last entry: O(log n).
    init(_ db: Database, size: Int64) throws {
        let nodes = try db.optionalInteger("SELECT max(number) FROM tree").map { $0 + 1 } ?? 0
        guard nodes == TreeNode.count(ofSize: UInt64(size)) else { throw Malformed("the tree's nodes are not those of the entries") }
        frontier = try MerkleFrontier(size: UInt64(size)) { node in try LogTip.hash(of: node, db) }
        guard size > 0 else { return }
        let row = try DirectStatement(db, "SELECT \(RawEntry.columns) FROM entries WHERE position = ?")
        defer { row.reset() }
        row.bind(1, size - 1)
        guard try row.step() else { throw Malformed("the last entry is missing") }
        lastRecorded = try RawEntry(row).read().entry.recorded
    }

    /// How many entries there are.
    static func size(_ db: Database) throws -> Int64 {
        let row = try DirectStatement(db, "SELECT max(position) FROM entries")
        defer { row.reset() }
        guard try row.step(), let last = try row.optionalInteger(0) else { return 0 }
        guard last >= 0, last < .max else { throw Malformed("the last position is impossible") }
        return last + 1
    }

    /// The stored hash of a complete subtree: a leaf's stands beside its entry.
    static func hash(of node: TreeNode, _ db: Database) throws -> TreeHash {
        let (sql, key) =
            node.level == 0
            ? ("SELECT hash FROM entries WHERE position = ?", Int64(node.index)) : ("SELECT hash FROM tree WHERE number = ?", node.number)
        guard let row = try Row.fetchOne(db.cachedStatement(sql: sql), arguments: [key]) else {
            throw Malformed("the tree's node \(node) is missing")
        }
        return try row.hash(0)
    }
}
