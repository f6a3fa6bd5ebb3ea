import GRDB
public import SiltaCore
import SiltaFormats
public import SiltaProof

extension SQLiteLog {
    /// How many bytes of lines a page has at most, beyond its first entry.
    private static let pageBytes = 1 << 20

    public func page(from position: Position, before end: Int64) throws(LogFailure) -> [StoredEntry] {
        let raw = try rawEntries("WHERE position >= ? AND position < ? ORDER BY position", [position.value, end])
        return try checked { try SQLiteLog.readInOrder(raw, from: max(0, position.value)) }
    }

    public func page(of stream: EventStream, after version: StreamVersion, before end: Int64) throws(LogFailure) -> [StoredEntry] {
        let raw = try rawEntries(
            "WHERE stream = ? AND version > ? AND position < ? ORDER BY version", [stream.description, version.value, end])
        return try checked {
            var version = max(0, version.value)
            return try raw.map { raw in
                let stored = try raw.read()
                version += 1
                guard stored.entry.stream == stream, stored.entry.version.value == version else {
                    throw Malformed("the entry at \(raw.position) is not version \(version) of its stream")
                }
                return stored
            }
        }
    }

    public func hashes(of nodes: [TreeNode]) throws(LogFailure) -> [TreeHash] {
        try file.read { db in try nodes.map { node in try LogTip.hash(of: node, db) } }
    }

    private static func readInOrder(_ raw: [RawEntry], from first: Int64) throws -> [StoredEntry] {
        var next = first
        return try raw.map { raw in
            guard raw.position == next else { throw Malformed("the entry at \(next) is missing") }
            next += 1
            return try raw.read()
        }
    }

    /// Rows as they are, so that whoever waits for the connection does not wait for their hashing and parsing.
    private func rawEntries(_ condition: String, _ arguments: StatementArguments) throws(LogFailure) -> [RawEntry] {
        try file.read { db in
            let statement = try db.cachedStatement(sql: "SELECT position, hash, CAST(line AS BLOB) FROM entries \(condition)")
            let rows = try Row.fetchCursor(statement, arguments: arguments)
            var entries: [RawEntry] = []
            var bytes = 0
            while bytes < SQLiteLog.pageBytes, let row = try rows.next() {
                entries.append(try RawEntry(row))
                bytes += entries[entries.count - 1].line.count
            }
            return entries
        }
    }

    /// What was read, with the damage that shows in it as a failure of this file.
    private func checked<Value>(_ body: () throws -> Value) throws(LogFailure) -> Value {
        do { return try body() } catch {
            throw LogFailure(error, file: file.name) ?? LogFailure(.corrupt, "The log cannot be read [file: \(file.name)]")
        }
    }
}
