import SiltaCore
import SiltaDaemon
import SiltaLog
import SiltaProof
import SiltaState

/// What holds after every step, whatever the step was.
extension Judge {
    /// - Parameter everything: of everyone, not only of those whom the log has told of since.
    mutating func requireState(_ bridge: Bridge, everything: Bool = false) throws {
        if everything {
            unseenPupils.formUnion(knowledge.people.keys)
            unseenNotices.formUnion(notices.keys)
        }
        let head = try bridge.log.head()
        let reached = try bridge.state.reached()
        try require(reached.size == head.size && (head.size == 0 || reached.root == head.root.hex), "the state is not at the log's head")
        let provider = try bridge.state.provider()
        try require(provider.isDisclosureOpen == knowledge.isDisclosureOpen, "the state does not know whether disclosure is open")
        try require(provider.coverage.through == knowledge.coverage, "the coverage reached is not what was claimed")
        try require(try bridge.state.pupilIDs() == knowledge.people.keys.sorted(), "the state does not know everyone")
        for (id, person) in knowledge.people where unseenPupils.contains(id) {
            try require(person.isSame(as: try bridge.state.pupil(id)), "pupil \(id) is not as the last completed poll told them")
            try require(try bridge.keys.keys(for: id).count == 1, "pupil \(id) does not have one key")
        }
        for notice in notices.values where unseenNotices.contains(notice.id) {
            let referral = try bridge.state.referral(notice.id)
            try require(referral.map { notice.isSame(as: $0) } ?? false, "notice \(notice.id) is not as the log tells it")
        }
        unseenPupils.removeAll(keepingCapacity: true)
        unseenNotices.removeAll(keepingCapacity: true)
    }

    /// - Parameter lined: the kinds of which the last poll was a complete export. Of the others, a poll that was lost may have seen a
    ///   bad row last, on another line.
    func requireQuarantine(_ bridge: Bridge, lined: Set<RecordKind>) throws {
        func name(_ kind: RecordKind, _ line: Int32, _ hasKey: Bool) -> String {
            lined.contains(kind) ? "\(kind) \(line) \(hasKey)" : "\(kind)"
        }
        let kept = try bridge.keys.quarantined(Setting.source).map { name($0.kind, $0.line, $0.hasKey) }.sorted()
        let expected = knowledge.quarantine.values.map { name($0.kind, $0.line, $0.hasKey) }.sorted()
        try require(kept == expected, "in quarantine are \(kept), and should be \(expected)")
    }

    /// After everyone was assessed, with nothing between.
    mutating func requireAssessed(_ bridge: Bridge, at moment: Moment) throws {
        guard let policy = knowledge.policy, let calendar = knowledge.calendar else { return }
        let isBehind = try bridge.log.head().lastRecorded.map { moment.instant < $0 } ?? false
        let assessor = try bridge.state.provider().assessor
        for id in knowledge.people.keys.sorted() {
            guard let pupil = try bridge.state.pupil(id) else { continue }
            let tally = knowledge.tally(id)
            let assessment = assessor?.assess(pupil)
            try require(
                tally?.highest == assessment?.highestTier && tally?.reachedOn == assessment?.reachedOn
                    && tally?.absent == assessment?.absentMinutes
                    && tally?.expected == assessment?.expectedMinutes && tally?.through == assessment?.asOf,
                "pupil \(id) is assessed wrongly")
            let tier = pupil.reached.flatMap { $0.policy == policy.digest && $0.schoolYear == calendar.value.start ? $0.tier : nil } ?? 0
            try require(tier == tally?.highest ?? 0, "the log tells tier \(tier) of pupil \(id), and it is \(tally?.highest ?? 0)")
            try requireNotices(of: id, tally, policy.value, calendar.value.start, moment)
        }
        for notice in notices.values.sorted(by: { $0.id < $1.id }) {
            let verdict = knowledge.verdict(on: notice, at: moment, isBehind: isBehind)
            let isRight =
                switch notice.status {
                case .fresh, .sending: false
                case .ready: if case .go = verdict { true } else { false }
                case .held(let reason): verdict == .hold(reason)
                case .delivered: verdict != .void(.tierLowered)
                case .failed: if case .void = verdict { false } else { true }
                case .withdrawn: true
                }
            try require(isRight, "notice \(notice.id) is \(notice.status), and should be: \(verdict)")
        }
    }

