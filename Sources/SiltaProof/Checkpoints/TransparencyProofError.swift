/// Why a proof was refused.
public enum TransparencyProofError: Error, Equatable, Sendable {
    /// The file is longer than `TransparencyProof.maximumByteCount`.
    case tooLong(byteCount: Int)
    /// The first line does not say that this is a proof of this version.
    case firstLine
    /// The line of extra data is not base64.
    case extra
    /// The line of the index is missing or wrong.
    case index
    /// A line of the inclusion proof is wrong, one too many, or not followed by an empty line; counted from 1.
    case hash(number: Int)
    /// The checkpoint was refused.
    case checkpoint(CheckpointError)
    /// The entry is not at that position in the tree that the checkpoint states.
    case notIncluded(index: UInt64, size: UInt64)
}

extension TransparencyProofError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .tooLong(let byteCount):
            "A proof has at most \(TransparencyProof.maximumByteCount) bytes [bytes: \(byteCount)]"
        case .firstLine:
            "The first line of a proof must be c2sp.org/tlog-proof@v1"
        case .extra:
            "The extra data of a proof must be in base64"
        case .index:
            "A proof must state `index` and the entry's position, in decimal digits without leading zeros"
        case .hash(let number):
            "The hashes of a proof must be base64 of 32 bytes each, at most \(TransparencyProof.maximumHashCount), then an empty line [hash: \(number)]"
        case .checkpoint(let error):
            error.description
        case .notIncluded(let index, let size):
            "The entry is not in the log at this position: the entry or the proof was changed [position: \(index), size: \(size)]"
        }
    }
}
