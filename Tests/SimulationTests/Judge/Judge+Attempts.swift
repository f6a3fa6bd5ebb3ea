import SiltaCore

extension Judge {
    mutating func compose(_ notice: inout Notice, _ composition: Composition, _ verdict: Verdict, _ occasion: Occasion) throws {
        try require(noticeOfMessage[composition.id] == nil, "two messages have one id")
        switch composition.kind {
        case .referral:
            guard case .go(let recipient) = verdict, notice.status == .ready else {
                throw Violation("it is composed, and should be: \(verdict), \(notice.status)")
            }
            try require(notice.referral == nil, "it is composed twice")
            try require(composition.id == notice.id, "it has another id")
            try require(composition.recipient == recipient, "it is for another recipient than the route's")
            let consent = try permission(composition.basis, notice, recipient, occasion)
            try require(
                composition.fields == notice.rule.include.intersection(consent.allows), "its fields are not what rule and consent allow")
        case .withdrawal:
            guard case .withdrawn = notice.status, notice.hasGone else { throw Violation("it takes back what never went") }
            try require(notice.withdrawal == nil, "it is taken back by two messages")
            try require(composition.recipient == notice.referral?.recipient, "it goes where the referral did not")
            try require(composition.basis == nil && composition.fields.isEmpty, "it says more than two ids")
        }
        let letter = Letter(
            id: composition.id, recipient: composition.recipient, basis: composition.basis, fields: composition.fields,
            composedAt: occasion.position)
        notice.set(letter, composition.kind)
        noticeOfMessage[composition.id] = notice.id
    }

    mutating func begin(
        _ notice: inout Notice, _ kind: Message.Kind, _ attempt: Attempt, _ basis: Basis?, _ verdict: Verdict, _ occasion: Occasion
    ) throws {
        let now = occasion.moment.instant
        guard var letter = notice.letter(kind) else { throw Violation("it was never composed") }
        try require(knowledge.isDisclosureOpen, "disclosure is paused")
        try require(!occasion.isBehind, "the clock is behind the log")
        switch kind {
        case .referral:
            guard case .go(letter.recipient) = verdict, notice.status == .ready else {
                throw Violation("an attempt begins, and should not: \(verdict), \(notice.status)")
            }
            try requireBasis(basis, of: notice, letter, occasion)
            if let firstReady = notice.firstReady { try require(now <= firstReady + notice.rule.deadline, "its deadline has passed") }
            notice.status = .sending
        case .withdrawal:
            guard case .withdrawn = notice.status, notice.hasGone else { throw Violation("a withdrawal goes of what never went") }
        }
        try require(letter.open == nil, "an attempt is under way already")
        try require(!letter.isDelivered && !letter.hasFailed, "it is over")
        try require(letter.notBefore.map { $0 <= now } ?? true, "it is tried before \(letter.notBefore?.description ?? "")")
        try require(attempt.number == letter.attempts + 1, "attempts are counted wrongly")
        let door = knowledge.doors[letter.recipient] ?? .init()
        try require(!door.isStopped, "the endpoint is stopped")
        try require(door.closedUntil.map { $0 <= now } ?? true, "the endpoint is paused until \(door.closedUntil?.description ?? "")")
        try require(attempt.isProbe == (door.troubles >= 5), "an endpoint that fails is to be probed, one that works is not")
        if attempt.isProbe {
            let isProbed = notices.values.contains { other in
                [other.referral, other.withdrawal].contains { $0?.open != nil && $0?.recipient == letter.recipient }
            }
            try require(!isProbed, "an endpoint is probed by two at once")
        }
        letter.attempts += 1
        letter.open = .init(position: occasion.position, isProbe: attempt.isProbe)
        notice.set(letter, kind)
    }

    /// The decision is of this attempt, and on the consent that the message was composed on.
    private func requireBasis(_ basis: Basis?, of notice: Notice, _ letter: Letter, _ occasion: Occasion) throws {
        try require(
            basis?.consent == letter.basis?.consent && basis?.origin == letter.basis?.origin, "it rests on another consent than before")
        let consent = try permission(basis, notice, letter.recipient, occasion)
        try require(letter.fields.isSubset(of: consent.allows), "it holds more than its consent allows now")
    }

    /// What a basis stands for, where it holds.
    private func permission(
        _ basis: Basis?, _ notice: Notice, _ recipient: RecipientID, _ occasion: Occasion
    ) throws -> Knowledge.Permission {
        guard let basis, let person = knowledge.people[notice.pupil] else { throw Violation("it rests on nothing") }
        let consent = knowledge.consents(person, notice.rule.purpose, recipient, occasion.moment)
            .first { $0.key == basis.consent && $0.isEntered == (basis.origin == .person) }
        guard let consent else { throw Violation("it rests on what is no basis: \(basis.consent)") }
        try require(
            consent.giver == basis.giver && consent.given == basis.given && consent.allows == basis.allows, "its basis is told wrongly")
        return consent
    }

