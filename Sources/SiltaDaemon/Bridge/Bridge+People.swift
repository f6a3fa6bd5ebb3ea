public import SiltaCore
import SiltaLog
import SiltaState

/// What people ask for. Whatever they are shown of a pupil is in the log first.
extension Bridge {
    /// Puts into the log that somebody is about to see something; only then may it be shown.
    public func access(_ event: AccessEvent, by person: Actor) throws {
        let pupil = try event.pupil ?? event.notice.flatMap { try state.referral($0)?.pupil }
        try append([Proposal(.access(event), by: person, pupil: pupil)])
    }

    /// Puts into the log that somebody asked for what their roles do not allow.
    public func refuse(_ call: RefusedCall, by person: Actor) throws {
        try append([Proposal(.refused(call), by: person)])
    }

    public func release(_ id: NoticeID, by person: Actor) throws {
        try change(id, by: person) { try $0.release() }
    }

    public func cancel(_ id: NoticeID, by person: Actor) throws {
        try change(id, by: person) { try $0.cancel() }
    }

    /// Tries a failed notice once more; where its endpoint was stopped, that begins anew as well.
    public func retry(_ id: NoticeID, by person: Actor) throws {
        let referral = try known(id)
        var proposals: [Proposal] = []
        if let recipient = referral.recipient, try state.provider().endpoints[recipient]?.isStopped ?? false {
            proposals.append(Proposal(.endpoint(recipient, .resumed), by: person))
        }
        // One that only waits for its endpoint has not failed itself.
        if proposals.isEmpty || referral.hasFailed {
            proposals += try referral.retry().map { Proposal(.notice(id, $0), by: person, pupil: referral.pupil) }
        }
        try append(proposals)
        try assess([referral.pupil])
    }

    public func give(_ consent: Consent, of pupil: PupilID, by person: Actor) throws {
        try append([Proposal(.pupil(pupil, .consentGiven(consent)), by: person)])
        try assess([pupil])
    }

    public func refuse(_ refusal: Refusal, of pupil: PupilID, by person: Actor) throws {
        try append([Proposal(.pupil(pupil, .consentRefused(refusal)), by: person)])
        try assess([pupil])
    }

    /// Makes two pupils one: whoever the first id leads to is one with whoever the second leads to from here on.
    ///
    /// - Throws: ``NoSuch``, and a `MergeRejection`.
    public func merge(_ one: PupilID, into other: PupilID, why: String?, by person: Actor) throws {
        for id in [one, other] where try state.pupil(id) == nil { throw NoSuch(what: "pupil", id: id.description) }
        try append([Proposal(try state.provider().merges.merge(one, into: other, why: why), by: person)])
        try assess([other])
    }

    /// Makes one who was merged into another a pupil of their own again.
    ///
    /// - Throws: ``NoSuch``, and a `MergeRejection`.
    public func split(_ id: PupilID, why: String?, by person: Actor) throws {
        guard try state.pupil(id) != nil else { throw NoSuch(what: "pupil", id: id.description) }
        let merges = try state.provider().merges
        let before = merges.survivor(of: id)
        let notices = try merges.all(of: id).flatMap { try state.referrals(of: $0) }
        try append(
            [Proposal(try merges.split(id, why: why), by: person)]
                + notices.flatMap { notice in notice.split().map { Proposal(.notice(notice.id, $0), by: person, pupil: notice.pupil) } })
        try assess([id, before])
    }

    /// Lets the next poll of a source do what the guard would hold.
    public func accept(_ source: SourceID, by person: Actor) throws {
        try append([Proposal(.source(source, .pollAccepted), by: person)])
    }

    private func change(_ id: NoticeID, by person: Actor, _ decide: (Referral) throws -> [NoticeEvent]) throws {
        let referral = try known(id)
        try append(try decide(referral).map { Proposal(.notice(id, $0), by: person, pupil: referral.pupil) })
        try assess([referral.pupil])
    }

    private func known(_ id: NoticeID) throws -> Referral {
        guard let referral = try state.referral(id) else { throw NoSuch(what: "notice", id: id.description) }
        return referral
    }
}

/// Nothing of this id is known.
public struct NoSuch: Error, Hashable, Sendable, CustomStringConvertible {
    public var what: String
    public var id: String

    public init(what: String, id: String) {
        self.what = what
        self.id = id
    }

    public var description: String { "there is no \(what) \(id)" }
}
