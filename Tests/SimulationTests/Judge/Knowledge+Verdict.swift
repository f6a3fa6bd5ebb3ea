import SiltaCore

/// What is to become of a notice.
enum Verdict: Equatable {
    case go(RecipientID)
    case hold(HoldReason)
    case void(WithdrawalReason)
}

extension Knowledge {
    /// - Parameter isBehind: the clock is behind the log.
    mutating func verdict(on notice: Notice, at moment: Moment, isBehind: Bool) -> Verdict {
        let today = moment.today
        if policy?.digest == notice.facts.policy, calendar?.value.start == notice.facts.schoolYear,
            (tally(notice.pupil)?.highest ?? 0) < notice.rule.tier
        {
            return .void(.tierLowered)
        }
        guard let person = people[notice.pupil] else { return .void(.left) }
        if hasLeft(person, today) { return .void(.left) }
        let isProtected = person.timeline.contains { enrolment in
            [enrolment.nonDisclosure, enrolment.guardianNonDisclosure].contains { $0.map { isWithin(today, $0) } ?? false }
        }
        if isProtected { return .hold(.nonDisclosure) }
        guard let recipient = recipient(of: notice.rule.service, person, today) else { return .hold(.noRoute) }
        let consents = consents(person, notice.rule.purpose, recipient, moment)
        guard !consents.isEmpty else { return .hold(.noConsent) }
        if notice.rule.release == .byPerson, !notice.isReleased { return .hold(.release) }
        if !isDisclosureOpen || isBehind { return .hold(.paused) }
        if let letter = notice.referral {
            let allowed = consents.first { $0.key == letter.basis?.consent && $0.isEntered == (letter.basis?.origin == .person) }?.allows
            guard letter.recipient == recipient, let allowed, letter.fields.isSubset(of: allowed) else { return .void(.basisGone) }
        }
        return .go(recipient)
    }

    func hasLeft(_ person: Person, _ today: LocalDate) -> Bool {
        guard let last = person.timeline.last else { return true }
        return last.span.through.map { $0 < today } ?? false
    }

    func recipient(of service: ServiceID, _ person: Person, _ today: LocalDate) -> RecipientID? {
        let timeline = person.timeline
        guard let enrolment = timeline.first(where: { isWithin(today, $0.span) }) ?? timeline.last else { return nil }
        let leading = routes.filter { route in
            guard route.services.contains(service), route.valid.map({ isWithin(today, $0) }) ?? true else { return false }
            var leads = false
            switch route.schools {
            case .all: leads = true
            case .listed(let schools):
                guard schools.contains(enrolment.school.id) else { return false }
                leads = true
            case nil: break
            }
            if let homes = route.municipalities {
                guard let home = enrolment.homeMunicipality, homes.contains(home) else { return false }
                leads = true
            }
            return leads
        }
        return leading.count == 1 ? leading[0].recipient : nil
    }

    struct Permission {
        var key: ConsentKey
        var isEntered: Bool
        var giver: Consent.Giver
        var given: LocalDate
        var allows: Set<NoticeField>
    }

    /// The consents that hold today for this purpose and recipient, by local dates, with what their scopes allow.
    func consents(_ person: Person, _ purpose: Purpose, _ recipient: RecipientID, _ moment: Moment) -> [Permission] {
        let today = moment.today
        var candidates = person.entered.values.map { ($0, true) }
        if let lastCompleted, moment.instant.milliseconds - lastCompleted.milliseconds <= consentAge.components.seconds * 1000 {
            candidates += person.consents.values.filter { $0.lapse == nil }.map { ($0.record, false) }
        }
        return candidates.compactMap { consent, isEntered in
            guard consent.purpose == purpose, consent.recipient == recipient else { return nil }
            guard consent.given <= today, isWithin(today, consent.span) else { return nil }
            if let withdrawn = consent.withdrawn, withdrawn <= today { return nil }
            let isRefused = person.refusals.contains {
                $0.purpose == purpose && $0.recipient == recipient && consent.given <= $0.on
            }
            guard !isRefused, let allows = policy?.value.scopes[consent.scope], allows.contains(.identity) else { return nil }
            return Permission(key: consent.key, isEntered: isEntered, giver: consent.giver, given: consent.given, allows: allows)
        }
    }
}
