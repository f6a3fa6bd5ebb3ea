import SiltaCore
import SiltaDaemon
import SiltaLog
import SiltaProof
import SiltaState

/// What holds once everything that was broken works again, and nothing moves any more.
extension Judge {
    /// - Parameter moment: of the last cycle.
    mutating func requirePeace(_ bridge: Bridge, at moment: Moment) throws {
        for notice in notices.values.sorted(by: { $0.id < $1.id }) {
            let verdict = knowledge.verdict(on: notice, at: moment, isBehind: false)
            switch notice.status {
            case .delivered:
                try require((notice.referral?.taken ?? 0) > 0, "notice \(notice.id) is delivered, and nobody received it")
            case .held(let reason): try require(verdict == .hold(reason), "notice \(notice.id) is held for \(reason): \(verdict)")
            case .withdrawn:
                guard notice.hasGone, knowledge.isDisclosureOpen else { break }
                try require(
                    notice.withdrawal?.isDelivered ?? false, "notice \(notice.id) was taken back, and its recipient was never told")
            case .fresh, .ready, .sending, .failed: throw Violation("notice \(notice.id) is \(notice.status) in the end: \(verdict)")
            }
        }
        try requireOneStanding()
    }

    /// Nobody has two referrals of one rule and school year at a recipient, unless all but one were taken back there.
    private func requireOneStanding() throws {
        struct Place: Hashable {
            var recipient: RecipientID
            var pupil: PupilID
            var rule: RuleID
            var year: LocalDate
        }
        var standing: Set<Place> = []
        for notice in notices.values {
            guard let referral = notice.referral, referral.taken > 0, (notice.withdrawal?.taken ?? 0) == 0 else { continue }
            guard knowledge.isDisclosureOpen else { continue }
            let place = Place(
                recipient: referral.recipient, pupil: notice.pupil, rule: notice.rule.id, year: notice.facts.schoolYear)
            try require(standing.insert(place).inserted, "\(referral.recipient) has two referrals of one pupil by one rule")
        }
    }

    /// The log is whole, and the state is what it says.
    func requireProof(_ bridge: Bridge) throws {
        let verification = try bridge.log.verify(trust: CheckpointTrust(origin: origin, keys: [verifier]))
        try require(verification.isSound, "the log does not verify: \(verification.finding.map { "\($0)" } ?? "")")
        var anew = Bridge(
            sender: bridge.sender, log: bridge.log, keys: bridge.keys, state: try StateStore(at: .memory), signer: bridge.signer,
            origin: bridge.origin, rules: bridge.rules, ambient: bridge.ambient)
        anew.ambient.failpoint = { _ in }
        try anew.rebuild()
        try require(try anew.state.digest() == bridge.state.digest(), "the state is not that of a rebuild")
    }
}