    mutating func end(
        _ notice: inout Notice, _ kind: Message.Kind, _ outcome: Outcome, _ next: NoticeEvent.Next, _ occasion: Occasion
    ) throws {
        guard var letter = notice.letter(kind), let open = letter.open else { throw Violation("no attempt is under way") }
        if occasion.isInterruption(outcome) {
            letter.isInDoubt = true
        } else {
            guard open.outcome == outcome else {
                throw Violation("the recipient answered \(open.outcome.map { "\($0)" } ?? "nothing"), the log says \(outcome)")
            }
        }
        letter.open = nil
        var status = Notice.Status.ready
        if case .unknown = outcome { letter.isInDoubt = true }
        if case .delivered = outcome {} else if !open.isProbe { letter.counted += 1 }
        switch next {
        case .nothing:
            guard case .delivered = outcome else { throw Violation("it is over, and nobody received it") }
            letter.isDelivered = true
            status = .delivered
        case .retry(let instant):
            try require(!outcome.isRefusal, "the recipient will not have it, and it is tried again")
            try requireWait(instant, outcome, letter, open, occasion)
            if kind == .referral, !open.isProbe, let firstReady = notice.firstReady {
                try require(instant <= firstReady + notice.rule.deadline, "it is to be tried after its deadline")
            }
            letter.notBefore = instant
        case .giveUp(let reason):
            switch reason {
            case .rejected: try require(outcome.isRefusal, "nobody rejected it")
            case .outOfAttempts: try require(!open.isProbe && letter.counted > 9, "it has attempts left")
            case .deadline:
                try require(kind == .referral, "a withdrawal has no deadline")
                guard let firstReady = notice.firstReady else { throw Violation("it was never ready") }
                try require(
                    firstReady + notice.rule.deadline < occasion.moment.instant + .seconds(110_000), "its deadline is far away")
            }
            letter.hasFailed = true
            status = .failed(reason)
        }
        if kind == .referral, notice.status == .sending { notice.status = status }
        notice.set(letter, kind)
        answer(letter.recipient, outcome, occasion)
    }

    /// The schedule of the specification, ±20 %, and never before the recipient asked for.
    private func requireWait(_ retry: Instant, _ outcome: Outcome, _ letter: Letter, _ open: Letter.Attempt, _ occasion: Occasion) throws {
        guard !open.isProbe else {
            try require(retry <= occasion.moment.instant, "after a probe the endpoint's own pauses count, not the notice's")
            return
        }
        let schedule: [Int64] = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]
        try require(letter.counted <= schedule.count, "it has no attempts left")
        let wait = (retry - occasion.moment.instant).components.seconds
        let planned = schedule[letter.counted - 1]
        let asked = min(outcome.wish, 86_400)
        try require(wait >= max(planned * 8 / 10, asked), "it is tried again too soon: after \(wait) s")
        try require(wait <= max(planned * 12 / 10, asked), "it is tried again too late: after \(wait) s")
    }

    private mutating func answer(_ recipient: RecipientID, _ outcome: Outcome, _ occasion: Occasion) {
        var door = knowledge.doors[recipient] ?? .init()
        defer { knowledge.doors[recipient] = door }
        var isTrouble = true
        if case .delivered = outcome { isTrouble = false }
        if outcome.isRefusal { isTrouble = false }
        guard isTrouble else {
            door.troubles = 0
            door.closedUntil = nil
            return
        }
        door.troubles += 1
        if case .failed(let failure) = outcome, failure.status == 410 { door.isStopped = true }
        var until = [door.closedUntil].compactMap(\.self)
        if door.troubles >= 5 {
            until.append(occasion.recorded + .seconds(min(3600, 60 << min(door.troubles - 5, 6))))
        }
        if outcome.wish > 0 { until.append(occasion.recorded + .seconds(min(outcome.wish, 86_400))) }
        door.closedUntil = until.max()
    }
}

extension Outcome {
    /// How many seconds the recipient asked for.
    fileprivate var wish: Int64 {
        if case .failed(let failure) = self { failure.retryAfter?.components.seconds ?? 0 } else { 0 }
    }

    /// 4xx, but not those that only mean "not now".
    fileprivate var isRefusal: Bool {
        guard case .failed(let failure) = self, let status = failure.status else { return false }
        return status >= 400 && status < 500 && ![408, 410, 425, 429].contains(status)
    }
}

extension Judge.Occasion {
    fileprivate func isInterruption(_ outcome: Outcome) -> Bool { outcome == .unknown(reason: "the attempt was interrupted") }
}

extension Notice {
    func letter(_ kind: Message.Kind) -> Letter? { kind == .referral ? referral : withdrawal }

    mutating func set(_ letter: Letter, _ kind: Message.Kind) {
        switch kind {
        case .referral: referral = letter
        case .withdrawal: withdrawal = letter
        }
    }
}
