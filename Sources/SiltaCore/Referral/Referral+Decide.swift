// MARK: - What follows from facts and time

extension Referral {
    /// What follows for the notice from what is known now.
    public func review(in surroundings: Surroundings) -> [NoticeEvent] {
        if isOfMerged(in: surroundings) { return [.withdrawn(.merged)] }
        switch status {
        case .sending, .withdrawn: return []
        case .delivered:
            // A new policy, a new school year, a pupil who left or a consent that ended take nothing back.
            return clearance(in: surroundings) == .void(.tierLowered) ? [.withdrawn(.tierLowered)] : []
        case .failed:
            if case .void(let reason) = clearance(in: surroundings) { return [.withdrawn(reason)] }
            return []
        case .held, .ready:
            switch clearance(in: surroundings) {
            case .void(let reason): return [.withdrawn(reason)]
            case .hold(.nonDisclosure) where message != nil, .hold(.noRoute) where message != nil, .hold(.noConsent) where message != nil:
                return [.withdrawn(.basisGone)]
            case .hold(let reason): return status == .held(reason) ? [] : [.held(reason)]
            case .go(let route, _):
                let isReady = status == .ready && recipient == route.recipient
                return isReady ? overdue(at: surroundings.moment.instant) : [.readied(route.recipient)]
            }
        }
    }

    /// One that waits, and that nobody can have got, is no more where its pupil is another now, who has notices of their own, or where
    /// one of the same rule has gone that was of the other.
    private func isOfMerged(in surroundings: Surroundings) -> Bool {
        switch status {
        case .sending, .delivered, .withdrawn: return false
        case .held, .ready, .failed: break
        }
        guard !hasGone else { return false }
        return surroundings.pupil.id != pupil
            || surroundings.notices.contains {
                $0.id != id && $0.hasGone && $0.rule.id == rule.id && $0.facts.schoolYear == facts.schoolYear
            }
    }

    /// What follows where one of those who were one with its pupil is somebody else: what was composed may tell of them, and must not
    /// leave any more.
    public func split() -> [NoticeEvent] {
        switch status {
        case .sending, .delivered, .withdrawn: []
        case .held, .ready, .failed: message == nil ? [] : [.withdrawn(.basisGone)]
        }
    }

    /// Somebody has got it, or may have, and it was not taken back.
    private var hasGone: Bool {
        switch status {
        case .sending, .delivered: true
        case .withdrawn: false
        case .held, .ready, .failed: message?.mayHaveArrived ?? false
        }
    }

    private func overdue(at now: Instant) -> [NoticeEvent] {
        guard let firstReady, firstReady + rule.deadline < now else { return [] }
        return [.failed(.deadline)]
    }

    /// The notices that the rules of the policy ask for and that do not stand yet.
    ///
    /// - Parameter standing: the pupil's notices, after they have been reviewed.
    public static func preparations(in surroundings: Surroundings, standing: [Referral]) -> [Preparation] {
        guard let assessment = surroundings.assessment, let reachedOn = assessment.reachedOn, let through = assessment.asOf,
            let policy = surroundings.provider.policy, let calendar = surroundings.provider.calendar,
            !surroundings.pupil.hasLeft(on: surroundings.moment.today), let enrolment = surroundings.pupil.enrolments.last
        else { return [] }
        return policy.value.notices.compactMap { rule in
            guard assessment.highestTier >= rule.tier else { return nil }
            let stands = standing.contains {
                $0.rule.id == rule.id && $0.facts.schoolYear == calendar.value.start && !$0.leavesRoomForAnother
            }
            guard !stands else { return nil }
            return Preparation(
                pupil: surroundings.pupil.id, rule: rule,
                facts: Facts(
                    policy: policy.digest, schoolYear: calendar.value.start, tier: assessment.highestTier, reachedOn: reachedOn,
                    from: assessment.from ?? calendar.value.start, through: through, absentMinutes: assessment.absentMinutes,
                    expectedMinutes: assessment.expectedMinutes, expected: assessment.expected,
                    expectedDays: assessment.expectedDays.isMixed ? assessment.expectedDays : nil,
                    minutesByClass: assessment.minutesByClass, school: enrolment.school, grade: enrolment.grade))
        }
    }
}

// MARK: - Sending

extension Referral {
    /// What is to be done with the notice's next message, decided at the moment of the attempt.
    public enum Dispatch: Hashable, Sendable {
        /// Nothing now.
        case wait
        /// Not as it stands: these events follow instead.
        case stop([NoticeEvent])
        /// It has not been composed: do that, and send it.
        case compose(Composition, Attempt)
        /// It was composed before: send the same bytes, on the basis that holds now.
        case send(Message, Attempt, Basis?)
    }

