public import SiltaCore
import SiltaFormats
public import SiltaProof

extension SQLiteLog {
    /// How many bytes of lines a page has at most, beyond its first entry.
    private static let pageBytes = 1 << 20

    public func page(from position: Position, before end: Int64) throws(LogFailure) -> [StoredEntry] {
        let raw = try rawEntries("WHERE position >= ? AND position < ? ORDER BY position") { rows in
            rows.bind(1, position.value)
            rows.bind(2, end)
        }
        return try checked { try SQLiteLog.readInOrder(raw, from: max(0, position.value)) }
    }

    public func page(of stream: EventStream, after version: StreamVersion, before end: Int64) throws(LogFailure) -> [StoredEntry] {
        let raw = try rawEntries("WHERE stream = ? AND version > ? AND position < ? ORDER BY version") { rows in
            rows.bind(1, text: stream.bytes)
            rows.bind(2, version.value)
            rows.bind(3, end)
        }
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
    private func rawEntries(_ condition: String, bind: (DirectStatement) -> Void) throws(LogFailure) -> [RawEntry] {
        try file.read { db in
            let rows = try DirectStatement(db, "SELECT \(RawEntry.columns) FROM entries \(condition)")
            defer { rows.reset() }
            bind(rows)
            var entries: [RawEntry] = []
            var bytes = 0
            while bytes < SQLiteLog.pageBytes, try rows.step() {
                entries.append(try RawEntry(rows))
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
