import SiltaCore
import SiltaFormats
import SiltaProof

/// A row of `entries` that nobody has looked at yet: position, hash and line.
struct RawEntry {
    let position: Int64
    let hash: TreeHash
    let line: [UInt8]

    static let columns = "position, hash, line"

    init(_ row: DirectStatement) throws {
        position = try row.integer(0)
        hash = try row.hash(1)
        line = Array(try row.text(2))
    }

    /// The entry, if the line is the one that was appended at this position.
    func read() throws -> StoredEntry {
        guard TreeHash.leaf(of: line) == hash else { throw Malformed("the entry at \(position) was changed: it does not fit its hash") }
        let entry: Entry
        do { entry = try Entry(line: line) } catch { throw Malformed("the entry at \(position) cannot be read: \(error)") }
        guard entry.position.value == position else {
            throw Malformed("the entry at \(position) says that it stands at \(entry.position)")
        }
        return StoredEntry(line: line, entry: entry)
    }
}
