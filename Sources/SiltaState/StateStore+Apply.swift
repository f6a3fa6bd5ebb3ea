import Foundation
import GRDB
public import SiltaCore
import SiltaFormats

/// An event with its place in the log.
public struct LoggedEvent: Hashable, Sendable {
    public var position: Position
    public var recorded: Instant
    public var event: Event

    public init(position: Position, recorded: Instant, event: Event) {
        self.position = position
        self.recorded = recorded
        self.event = event
    }
}

extension StateStore {
    /// Takes in what follows the position that the state has reached; incremental work and a rebuild both go this way.
    ///
    /// - Parameters:
    ///   - events: in order of the log; entries that cannot be read any more, because their pupil was erased, are left out.
    ///   - reached: where the state stands afterwards.
    public func apply(_ events: some Sequence<LoggedEvent>, reaching reached: Reached) throws(StateFailure) {
        try write { database in
            var work = Work(provider: try StateRows.provider(database))
            for event in events { try work.apply(event, database) }
            try work.flush(database)
            try database.execute(sql: "UPDATE reached SET size = ?, root = ?", arguments: [reached.size, reached.root])
        }
    }
}

extension StateStore {
    /// Forgets everything; the log has it all.
    public func erase() throws(StateFailure) {
        try write { database in
            for table in ["provider", "pupil", "alias", "notice"] { try database.execute(sql: "DELETE FROM \(table)") }
            try database.execute(sql: "UPDATE reached SET size = 0, root = ''")
        }
    }
}

/// What a transaction has changed and not written yet: what follows one another in the log is mostly of the same pupil.
private struct Work {
    /// So many pupils and notices are held before they are written.
    static let limit = 256

    var provider: Provider
    var isProviderChanged = false
    var pupils: [PupilID: Pupil] = [:]
    var referrals: [NoticeID: Referral] = [:]

    init(provider: Provider) { self.provider = provider }

    mutating func apply(_ logged: LoggedEvent, _ database: Database) throws {
        switch logged.event {
        case .provider(let event):
            provider.evolve(event)
            isProviderChanged = true
        case .source(let source, let event):
            provider.evolve(event, of: source, at: logged.recorded)
            isProviderChanged = true
        case .endpoint(let recipient, let event):
            provider.evolve(event, of: recipient)
            isProviderChanged = true
        case .pupil(let id, let event):
            var pupil = try pupils[id] ?? StateRows.pupil(id, in: database) ?? Pupil(id: id)
            pupil.evolve(event)
            pupils[id] = pupil
            if case .identified(let names) = event { try StateRows.store(names, of: id, in: database) }
        case .notice(let id, .prepared(let preparation)):
            referrals[id] = Referral(id: id, preparation: preparation, recorded: logged.recorded)
        case .notice(let id, let event):
            guard var referral = try referrals[id] ?? StateRows.referral(id, in: database) else { break }
            provider.evolve(event, of: referral, at: logged.recorded)
            isProviderChanged = true
            referral.evolve(event, at: logged.position, recorded: logged.recorded)
            referrals[id] = referral
        case .access, .refused: break
        }
        if pupils.count + referrals.count >= Work.limit { try flush(database) }
    }

    mutating func flush(_ database: Database) throws {
        for id in pupils.keys.sorted() { try pupils[id].map { try StateRows.store($0, in: database) } }
        for id in referrals.keys.sorted() { try referrals[id].map { try StateRows.store($0, in: database) } }
        if isProviderChanged { try StateRows.store(provider, in: database) }
        pupils.removeAll(keepingCapacity: true)
        referrals.removeAll(keepingCapacity: true)
        isProviderChanged = false
    }
}
