public import SiltaCore
public import SiltaLog
import SiltaState

/// Rows that could not be understood, and what people and time make of them.
extension Bridge {
    /// Adds to a reading what kept rows say now that it does not tell again itself.
    ///
    /// - Returns: those that need not be kept once the reading is applied.
    func addKept(to reading: inout Reading, of source: Source) throws -> [QuarantineID] {
        let kinds = RecordKind.rereadable.subtracting(reading.complete)
        guard !kinds.isEmpty else { return [] }
        let kept = try keys.kept(of: source.id, kinds: kinds)
        guard !kept.isEmpty else { return [] }
        try ambient.step()
        return reading.add(source.reread(kept.map(\.row))).sorted().map { kept[$0].id }
    }

    /// A quarantined row, opened for a person: that it is shown is in the log first.
    ///
    /// - Parameters:
    ///   - source: whose row it is, as far as that can be asked how it reads it now.
    ///   - why: is sealed in the log where the row speaks of a pupil who is known; else there is nothing to seal it under.
    public func show(_ row: QuarantinedRow, of source: Source?, why: String?, by person: Actor) throws -> (kept: KeptRow, now: RereadRow?) {
        guard let kept = try keys.open(row.id) else { throw NoSuch(what: "quarantined row", id: row.id.rawValue) }
        let now = kept.fields.isEmpty ? nil : source?.reread([kept]).first
        let pupil = try now?.pupil.flatMap { try state.pupilID(of: .register(row.source, $0)) }
        try access(
            AccessEvent(
                pupil: pupil, what: "quarantine show", fields: ["row \(row.id)"] + kept.fields.map(\.name),
                why: pupil == nil ? nil : why), by: person)
        return (kept, now)
    }

    /// Puts quarantined rows away for good; all of one source.
    public func drop(_ ids: [QuarantineID], of source: SourceID, why: String?, by person: Actor) throws {
        for run in stride(from: 0, to: ids.count, by: 100) {
            try append([Proposal(.source(source, .rowsDropped(Array(ids[run..<min(ids.count, run + 100)]))), by: person)])
        }
        try keys.drop(ids, why: why, at: ambient.now())
    }

    /// A person asks for a source's quarantined rows to be read again, which its next poll does.
    public func retry(rows: Int, of source: SourceID, by person: Actor) throws {
        try append([Proposal(.source(source, .rowsRetried(rows)), by: person)])
    }

    /// Destroys what rows of a source say that have reached their age.
    public func age(_ source: Source) throws {
        let before = ambient.now() + (.zero - source.quarantine.keep)
        let count = try keys.agedCount(of: source.id, before: before)
        if count > 0 { try append([Proposal(.source(source.id, .rowsAged(count)), by: .service("housekeeping"))]) }
        try keys.age(source.id, before: before)
    }
}
