public import SiltaCore
import SiltaFormats
import SiltaLog
import SiltaState

/// Where in the log a question looks back to.
public enum AsOf: Hashable, Sendable {
    case now
    /// What was in the log before or at this instant.
    case time(Instant)
    /// What was in the log through this position.
    case position(Position)
}

/// What was known at a point of the log.
public struct Known: Sendable {
    public var pupil: Pupil
    public var provider: Provider
    public var referrals: [Referral]
    /// The instant that it was known at.
    public var at: Instant
}

extension Bridge {
    /// What was known of a pupil then: the log replayed so far and no further. Nil where nobody knew of them.
    public func known(of pupil: PupilID, asOf point: AsOf) throws -> Known? {
        let head = try log.head()
        var limit = head.size
        switch point {
        case .now:
            let now = max(ambient.now(), head.lastRecorded ?? Instant(milliseconds: .min))
            let provider = try state.provider()
            guard let known = try state.whole(pupil, by: provider.merges) else { return nil }
            let referrals = try provider.merges.all(of: pupil).flatMap { try state.referrals(of: $0) }.sorted { $0.id < $1.id }
            return Known(pupil: known, provider: provider, referrals: referrals, at: now)
        case .position(let position):
            guard position.value < head.size else { throw NoSuch(what: "position", id: position.description) }
            limit = position.value + 1
        case .time: break
        }
        var provider = Provider()
        let kin = try state.provider().merges.kin(of: pupil)
        var found: [PupilID: Pupil] = [:]
        var referrals: [NoticeID: Referral] = [:]
        var last: Instant?
        var isPast = false
        try log.read(through: Position(limit - 1)) { stored in
            let entry = stored.entry
            if case .time(let instant) = point, entry.recorded > instant { isPast = true }
            guard !isPast else { return }
            last = entry.recorded
            if case .pupil(let id) = entry.stream, !kin.contains(id) { return }
            guard let event = try event(of: entry) else { return }
            switch event {
            case .provider(let event): provider.evolve(event)
            case .source(let source, let event): provider.evolve(event, of: source, at: entry.recorded)
            case .endpoint(let recipient, let event): provider.evolve(event, of: recipient)
            case .pupil(let id, let event):
                found[id, default: Pupil(id: id)].evolve(event)
                provider.evolve(event, of: id)
            case .notice(let id, .prepared(let preparation)):
                referrals[id] = Referral(id: id, preparation: preparation, recorded: entry.recorded)
            case .notice(let id, let event):
                provider.evolve(event, of: referrals[id], at: entry.recorded)
                referrals[id]?.evolve(event, at: entry.position, recorded: entry.recorded)
            case .access, .refused: break
            }
        }
        let at: Instant = if case .time(let instant) = point { instant } else { last ?? Instant(milliseconds: 0) }
        let parts = provider.merges.all(of: pupil)
        let pupils = parts.compactMap { found[$0] }
        return pupils.first.map { first in
            Known(
                pupil: first.joined(with: Array(pupils.dropFirst())), provider: provider,
                referrals: referrals.values.filter { parts.contains($0.pupil) }.sorted { $0.id < $1.id }, at: at)
        }
    }
}
