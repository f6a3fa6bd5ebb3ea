public import SiltaCore
public import SiltaFormats
import SiltaLog
import SiltaProof
import SiltaState

extension Bridge {
    /// So many entries are taken in with one transaction of the state.
    private static let entriesPerTransaction = 4_096

    /// Takes the state up to the log's head; from the first entry on where it is the state of another log.
    ///
    /// - Parameter progress: called now and then with the entries taken in so far and the log's size.
    public func catchUp(progress: (Int64, Int64) -> Void = { _, _ in }) throws {
        let head = try log.head()
        var reached = try state.reached()
        let isOfThisLog = try reached.size <= head.size && (reached.size == 0 || log.root(ofSize: reached.size).hex == reached.root)
        if !isOfThisLog {
            try state.erase()
            reached = .nothing
        }
        guard reached.size < head.size else { return }
        var batch: [LoggedEvent] = []
        var taken = reached.size
        func flush(_ size: Int64) throws {
            try state.apply(batch, reaching: StateStore.Reached(size: size, root: log.root(ofSize: size).hex))
            batch.removeAll(keepingCapacity: true)
            progress(size, head.size)
        }
        try log.read(from: Position(reached.size), through: Position(head.size - 1)) { stored in
            if let event = try event(of: stored.entry) {
                batch.append(LoggedEvent(position: stored.entry.position, recorded: stored.entry.recorded, event: event))
            }
            taken = stored.entry.position.value + 1
            if taken % 1_000 == 0 { try ambient.step() }
            if taken % Int64(Bridge.entriesPerTransaction) == 0 { try flush(taken) }
        }
        if try state.reached().size < taken { try flush(taken) }
    }

    /// Makes the state again from the first entry.
    public func rebuild(progress: (Int64, Int64) -> Void = { _, _ in }) throws {
        try state.erase()
        try catchUp(progress: progress)
    }

    /// What an entry says; nil where it cannot be read any more, because its pupil was erased.
    public func event(of entry: Entry) throws -> Event? {
        guard let secret = try opened(entry) else { return entry.sealed == nil ? try EventCodec.decode(entry, secret: nil) : nil }
        return try EventCodec.decode(entry, secret: secret)
    }

    /// The sealed payload of an entry, in the clear; nil where there is none, or where its key is gone.
    public func secret(of entry: Entry) throws -> JSON? {
        try opened(entry).map { try JSON.parse($0) }
    }

    private func opened(_ entry: Entry) throws -> [UInt8]? {
        guard let id = entry.key, let key = try keys.get(id) else { return nil }
        return try entry.opened(with: key)
    }
}