    /// - Parameters:
    ///   - newID: for a message that takes the referral back.
    public func dispatch(in surroundings: Surroundings, newID: () -> NoticeID) -> Dispatch {
        guard let kind = pending else { return .wait }
        if let message = message(kind), !message.isDue(at: surroundings.moment.instant) { return .wait }
        let composition: Composition
        var basis: Basis?
        switch kind {
        case .withdrawal:
            guard let recipient = message?.recipient else { return .wait }
            composition =
                withdrawal?.composition
                ?? Composition(kind: .withdrawal, id: newID(), recipient: recipient, basis: nil, fields: [])
        case .referral:
            let events = review(in: surroundings)
            guard events.isEmpty, case .go(let route, let found) = clearance(in: surroundings) else { return .stop(events) }
            basis = found
            composition =
                message?.composition
                ?? Composition(
                    kind: .referral, id: id, recipient: route.recipient, basis: found, fields: rule.include.intersection(found.allows))
        }
        if kind == .withdrawal, !surroundings.provider.isDisclosureOpen || surroundings.rules.isClockBehind { return .wait }
        let now = surroundings.moment.instant
        let endpoint = surroundings.provider.endpoints[composition.recipient] ?? Endpoint()
        let isProbe: Bool
        switch endpoint.availability(at: now) {
        case .stopped, .paused: return .wait
        case .probing: isProbe = true
        case .open: isProbe = false
        }
        let attempt = Attempt(number: (message(kind)?.attempts ?? 0) + 1, isProbe: isProbe)
        guard let composed = message(kind) else { return .compose(composition, attempt) }
        return .send(composed, attempt, basis)
    }

    /// How an attempt ended, and what follows.
    ///
    /// - Parameter jitter: any number; spreads the wait.
    public func ended(_ kind: Message.Kind, _ outcome: Outcome, at now: Instant, jitter: UInt64) -> NoticeEvent {
        .attemptEnded(kind, outcome, next: next(kind, outcome, at: now, jitter: jitter))
    }

    private func next(_ kind: Message.Kind, _ outcome: Outcome, at now: Instant, jitter: UInt64) -> NoticeEvent.Next {
        if case .delivered = outcome { return .nothing }
        if outcome.isRejection { return .giveUp(.rejected) }
        guard let message = message(kind), !(message.openAttempt?.isProbe ?? false) else {
            return .retry(at: now)
        }
        guard let wait = Backoff.delay(afterFailures: message.countedFailures + 1, jitter: jitter) else {
            return .giveUp(.outOfAttempts)
        }
        let retry = now + max(wait, min(outcome.retryAfter ?? .zero, Endpoint.longestRetryAfter))
        if kind == .referral, let firstReady, firstReady + rule.deadline < retry { return .giveUp(.deadline) }
        return .retry(at: retry)
    }

    /// Attempts whose outcome was never recorded, because the process ended: nobody knows whether they arrived.
    public func interrupted(at now: Instant, jitter: UInt64) -> [NoticeEvent] {
        [Message.Kind.referral, .withdrawal].compactMap { kind in
            guard message(kind)?.openAttempt != nil else { return nil }
            return ended(kind, .unknown(reason: "the attempt was interrupted"), at: now, jitter: jitter)
        }
    }
}

// MARK: - What people ask for

/// Why a notice does not do what a person asked.
public enum NoticeRejection: Error, Hashable, Sendable {
    case notWaitingForRelease(Referral.Status)
    case alreadyReleased
    case nothingFailed(Referral.Status)
    case alreadyDelivered
    case alreadyWithdrawn
}

extension Referral {
    public func release() throws(NoticeRejection) -> [NoticeEvent] {
        guard rule.release == .byPerson, case .held = status else { throw .notWaitingForRelease(status) }
        guard !isReleased else { throw .alreadyReleased }
        return [.released]
    }

    /// Once more, from the first delay on: a notice that failed, or what takes it back.
    public func retry() throws(NoticeRejection) -> [NoticeEvent] {
        guard hasFailed else { throw .nothingFailed(status) }
        return [.retried]
    }

    /// It waits for a person: the notice itself, or what takes it back.
    public var hasFailed: Bool {
        switch status {
        case .failed: true
        case .withdrawn: withdrawal?.outcome == .failed
        default: false
        }
    }

    public func cancel() throws(NoticeRejection) -> [NoticeEvent] {
        switch status {
        case .delivered: throw .alreadyDelivered
        case .withdrawn: throw .alreadyWithdrawn
        case .held, .ready, .sending, .failed: return [.withdrawn(.cancelled)]
        }
    }
}
