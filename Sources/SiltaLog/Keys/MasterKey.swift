import Foundation
import SiltaCore
import SiltaFormats

/// The keys that follow from a provider's master key, one for each use.
struct MasterKey: Sendable {
    /// The one generation there is so far: a second comes when master keys can be changed.
    static let generation: Int64 = 1

    private let wrapping: DataKey
    private let quarantine: DataKey
    private let digests: DataKey
    /// Tells this master key from any other, and says nothing about it.
    let proof: [UInt8]

    /// - Throws: `LogFailure.wrongKey` if there are not 32 bytes.
    init(_ bytes: [UInt8]) throws(LogFailure) {
        let master: DataKey
        do { master = try DataKey(id: KeyID("master"), bytes: bytes) } catch {
            throw LogFailure(.wrongKey, "A master key has \(DataKey.byteCount) bytes [bytes: \(bytes.count)]")
        }
        wrapping = master.derived(for: "silta key store: wrapping of data keys")
        quarantine = master.derived(for: "silta key store: quarantined rows")
        digests = master.derived(for: "silta key store: digests")
        proof = master.derived(for: "silta key store: proof").authenticationCode(of: "silta".utf8)
    }

    func wrap(_ key: DataKey, of pupil: PupilID, nonce: [UInt8]) throws(EntryError) -> [UInt8] {
        try wrapping.seal(key.withBytes { $0 }, nonce: nonce, authenticating: MasterKey.place(key.id, pupil))
    }

    func unwrap(_ wrapped: [UInt8], id: KeyID, of pupil: PupilID) throws(EntryError) -> DataKey {
        try DataKey(id: id, bytes: wrapping.open(wrapped, authenticating: MasterKey.place(id, pupil)))
    }

    /// The key that a quarantined row is sealed with: one for each row, so that no nonce comes twice however often it is read again.
    func key(of row: QuarantineID) -> DataKey { quarantine.derived(for: row.rawValue) }

    /// A digest for a use, over parts that hold no zero byte.
    func digest(_ use: String, _ parts: [String]) -> [UInt8] {
        digests.authenticationCode(of: Array(([use] + parts).map { Array($0.utf8) }.joined(separator: [0])))
    }

    private static func place(_ id: KeyID, _ pupil: PupilID) -> [UInt8] { Array("\(pupil)\n\(id)".utf8) }
}
