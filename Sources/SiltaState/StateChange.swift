import Foundation
import GRDB
public import SiltaCore
import SiltaFormats

/// A transaction of the state, and what it has changed and not written yet: what follows one another in the log is mostly of the
/// same pupil.
public struct StateChange {
    /// So many pupils and notices are held before they are written.
    private static let limit = 256

    private let database: Database
    private(set) var provider: Provider
    private var isProviderChanged = false
    private var areMergesChanged = false
    private var pupils: [PupilID: Pupil] = [:]
    private var referrals: [NoticeID: Referral] = [:]
    private var unassessed: Set<PupilID> = []
    private var polls: PollMemory

    init(_ database: Database, provider: Provider) {
        self.database = database
        self.provider = provider
        polls = PollMemory(database)
    }

    /// A pupil as the change has them so far.
    public func pupil(_ id: PupilID) throws(StateFailure) -> Pupil? {
        do { return try pupils[id] ?? StateRows.pupil(id, in: database) } catch { throw StateFailure(error) }
    }

    public mutating func apply(_ logged: LoggedEvent) throws(StateFailure) {
        do { try fold(logged) } catch { throw StateFailure(error) }
    }

    private mutating func fold(_ logged: LoggedEvent) throws {
        switch logged.event {
        case .provider(let event):
            provider.evolve(event)
            isProviderChanged = true
        case .source(let source, let event):
            provider.evolve(event, of: source, at: logged.recorded)
            isProviderChanged = true
            try polls.note(event, of: source)
            try note(event, of: source)
        case .endpoint(let recipient, let event):
            provider.evolve(event, of: recipient)
            isProviderChanged = true
        case .pupil(let id, let event):
            // Taken out while it is changed, so that its marks are changed in place.
            var pupil = try pupils.removeValue(forKey: id) ?? StateRows.pupil(id, in: database) ?? Pupil(id: id)
            pupil.evolve(event)
            pupils[id] = pupil
            unassessed.insert(id)
            switch event {
            case .identified(let names): try StateRows.store(names, of: id, in: database)
            case .merged(let other, _), .split(let other, _):
                provider.evolve(event, of: id)
                areMergesChanged = true
                unassessed.insert(other)
            default: break
            }
            try polls.note(event)
        case .notice(let id, .prepared(let preparation)):
            referrals[id] = Referral(id: id, preparation: preparation, recorded: logged.recorded)
            unassessed.insert(preparation.pupil)
        case .notice(let id, let event):
            guard var referral = try referrals[id] ?? StateRows.referral(id, in: database) else { break }
            let endpoints = provider.endpoints
            provider.evolve(event, of: referral, at: logged.recorded)
            isProviderChanged = isProviderChanged || provider.endpoints != endpoints
            referral.evolve(event, at: logged.position, recorded: logged.recorded)
            referrals[id] = referral
            unassessed.insert(referral.pupil)
        case .access, .refused: break
        }
        if pupils.count + referrals.count >= StateChange.limit { try flush() }
    }

    /// Minutes of a group are those of whoever belongs to it: everybody is looked at once more.
    private func note(_ event: SourceEvent, of source: SourceID) throws {
        switch event {
        case .timetableRecorded(let minutes): try StateRows.record(minutes, of: source, in: database)
        case .timetableWithdrawn(let keys): try StateRows.withdraw(keys, of: source, in: database)
        case .pollCompleted, .pollCovered, .pollFailed, .pollHeld, .pollAccepted: return
        }
        try database.execute(sql: "INSERT INTO unassessed SELECT id FROM pupil WHERE true ON CONFLICT DO NOTHING")
    }

    mutating func finish(reaching reached: StateStore.Reached) throws {
        try flush()
        try polls.finish()
        if areMergesChanged { try StateRows.store(provider.merges, in: database) }
        if isProviderChanged { try StateRows.store(provider, in: database) }
        try database.execute(sql: "UPDATE reached SET size = ?, root = ?", arguments: [reached.size, reached.root])
    }

    private mutating func flush() throws {
        for id in pupils.keys.sorted() { try pupils[id].map { try StateRows.store($0, in: database) } }
        for id in referrals.keys.sorted() { try referrals[id].map { try StateRows.store($0, in: database) } }
        let statement = try database.cachedStatement(sql: "INSERT INTO unassessed VALUES (?) ON CONFLICT DO NOTHING")
        for id in unassessed.sorted() { try statement.execute(arguments: [id.bytes]) }
        pupils.removeAll(keepingCapacity: true)
        referrals.removeAll(keepingCapacity: true)
        unassessed.removeAll(keepingCapacity: true)
    }
}
