public import SiltaCore
public import SiltaFormats
public import SiltaProof

extension EventLog {
    /// Appends a batch that fits in memory; see `append(ifHeadIs:recorded:_:)`.
    ///
    /// - Returns: the entries that the drafts became, in their order.
    @discardableResult
    public func append(_ drafts: some Sequence<Draft>, ifHeadIs size: Int64?, recorded: Instant) throws(LogFailure) -> [Entry] {
        var entries: [Entry] = []
        do {
            _ = try append(ifHeadIs: size, recorded: recorded) { put in
                for draft in drafts { entries.append(try put(draft)) }
            }
        } catch let failure as LogFailure {
            throw failure
        } catch {
            preconditionFailure("An append throws only LogFailure and what its body throws, and this body throws nothing else")
        }
        return entries
    }

    /// Reads entries in order, a page at a time: memory stays bounded, and no page keeps the log from being written.
    ///
    /// - Parameters:
    ///   - last: the last position to read; nil is the last one there is when reading begins.
    ///   - body: may ask the log, and may append to it.
    public func read(
        from first: Position = Position(0), through last: Position? = nil, _ body: (StoredEntry) throws -> Void
    ) throws {
        let size = try head().size
        let end = last.map { min(size, $0.value + 1) } ?? size
        var next = first
        while next.value < end {
            let page = try page(from: next, before: end)
            guard let last = page.last else { break }
            for stored in page { try body(stored) }
            next = Position(last.entry.position.value + 1)
        }
    }

    /// Reads the entries of a stream in version order, those that are there when reading begins.
    public func read(stream: EventStream, after version: StreamVersion = StreamVersion(0), _ body: (StoredEntry) throws -> Void) throws {
        let end = try head().size
        var version = version
        while true {
            let page = try page(of: stream, after: version, before: end)
            guard let last = page.last else { return }
            for stored in page { try body(stored) }
            version = last.entry.version
        }
    }

    /// The entry at a position, or nil if the log does not go so far.
    public func entry(at position: Position) throws(LogFailure) -> StoredEntry? {
        guard position.value >= 0, position.value < Int64.max else { return nil }
        return try page(from: position, before: position.value + 1).first
    }

    /// The root hash of the first `size` entries.
    public func root(ofSize size: Int64) throws(LogFailure) -> TreeHash {
        try MerkleFrontier(size: within(size)) { node throws(LogFailure) in try hash(of: node) }.root
    }

    /// The proof that the entry at a position is in the tree of the first `size` entries.
    ///
    /// - Throws: `LogFailure.missing` if there are not so many entries, or the position is not among them.
    public func inclusionProof(of position: Position, inSize size: Int64) throws(LogFailure) -> InclusionProof {
        let size = try within(size)
        let proof =
            position.value < 0
            ? nil
            : try InclusionProof.make(index: UInt64(position.value), size: size) { node throws(LogFailure) in try hash(of: node) }
        guard let proof else {
            throw LogFailure(.missing, "The first entries up to that size do not hold that position [position: \(position), size: \(size)]")
        }
        return proof
    }

    /// The proof that the tree of the first `newSize` entries begins with that of the first `oldSize`.
    ///
    /// - Throws: `LogFailure.missing` if there are not so many entries, or the old size is above the new.
    public func consistencyProof(from oldSize: Int64, to newSize: Int64) throws(LogFailure) -> ConsistencyProof {
        let sizes = (old: try within(oldSize), new: try within(newSize))
        let proof = try ConsistencyProof.make(from: sizes.old, to: sizes.new) { node throws(LogFailure) in try hash(of: node) }
        guard let proof else {
            throw LogFailure(.missing, "A log is consistent with earlier sizes of itself only [old: \(oldSize), new: \(newSize)]")
        }
        return proof
    }

    /// Reads everything and checks everything; see `Verification`.
    public func verify(trust: CheckpointTrust? = nil, witnessed: [SignedNote] = []) throws(LogFailure) -> Verification {
        try verify(trust: trust, witnessed: witnessed) { _, _ in }
    }

    private func hash(of node: TreeNode) throws(LogFailure) -> TreeHash {
        try hashes(of: [node])[0]
    }

    /// A size that the log has reached.
    private func within(_ size: Int64) throws(LogFailure) -> UInt64 {
        let now = try head().size
        guard (0...now).contains(size) else {
            throw LogFailure(.missing, "The log does not have that many entries [asked: \(size), size: \(now)]")
        }
        return UInt64(size)
    }
}