    /// Whoever has reached the tier of a rule has a notice of it.
    private func requireNotices(of id: PupilID, _ tally: Tally?, _ policy: Policy, _ year: LocalDate, _ moment: Moment) throws {
        guard let person = knowledge.people[id], !knowledge.hasLeft(person, moment.today) else { return }
        for rule in policy.notices where (tally?.highest ?? 0) >= rule.tier {
            let standing = notices.values.filter {
                $0.stands && $0.pupil == id && $0.rule.id == rule.id && $0.facts.schoolYear == year
            }
            try require(standing.count == 1, "\(standing.count) notices of \(rule.id) stand for pupil \(id), and should be one")
        }
    }

    /// After a delivery that came to its end: whatever could go has been tried.
    mutating func requireTried(_ bridge: Bridge, started: Instant, at moment: Moment) throws {
        let isBehind = try bridge.log.head().lastRecorded.map { moment.instant < $0 } ?? false
        if let policy = knowledge.policy?.value, let year = knowledge.calendar?.value.start {
            for id in takenBack.sorted() { try requireNotices(of: id, knowledge.tally(id), policy, year, moment) }
        }
        for notice in notices.values.sorted(by: { $0.id < $1.id }) {
            for letter in [notice.referral, notice.withdrawal].compactMap(\.self) {
                try require(letter.open == nil, "an attempt of \(letter.id) was never ended")
            }
            let (letter, recipient): (Letter?, RecipientID?)
            switch notice.status {
            case .ready:
                let verdict = knowledge.verdict(on: notice, at: moment, isBehind: isBehind)
                guard case .go(let leading) = verdict else {
                    let isDue = notice.referral?.notBefore.map { $0 <= started } ?? true
                    try require(!isDue, "notice \(notice.id) was due, and stays ready, and should be: \(verdict)")
                    continue
                }
                (letter, recipient) = (notice.referral, leading)
            case .withdrawn:
                let isOver = notice.withdrawal.map { $0.isDelivered || $0.hasFailed } ?? false
                guard notice.hasGone, !isOver, knowledge.isDisclosureOpen, !isBehind else { continue }
                (letter, recipient) = (notice.withdrawal, notice.referral?.recipient)
            default: continue
            }
            guard let recipient, letter?.notBefore.map({ $0 <= started }) ?? true else { continue }
            let door = knowledge.doors[recipient] ?? .init()
            let isOpen = !door.isStopped && (door.closedUntil.map { $0 <= started } ?? true)
            try require(
                !isOpen, "notice \(notice.id), \(notice.status), was due at \(recipient), which is open, and it was not tried [\(door)]")
        }
    }
}

extension Knowledge.Person {
    fileprivate func isSame(as pupil: Pupil?) -> Bool {
        guard let pupil else { return false }
        let account = pupil.account(of: Setting.source) ?? Account(source: Setting.source)
        return account.enrolments
            == enrolments.values.map { ToldEnrolment(enrolment: $0.record, ended: $0.ended) }.sorted { $0.enrolment.key < $1.enrolment.key }
            && account.offered == offered.values.sorted { $0.key < $1.key } && account.marks == marks.values.sorted { $0.key < $1.key }
            && account.consents
                == consents.values.map { ToldConsent(consent: $0.record, lapse: $0.lapse) }.sorted { $0.consent.key < $1.consent.key }
            && pupil.enteredConsents == entered.values.sorted { $0.key < $1.key } && pupil.refusals == refusals
    }
}

extension Notice {
    fileprivate func isSame(as referral: Referral) -> Bool {
        let isSameStatus =
            switch (status, referral.status) {
            case (.fresh, .held(.notReviewed)), (.ready, .ready), (.sending, .sending), (.delivered, .delivered): true
            case (.held(let one), .held(let other)): one == other
            case (.failed(let one), .failed(let other)): one == other
            case (.withdrawn(let one), .withdrawn(let other)): one == other
            default: false
            }
        return isSameStatus && pupil == referral.pupil && isReleased == referral.isReleased && firstReady == referral.firstReady
            && referral.message?.attempts == self.referral?.attempts && referral.withdrawal?.attempts == withdrawal?.attempts
    }
}
