import SiltaCore
import SiltaFormats
import SiltaProof

/// Why evidence does not hold.
struct EvidenceProblem: Error, Hashable, Sendable {
    var sentence: String
}

extension ProofKeys {
    /// Checks that the log holds the composing of exactly this message.
    ///
    /// - Parameter header: the value of `Silta-Evidence`.
    func check(_ header: String, body: [UInt8], id: NoticeID, kind: Message.Kind) throws(EvidenceProblem) -> Findings.Evidence {
        let evidence: Evidence
        let entry: Entry
        let checkpoint: Checkpoint
        let index: UInt64
        do throws(EvidenceError) {
            evidence = try Evidence(headerValue: header)
            (entry, checkpoint) = try evidence.verify(body: body, keys: keys, origin: origin)
        } catch {
            throw EvidenceProblem(sentence: error.description)
        }
        do throws(TransparencyProofError) {
            index = try TransparencyProof(parsing: evidence.proof).index
        } catch {
            throw EvidenceProblem(sentence: error.description)
        }
        guard UInt64(exactly: entry.position.value) == index else {
            throw EvidenceProblem(sentence: "the entry says another position than its proof [entry: \(entry.position), proof: \(index)]")
        }
        // The commitment ties the entry to the body; these tie it to the headers that say what the body is.
        guard entry.payload?["id"]?.string == id.description else {
            throw EvidenceProblem(sentence: "the entry is of another message than the one that came")
        }
        guard entry.payload?["message"] == kind.json else {
            throw EvidenceProblem(sentence: "the entry is of another kind of message than ce-type says")
        }
        return .verified(position: entry.position, checkpointSize: checkpoint.size)
    }
}
