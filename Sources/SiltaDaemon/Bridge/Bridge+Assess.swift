import SiltaCore
import SiltaState

extension Bridge {
    /// So many pupils are assessed before their events are appended.
    private static let pupilsPerSlice = 500

    /// Says what the facts and the time now make of every pupil's tier and of every notice.
    public func assess() throws {
        while try assess(upTo: Bridge.pupilsPerSlice) == Bridge.pupilsPerSlice {}
    }

    /// A slice of that work: of those whom something new may follow for, as many as are asked for. Whoever is left stays known over
    /// a restart.
    ///
    /// - Returns: how many were assessed; where it is as many as were asked for, there may be more.
    public func assess(upTo count: Int) throws -> Int {
        try ambient.step()
        let now = try present()
        let circumstances = Circumstances(provider: now.provider, moment: now.moment, rules: now.rules)
        try state.require(assessmentUnder: circumstances.description, overdueAt: now.moment.instant)
        let pupils = try state.unassessed(limit: count)
        try assess(pupils, at: now)
        // What follows from an assessment is the same when it is asked for again: those who changed by it are done as well.
        try state.settle(assessmentOf: pupils)
        return pupils.count
    }

    func assess(_ pupils: [PupilID]) throws {
        let now = try present()
        for first in stride(from: 0, to: pupils.count, by: Bridge.pupilsPerSlice) {
            try ambient.step()
            try assess(Array(pupils[first..<min(first + Bridge.pupilsPerSlice, pupils.count)]), at: now)
        }
    }

    private func assess(_ pupils: [PupilID], at now: Present) throws {
        let merges = now.provider.merges
        var batch: [Proposal] = []
        var done: Set<PupilID> = []
        for id in pupils where done.insert(merges.survivor(of: id)).inserted {
            guard let pupil = try state.whole(id, by: merges) else { continue }
            let all = merges.all(of: id)
            let notices = try all.flatMap { try state.referrals(of: $0) }
            batch += follow(now.surroundings(of: pupil, all.count > 1 ? notices : []), notices)
        }
        try append(batch)
    }

    /// What follows for one pupil: the tier, the notices that stand, the notices that should.
    private func follow(_ surroundings: Surroundings, _ referrals: [Referral]) -> [Proposal] {
        let pupil = surroundings.pupil
        let recorded = surroundings.moment.instant
        var proposals: [Proposal] = []
        let tierEvent = pupil.reassess(surroundings.assessment, in: surroundings.provider)
        let hasReached = tierEvent != nil
        if let event = tierEvent {
            proposals.append(Proposal(.pupil(pupil.id, event), by: .service("assessment")))
        }
        var standing = referrals
        for index in standing.indices {
            for event in standing[index].review(in: surroundings) {
                standing[index].evolve(event, at: Position(0), recorded: recorded)
                proposals.append(Proposal(.notice(standing[index].id, event), by: .service("notices"), pupil: standing[index].pupil))
            }
        }
        for preparation in Referral.preparations(in: surroundings, standing: standing) {
            let referral = Referral(id: NoticeID(random: ambient.randomBits()), preparation: preparation, recorded: recorded)
            func propose(_ event: NoticeEvent, cause: Proposal.Cause?) {
                proposals.append(Proposal(.notice(referral.id, event), by: .service("notices"), cause: cause, pupil: pupil.id))
            }
            // The tier, where it was reached just now, comes first of all.
            propose(.prepared(preparation), cause: hasReached ? .back(proposals.count) : nil)
            for event in referral.review(in: surroundings) { propose(event, cause: .back(1)) }
        }
        return proposals
    }
}
