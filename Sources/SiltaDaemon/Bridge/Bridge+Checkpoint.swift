import SiltaCore
import SiltaFormats
import SiltaLog
public import SiltaProof

extension Bridge {
    /// Signs what the log is now, and keeps it.
    @discardableResult
    public func checkpoint() throws -> SignedNote {
        let head = try log.head()
        if let existing = try log.checkpoint(ofSize: head.size) { return existing }
        let note = try Checkpoint(origin: origin, size: UInt64(head.size), root: head.root).signed(by: signer)
        try log.save(checkpoint: note)
        return note
    }

    /// The first checkpoint that holds an entry: the same one whenever it is asked for.
    func checkpoint(holding position: Position) throws -> SignedNote {
        try log.checkpoint(holding: position) ?? checkpoint()
    }

    /// What travels beside a message's body.
    func evidence(of composed: ComposedMessage, at position: Position) throws -> Evidence {
        guard let stored = try log.entry(at: position) else {
            throw LogFailure(.missing, "The entry of a composed notice is not in the log [position: \(position)]")
        }
        let note = try checkpoint(holding: position)
        let size = try Checkpoint(verifying: note, keys: [signer.verifierKey], origin: origin).size
        let proof = TransparencyProof(inclusion: try log.inclusionProof(of: position, inSize: Int64(size)), checkpoint: note)
        return Evidence(entry: stored.line, salt: composed.salt, proof: proof.bytes)
    }
}
