import SiltaCore

extension Judge {
    mutating func take(_ event: NoticeEvent, of id: NoticeID, _ occasion: Occasion) throws {
        if case .prepared(let preparation) = event {
            try prepare(id, preparation, occasion)
            return
        }
        guard var notice = notices[id] else { throw Violation("nobody prepared it") }
        defer { notices[id] = notice }
        let verdict = knowledge.verdict(on: notice, at: occasion.moment, isBehind: occasion.isBehind)
        let now = occasion.moment.instant
        switch event {
        case .prepared: break
        case .held(let reason):
            try require(verdict == .hold(reason), "it is held for \(reason), and should be: \(verdict)")
            try requireWaiting(notice)
            try require(
                notice.referral == nil || [.release, .paused].contains(reason),
                "what is composed and may not go is to be withdrawn, not held")
            notice.status = .held(reason)
        case .readied(let recipient):
            guard verdict == .go(recipient) else { throw Violation("it is made ready for \(recipient), and should be: \(verdict)") }
            try requireWaiting(notice)
            notice.status = .ready
            notice.firstReady = notice.firstReady ?? occasion.recorded
        case .released:
            guard case .person = occasion.actor, case .held = notice.status, notice.rule.release == .byPerson else {
                throw Violation("it is released, and nobody may do so now")
            }
            try require(!notice.isReleased, "it is released twice")
            notice.isReleased = true
        case .withdrawn(let reason):
            try withdraw(notice, reason, verdict, occasion)
            notice.status = .withdrawn(reason)
            if reason != .cancelled { takenBack.insert(notice.pupil) }
        case .failed:
            guard notice.status == .ready, let firstReady = notice.firstReady, firstReady + notice.rule.deadline < now else {
                throw Violation("it failed before its deadline")
            }
            notice.status = .failed(.deadline)
        case .retried:
            guard case .person = occasion.actor else { throw Violation("only a person tries again what failed") }
            if case .withdrawn = notice.status {
                notice.withdrawal?.begin(anew: occasion.recorded)
            } else {
                guard case .failed = notice.status else { throw Violation("it has not failed") }
                notice.status = .ready
                notice.firstReady = occasion.recorded
                notice.referral?.begin(anew: occasion.recorded)
            }
        case .composed(let composition): try compose(&notice, composition, verdict, occasion)
        case .attemptBegun(let kind, let attempt, let basis): try begin(&notice, kind, attempt, basis, verdict, occasion)
        case .attemptEnded(let kind, let outcome, let next): try end(&notice, kind, outcome, next, occasion)
        }
    }

    private func requireWaiting(_ notice: Notice) throws {
        switch notice.status {
        case .fresh, .held, .ready: break
        default: throw Violation("it does not wait: it is \(notice.status)")
        }
    }

    private mutating func prepare(_ id: NoticeID, _ preparation: Preparation, _ occasion: Occasion) throws {
        let (rule, facts) = (preparation.rule, preparation.facts)
        guard let tally = knowledge.tally(preparation.pupil), let person = knowledge.people[preparation.pupil] else {
            throw Violation("it is of nobody who is assessed")
        }
        try require(notices[id] == nil, "two notices have one id")
        try require(tally.highest >= rule.tier, "it is prepared, and the tier is \(tally.highest)")
        try require(
            facts.tier == tally.highest && facts.reachedOn == tally.reachedOn && facts.through == tally.through
                && facts.absentMinutes == tally.absent && facts.expectedMinutes == tally.expected, "its facts are not those of the pupil")
        try require(facts.policy == knowledge.policy?.digest, "it is of another policy")
        try require(facts.schoolYear == knowledge.calendar?.value.start, "it is of another school year")
        try require(knowledge.policy?.value.notices.contains(rule) ?? false, "its rule is not the policy's")
        try require(!knowledge.hasLeft(person, occasion.moment.today), "the pupil has left")
        let other = notices.values.first {
            $0.stands && $0.pupil == preparation.pupil && $0.rule.id == rule.id && $0.facts.schoolYear == facts.schoolYear
        }
        try require(other == nil, "another stands already")
        notices[id] = Notice(id, preparation)
    }

    private func withdraw(_ notice: Notice, _ reason: WithdrawalReason, _ verdict: Verdict, _ occasion: Occasion) throws {
        if case .withdrawn = notice.status { throw Violation("it is taken back twice") }
        if reason == .cancelled {
            guard case .person = occasion.actor, notice.status != .delivered else { throw Violation("it is cancelled, and cannot be") }
            return
        }
        try require(notice.status != .sending, "it is taken back while it is being sent")
        if notice.status == .delivered { try require(reason == .tierLowered, "it was delivered: only a lower tier takes it back") }
        if reason == .basisGone, notice.referral != nil, case .hold(let hold) = verdict,
            [.nonDisclosure, .noRoute, .noConsent].contains(hold)
        {
            return
        }
        try require(verdict == .void(reason), "it is taken back for \(reason), and should be: \(verdict)")
    }
}

extension Letter {
    mutating func begin(anew now: Instant) {
        counted = 0
        notBefore = now
        hasFailed = false
    }
}
