import SiltaCore
public import SiltaProof

import Foundation

/// What travels beside a notice's body, in a header of its own: the exact `notice.composed` line, the salt of its commitment, and
/// the proof that the line is in the log. Whoever has the body, this and the public key can show that exactly this was sent.
public struct Evidence: Hashable, Sendable {
    public static let header = "Silta-Evidence"

    public var entry: [UInt8]
    public var salt: [UInt8]
    /// A `.tlog-proof` of the entry under a signed checkpoint.
    public var proof: [UInt8]

    public init(entry: [UInt8], salt: [UInt8], proof: [UInt8]) {
        self.entry = entry
        self.salt = salt
        self.proof = proof
    }

    /// Base64 of a JSON object.
    public var headerValue: String {
        let json: JSON = [
            "entry": .string(String(decoding: entry, as: UTF8.self)), "salt": .string(Data(salt).base64EncodedString()),
            "proof": .string(String(decoding: proof, as: UTF8.self)),
        ]
        return Data(json.bytes).base64EncodedString()
    }

    public init(headerValue: String) throws(EvidenceError) {
        guard let data = Data(base64Encoded: headerValue) else { throw .malformed("it is not base64") }
        do {
            let json = try JSON.parse(data)
            entry = Array(try json.read("entry", as: String.self).utf8)
            proof = Array(try json.read("proof", as: String.self).utf8)
            guard let salt = Data(base64Encoded: try json.read("salt", as: String.self)) else { throw EntryError("\"salt\" is not base64") }
            self.salt = Array(salt)
        } catch {
            throw .malformed("\(error)")
        }
    }

    /// Shows that the log under the key holds the composing of exactly this body.
    ///
    /// - Parameter origin: of the log, as the recipient knows it.
    /// - Returns: the entry, and the checkpoint that it was proved under.
    public func verify(body: [UInt8], keys: [NoteVerifierKey], origin: LogOrigin) throws(EvidenceError) -> (Entry, Checkpoint) {
        let checkpoint: Checkpoint
        do {
            checkpoint = try TransparencyProof(parsing: proof).verify(entry: entry, keys: keys, origin: origin)
        } catch {
            throw .notInTheLog("\(error)")
        }
        let line: Entry
        do { line = try Entry(line: entry) } catch { throw .malformed("\(error)") }
        guard line.type == ComposedMessage.eventType, let commitment = line.payload?["commitment"]?.string else {
            throw .malformed("the entry is not the composing of a notice")
        }
        // A salt of another length could hold a part of the body.
        guard salt.count == 32 else { throw .malformed("the salt is \(salt.count) bytes long and should be 32") }
        guard ComposedMessage.commitment(salt: salt, body: body).rawValue == commitment else { throw .anotherBody }
        return (line, checkpoint)
    }
}

public enum EvidenceError: Error, Hashable, Sendable, CustomStringConvertible {
    case malformed(String)
    case notInTheLog(String)
    case anotherBody

    public var description: String {
        switch self {
        case .malformed(let reason): "the evidence cannot be read: \(reason)"
        case .notInTheLog(let reason): "the evidence does not prove that the entry is in the log: \(reason)"
        case .anotherBody: "the entry commits to another body than the one that came"
        }
    }
}
