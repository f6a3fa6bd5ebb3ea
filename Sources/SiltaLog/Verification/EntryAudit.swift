import SiltaCore
import SiltaFormats
import SiltaProof

/// Checks entries one after the other, from the first; the same for every kind of log.
struct EntryAudit {
    private(set) var frontier = MerkleFrontier()
    private(set) var bytes: Int64 = 0
    private var lines = LineCheck()
    private var lastRecorded: [UInt8] = []
    /// What the index by stream must add up to; see `StreamAudit`.
    private(set) var places: UInt64 = 0

    var next: Int64 { Int64(frontier.size) }

    /// Checks the next entry.
    ///
    /// - Parameter completed: called with the nodes of two leaves and more that the entry completes.
    /// - Throws: `Malformed`, or what `completed` throws.
    mutating func check(_ row: EntryRow, completed: (TreeNode, TreeHash) throws -> Void) throws {
        guard row.raw.position == next else { throw Malformed("the entry is missing") }
        guard TreeHash.leaf(of: row.raw.line) == row.raw.hash else { throw Malformed("the line does not fit its hash: it was changed") }
        let isWritten = lines.isWritten(
            row.raw.line, position: Position(next), stream: row.stream, version: StreamVersion(row.version), type: row.type,
            recorded: row.recorded)
        if !isWritten { try EntryAudit.checkByReading(row) }
        // Instants of the years 1 to 9999 sort as text.
        if row.recorded.lexicographicallyPrecedes(lastRecorded) { throw Malformed("it is recorded before the entry before it") }
        try frontier.append(row.raw.hash) { node, hash in
            if node.level > 0 { try completed(node, hash) }
        }
        if !row.recorded.elementsEqual(lastRecorded) { lastRecorded = Array(row.recorded) }
        bytes += Int64(row.raw.line.count)
        places &+= StreamAudit.place(row.stream, row.version, row.raw.position)
    }

    /// Where a line is not what these columns would make it: whether it is wrong, and how.
    private static func checkByReading(_ row: EntryRow) throws(Malformed) {
        let entry: Entry
        do { entry = try Entry(line: row.raw.line) } catch { throw Malformed("\(error)") }
        guard entry.position.value == row.raw.position else { throw Malformed("the line is of position \(entry.position)") }
        guard row.stream.elementsEqual(entry.stream.bytes), row.version == entry.version.value, row.type.elementsEqual(entry.type.utf8),
            row.recorded.elementsEqual(entry.recorded.bytes)
        else { throw Malformed("the columns say something else than the line") }
    }
}

/// A row of `entries` with its columns; texts as UTF-8, as long as the row is at hand.
struct EntryRow {
    let raw: RawEntry
    let stream: UnsafeBufferPointer<UInt8>
    let version: Int64
    let type: UnsafeBufferPointer<UInt8>
    let recorded: UnsafeBufferPointer<UInt8>
}

/// Checks the index by stream: in each stream the versions 1, 2, 3, … at rising positions.
///
/// Whether it holds exactly the places of the entries is told by a sum over both, so that memory stays bounded however many streams
/// there are. The hash is seeded anew in each process: nobody can prepare a file for it.
struct StreamAudit {
    private(set) var places: UInt64 = 0
    private var stream: [UInt8] = []
    private var last: (version: Int64, position: Int64)?

    /// - Returns: what is wrong with the next row of the index, ordered by stream and version; nil if nothing is.
    mutating func problem(stream: UnsafeBufferPointer<UInt8>, version: Int64, position: Int64) -> String? {
        defer { last = (version, position) }
        places &+= StreamAudit.place(stream, version, position)
        if last == nil || !stream.elementsEqual(self.stream) {
            self.stream = Array(stream)
            last = nil
        }
        let expected = (last?.version ?? 0) + 1
        guard version == expected else { return "the version is \(version) and should be \(expected), the next one of its stream" }
        if let last, position < last.position { return "a later version of its stream stands earlier" }
        return nil
    }

    static func place(_ stream: UnsafeBufferPointer<UInt8>, _ version: Int64, _ position: Int64) -> UInt64 {
        var hasher = Hasher()
        hasher.combine(version)
        hasher.combine(position)
        hasher.combine(bytes: UnsafeRawBufferPointer(stream))
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }
}
