/// Proof, in one file that needs nothing but the log's public key, that an entry is in the log
/// (C2SP tlog-proof, https://c2sp.org/tlog-proof; file extension `.tlog-proof`).
///
///     c2sp.org/tlog-proof@v1
///     extra <base64>                        only if there is extra data
///     index <the entry's position>
///     <base64 of a hash>                    one line each, the leaf's sibling first
///     <empty line>
///     <the signed checkpoint>
///
/// Reading is exact: what was parsed is written again as the same bytes.
public struct TransparencyProof: Equatable, Sendable {
    /// The longest file that is read.
    public static let maximumByteCount = 1_000_000
    /// The most hashes a proof can have: a tree has no more than 2^64 leaves.
    public static let maximumHashCount = 64

    private static let firstLine = "c2sp.org/tlog-proof@v1"

    /// Data for whoever made the proof, which nothing vouches for. Silta writes none.
    public let extra: [UInt8]?
    /// The entry's position.
    public let index: UInt64
    /// The hashes that join the entry to the checkpoint's root, the leaf's sibling first.
    public let hashes: [TreeHash]
    /// The signed checkpoint, as it was received.
    public let checkpoint: SignedNote

    /// Puts a proof together.
    ///
    /// - Parameters:
    ///   - inclusion: the proof in the tree of the checkpoint's size.
    ///   - checkpoint: the signed checkpoint of that tree.
    public init(inclusion: InclusionProof, checkpoint: SignedNote) {
        extra = nil
        index = inclusion.index
        hashes = inclusion.hashes
        self.checkpoint = checkpoint
    }

    /// Reads a proof. It shows nothing before `verify(entry:keys:origin:)`.
    ///
    /// - Throws: the `TransparencyProofError` that says which line is wrong.
    public init(parsing bytes: some Collection<UInt8>) throws(TransparencyProofError) {
        guard bytes.count <= Self.maximumByteCount else { throw .tooLong(byteCount: bytes.count) }
        var reader = LineReader(Array(bytes)[...])
        guard let first = reader.next(), first.elementsEqual(Self.firstLine.utf8) else { throw .firstLine }
        var line = reader.next()
        if let encoded = line?.dropping(prefix: "extra ") {
            guard let extra = Base64.decode(encoded) else { throw .extra }
            self.extra = extra
            line = reader.next()
        } else {
            extra = nil
        }
        guard let digits = line?.dropping(prefix: "index "), let index = UInt64(exactDecimal: digits) else { throw .index }
        self.index = index
        hashes = try Self.hashes(from: &reader)
        do throws(NoteError) {
            checkpoint = try SignedNote(parsing: reader.rest)
        } catch {
            throw .checkpoint(.note(error))
        }
    }

    /// Takes the lines of hashes and the empty line after them.
    private static func hashes(from reader: inout LineReader) throws(TransparencyProofError) -> [TreeHash] {
        var hashes: [TreeHash] = []
        while let line = reader.next() {
            guard !line.isEmpty else { return hashes }
            guard hashes.count < maximumHashCount, let bytes = Base64.decode(line), let hash = TreeHash(bytes: bytes) else {
                throw .hash(number: hashes.count + 1)
            }
            hashes.append(hash)
        }
        throw .hash(number: hashes.count + 1)
    }

    /// The proof as it is written, UTF-8.
    public var bytes: [UInt8] {
        var lines = [Self.firstLine]
        if let extra { lines.append("extra \(Base64.encode(extra))") }
        lines.append("index \(index)")
        lines += hashes.map(\.base64)
        lines.append("")
        return lines.flatMap { Array($0.utf8) + [UInt8(ascii: "\n")] } + checkpoint.bytes
    }

    /// Checks that an entry is in the log, at this proof's position.
    ///
    /// - Parameters:
    ///   - entry: the entry's exact bytes.
    ///   - keys: the log's keys.
    ///   - origin: which log it must be.
    /// - Returns: the checkpoint under which the entry was shown to be in the log.
    /// - Throws: `TransparencyProofError.checkpoint` if the checkpoint is not one that the log signed, `.notIncluded` if
    ///   its tree does not hold this entry at this position.
    @discardableResult
    public func verify(
        entry: some Collection<UInt8>,
        keys: [NoteVerifierKey],
        origin: LogOrigin
    ) throws(TransparencyProofError) -> Checkpoint {
        let signed: Checkpoint
        do throws(CheckpointError) {
            signed = try Checkpoint(verifying: checkpoint, keys: keys, origin: origin)
        } catch {
            throw .checkpoint(error)
        }
        let inclusion = InclusionProof(index: index, size: signed.size, hashes: hashes)
        guard inclusion.verifies(leaf: TreeHash.leaf(of: entry), root: signed.root) else {
            throw .notIncluded(index: index, size: signed.size)
        }
        return signed
    }

    /// Checks that an entry is in the log whose origin is the name of its one key.
    @discardableResult
    public func verify(entry: some Collection<UInt8>, key: NoteVerifierKey) throws(TransparencyProofError) -> Checkpoint {
        try verify(entry: entry, keys: [key], origin: LogOrigin(key.name))
    }
}
