import SiltaCore
import SiltaState

extension Bridge {
    /// So many events are gathered before they are appended.
    private static let eventsPerBatch = 1_000

    /// Says what the facts and the time now make of every pupil's tier and of every notice.
    public func assess() throws {
        try assess(try state.pupilIDs())
    }

    func assess(_ pupils: [PupilID]) throws {
        let provider = try state.provider()
        var batch: [Proposal] = []
        for id in pupils {
            guard let pupil = try state.pupil(id) else { continue }
            batch += follow(try surroundings(of: pupil, in: provider), try state.referrals(of: id))
            if batch.count >= Bridge.eventsPerBatch {
                try append(batch)
                batch.removeAll(keepingCapacity: true)
            }
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
                proposals.append(Proposal(.notice(standing[index].id, event), by: .service("notices"), pupil: pupil.id))
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
