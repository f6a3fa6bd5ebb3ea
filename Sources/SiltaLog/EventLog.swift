public import SiltaCore
public import SiltaFormats
public import SiltaProof

/// The append-only log of a provider: entries in commit order, and what proves them.
///
/// All calls block. An implementation keeps every promise below against concurrent callers; `EventLogContract` of the tests says
/// them as checks that any implementation must pass.
public protocol EventLog: Sendable {
    /// The log as it is now.
    func head() throws(LogFailure) -> LogHead

    /// Appends as one transaction: all of it, durably, or nothing.
    ///
    /// Positions have no gaps, versions count 1, 2, 3, … in each stream. Entries are written as they are put, so a batch may be far
    /// larger than memory.
    ///
    /// - Parameters:
    ///   - size: the size at which the caller has read the log and decided; nil where it makes no difference.
    ///   - recorded: the instant of all the entries; not before the last entry's. Where the size is nil, it is the last entry's if that
    ///     is later: of two callers, the one that came later may have looked at the clock before.
    ///   - body: is given `put`, which makes a draft the next entry. It must not ask anything else of this log. If it throws, or if
    ///     a `put` in it has failed, nothing of the batch is written. While its caller waits it may be run by another thread, that of a
    ///     caller who appends at the same time, so it must not wait for anybody who appends.
    /// - Throws: what `body` throws; `LogFailure.late` if the size is another, `.clockBackwards`, `.tooLong`, `.unreadable`, `.full`,
    ///   `.io`.
    func append(
        ifHeadIs size: Int64?, recorded: Instant, _ body: (_ put: (Draft) throws(LogFailure) -> Entry) throws -> Void
    ) throws -> LogHead

    /// Some entries from a position on, in order: at least one if there is any before `end`, and about a mebibyte at most.
    func page(from position: Position, before end: Int64) throws(LogFailure) -> [StoredEntry]

    /// Some entries of a stream after a version, in order: at least one if there is any before the position `end`, about a mebibyte
    /// at most.
    func page(of stream: EventStream, after version: StreamVersion, before end: Int64) throws(LogFailure) -> [StoredEntry]

    /// The hashes of complete subtrees that lie within the log, such as the contents of a tile.
    func hashes(of nodes: [TreeNode]) throws(LogFailure) -> [TreeHash]

    /// Keeps a signed checkpoint of this log. If there is one of its size already, that one stays.
    ///
    /// - Throws: `LogFailure.contradiction` if the log is shorter, or if its root at that size is another.
    func save(checkpoint note: SignedNote) throws(LogFailure)

    /// The stored checkpoint of exactly this size.
    func checkpoint(ofSize size: Int64) throws(LogFailure) -> SignedNote?

    /// The stored checkpoint of the smallest size that holds an entry: once there is one, it is always the same one.
    func checkpoint(holding position: Position) throws(LogFailure) -> SignedNote?

    /// The stored checkpoint of the largest size.
    func latestCheckpoint() throws(LogFailure) -> SignedNote?

    /// Gives back memory that is kept for speed only: nothing will be asked for a while.
    func rest()

    /// Reads everything and checks everything; see `Verification`.
    ///
    /// - Parameters:
    ///   - trust: whose checkpoints these must be; nil leaves signatures unchecked.
    ///   - witnessed: checkpoints that are kept elsewhere; against whoever has rewritten the whole file.
    ///   - progress: called now and then with the entries checked so far and the log's size.
    func verify(
        trust: CheckpointTrust?, witnessed: [SignedNote], progress: (_ done: Int64, _ total: Int64) -> Void
    ) throws(LogFailure) -> Verification
}

/// How far the log goes.
public struct LogHead: Hashable, Sendable {
    /// How many entries there are; also the position of the next one.
    public let size: Int64
    /// The root hash of the Merkle tree over them.
    public let root: TreeHash
    /// When the last one was recorded; nil while there is none.
    public let lastRecorded: Instant?

    public init(size: Int64, root: TreeHash, lastRecorded: Instant?) {
        self.size = size
        self.root = root
        self.lastRecorded = lastRecorded
    }
}

/// An entry, and the bytes that it is stored and hashed as.
public struct StoredEntry: Hashable, Sendable {
    /// UTF-8 JSON, without a newline.
    public let line: [UInt8]
    public let entry: Entry

    public init(line: [UInt8], entry: Entry) {
        self.line = line
        self.entry = entry
    }
}
