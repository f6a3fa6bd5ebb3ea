/// How much of one kind a source has told of what a poll covers, and how much of that the poll takes back.
struct Tally: Sendable {
    var known = 0
    var withdrawn = 0

    static func += (one: inout Tally, other: Tally) {
        one.known += other.known
        one.withdrawn += other.withdrawn
    }
}

/// What a poll says of one pupil that is not known yet.
struct PupilDifference {
    var events: [PupilEvent] = []
    var counts = ChangeCounts()
    var enrolments = Tally()
    var absences = Tally()
    var consents = Tally()
    var offered = Tally()
}

extension PollComparison {
    /// - Parameters:
    ///   - pupil: as known; one whom nobody knew is given as new.
    ///   - others: enrolments of those who are one with them.
    func difference(of pupil: Pupil, besides others: [Enrolment]) -> PupilDifference {
        var difference = facts(of: pupil, besides: others)
        if let survivor = survivors[pupil.id] {
            difference.events.append(.merged(into: survivor, why: nil))
            difference.counts.pupilsMerged += 1
        }
        return difference
    }

    private func facts(of pupil: Pupil, besides others: [Enrolment]) -> PupilDifference {
        guard !frozen.contains(pupil.id) else { return PupilDifference() }
        let account = pupil.account(of: source) ?? Account(source: source)
        let told = cardsOfPupil[pupil.id] ?? []
        var difference = PupilDifference()
        if let names = newAliases[pupil.id] {
            difference.events.append(.identified(names))
            if pupil.aliases.isEmpty { difference.counts.pupils += 1 }
        }
        compareEnrolments(told, account, &difference)
        var enrolled = pupil
        for event in difference.events { enrolled.evolve(event) }
        let enrolments = (enrolled.enrolments + others).sorted { ($0.span.from, $0.key) < ($1.span.from, $1.key) }
        compareAbsences(unknown.contains(pupil.id) ? [] : told, account, claimedDays.days(of: enrolments), &difference)
        compareOffered(told, account, claimedDaysOfOffered.days(of: enrolments), &difference)
        compareConsents(told, account, &difference)
        return difference
    }

    private func compareEnrolments(_ cards: [Int], _ account: Account, _ difference: inout PupilDifference) {
        let before = Dictionary(account.enrolments.map { ($0.enrolment.key, $0) }, uniquingKeysWith: { $1 })
        var told: Set<EnrolmentKey> = []
        var recorded: [Enrolment] = []
        for card in cards {
            for index in rows[card].enrolments {
                let enrolment = reading.enrolments[Int(index)].enrolment
                guard told.insert(enrolment.key).inserted else { continue }
                if before[enrolment.key] != ToldEnrolment(enrolment: enrolment) { recorded.append(enrolment) }
            }
        }
        if !recorded.isEmpty { difference.events.append(.enrolmentsRecorded(source, recorded)) }
        difference.counts.enrolmentsRecorded += recorded.count
        guard tellsOfGone(.enrolment) else { return }
        let standing = account.enrolments.filter { $0.ended == nil }.map(\.enrolment.key)
        let gone = endings(of: standing, told: told)
        difference.enrolments.known += standing.count
        difference.enrolments.withdrawn += gone.count
        difference.counts.enrolmentsEnded += gone.count
        if !gone.isEmpty { difference.events.append(.enrolmentsEnded(source, gone, last: moment.today.adding(days: -1))) }
    }

    /// Which of the enrolments that stand the poll ends, by its silence or because the register has deleted them.
    func endings(of standing: [EnrolmentKey], told: Set<EnrolmentKey>) -> [EnrolmentKey] {
        let isSilenceTelling = reading.complete.contains(.enrolment) && !anonymous.contains(.enrolment)
        return standing.filter { key in
            !told.contains(key) && !isProtected(key.rawValue, .enrolment)
                && (isSilenceTelling || isDeleted(key.rawValue, .enrolment))
        }
    }

    /// Whether the poll can take back anything of a kind that it does not tell of.
    func tellsOfGone(_ kind: RecordKind) -> Bool {
        reading.complete.contains(kind) || !(reading.deleted[kind]?.isEmpty ?? true)
    }

    /// The register has deleted it.
    private func isDeleted(_ key: String, _ kind: RecordKind) -> Bool {
        guard let deleted = reading.deleted[kind], !deleted.isEmpty else { return false }
        return deleted.contains(key)
    }

    /// - Parameter covered: by the claims of this poll, with the enrolments of this poll.
    private func compareAbsences(_ cards: [Int], _ account: Account, _ covered: ClaimedDays.Days, _ difference: inout PupilDifference) {
        let told = marks(of: cards)
        let isComplete = reading.complete.contains(.absence)
        let isAnonymous = anonymous.contains(.absence)
        let areSomeDeleted = !(reading.deleted[.absence]?.isEmpty ?? true)
        var recorded: [Mark] = []
        var reclassified: [PupilEvent.Reclassification] = []
        var retimed: [PupilEvent.Retiming] = []
        var gone: [MarkKey] = []
        var next = 0
        func record(before key: MarkKey?) {
            while next < told.count, key.map({ told[next].key < $0 }) ?? true {
                if told[next].markClass != .ignore { recorded.append(told[next]) }
                next += 1
            }
        }
        for mark in account.marks {
            record(before: mark.key)
            let isCovered = isComplete && covered.contains(mark.date)
            if isCovered || areSomeDeleted { difference.absences.known += 1 }
            guard next < told.count, told[next].key == mark.key else {
                let isGone = isCovered && !isAnonymous || areSomeDeleted && isDeleted(mark.key.rawValue, .absence)
                if isGone, !isProtected(mark.key.rawValue, .absence), !strays.contains(mark.key.rawValue) { gone.append(mark.key) }
                continue
            }
            let now = told[next]
            next += 1
            if now.markClass == .ignore {
                if !isAnonymous { gone.append(mark.key) }
                continue
            }
            if now.markClass != mark.markClass || now.code != mark.code {
                reclassified.append(.init(key: mark.key, markClass: now.markClass, code: now.code))
            }
            if now.date != mark.date || now.start != mark.start || now.minutes != mark.minutes {
                retimed.append(.init(key: mark.key, date: now.date, start: now.start, minutes: now.minutes))
            }
        }
        record(before: nil)
        difference.absences.withdrawn += gone.count
        difference.counts.absencesRecorded += recorded.count
        difference.counts.absencesReclassified += reclassified.count
        difference.counts.absencesRetimed += retimed.count
        difference.counts.absencesWithdrawn += gone.count
        if !recorded.isEmpty { difference.events.append(.absencesRecorded(source, recorded)) }
        if !reclassified.isEmpty { difference.events.append(.absencesReclassified(source, reclassified)) }
        if !retimed.isEmpty { difference.events.append(.absencesRetimed(source, retimed)) }
        if !gone.isEmpty { difference.events.append(.absencesWithdrawn(source, gone)) }
    }

    /// The marks of some register keys, in order of their own keys; of several with one key the first.
    private func marks(of cards: [Int]) -> [Mark] {
        var marks: [Mark] = []
        marks.reserveCapacity(cards.reduce(0) { $0 + rows[$1].absences.count })
        for card in cards {
            for index in absencesByCard[rows[card].absences] { marks.append(reading.absences.mark(of: reading.absences.rows[Int(index)])) }
        }
        if !marks.isInOrder(by: \.key) { marks = marks.sortedStably(by: \.key) }
        for index in marks.indices.dropFirst() where marks[index].key == marks[index - 1].key {
            marks.removeRepeated(by: \.key)
            break
        }
        return marks
    }

    /// - Parameter covered: by the claims of this poll, with the enrolments of this poll.
    private func compareOffered(_ cards: [Int], _ account: Account, _ covered: ClaimedDays.Days, _ difference: inout PupilDifference) {
        let isComplete = reading.complete.contains(.offered)
        // A part of a pupil's minutes as if it were all would make every absence weigh more: what is known stays until all can be read.
        guard unsureOffered.isEmpty || !cards.contains(where: { unsureOffered.contains(keys[$0]) }) else { return }
        guard tellsOfGone(.offered) || cards.contains(where: { !rows[$0].offered.isEmpty }) else { return }
        let before = Dictionary(account.offered.map { ($0.key, $0) }, uniquingKeysWith: { $1 })
        var told: Set<OfferedKey> = []
        var recorded: [Offered] = []
        for card in cards {
            for index in rows[card].offered {
                let offered = reading.offered[Int(index)].offered
                guard told.insert(offered.key).inserted, before[offered.key] != offered else { continue }
                recorded.append(offered)
            }
        }
        var gone: [OfferedKey] = []
        for offered in account.offered {
            let isCovered = isComplete && covered.contains(offered.from, through: min(offered.through, moment.today))
            note(offered.key, isCovered: isCovered, isTold: told.contains(offered.key), in: &difference.offered, &gone)
        }
        difference.counts.offeredRecorded += recorded.count
        difference.counts.offeredWithdrawn += gone.count
        if !recorded.isEmpty { difference.events.append(.offeredRecorded(source, recorded)) }
        if !gone.isEmpty { difference.events.append(.offeredWithdrawn(source, gone)) }
    }

    /// Counts minutes that are known, and adds them to those that are gone where the poll takes them back.
    func note(_ key: OfferedKey, isCovered: Bool, isTold: Bool, in tally: inout Tally, _ gone: inout [OfferedKey]) {
        if isCovered || !(reading.deleted[.offered]?.isEmpty ?? true) { tally.known += 1 }
        guard !isTold, !isProtected(key.rawValue, .offered) else { return }
        guard isCovered && !anonymous.contains(.offered) || isDeleted(key.rawValue, .offered) else { return }
        tally.withdrawn += 1
        gone.append(key)
    }

    private func compareConsents(_ cards: [Int], _ account: Account, _ difference: inout PupilDifference) {
        let before = Dictionary(account.consents.map { ($0.consent.key, $0) }, uniquingKeysWith: { $1 })
        var told: Set<ConsentKey> = []
        var recorded: [Consent] = []
        for card in cards {
            for index in rows[card].consents {
                let consent = reading.consents[Int(index)].consent
                guard !isProtected(consent.key.rawValue, .consent), told.insert(consent.key).inserted else { continue }
                if before[consent.key] != ToldConsent(consent: consent) { recorded.append(consent) }
            }
        }
        var absent: [ConsentKey] = []
        var unreadable: [ConsentKey] = []
        let isComplete = reading.complete.contains(.consent)
        if tellsOfGone(.consent) || !(protected[.consent]?.isEmpty ?? true) {
            for consent in account.consents where !told.contains(consent.consent.key) {
                let key = consent.consent.key
                // Whether it is gone or cannot be read: it is no basis until it reads again.
                if isProtected(key.rawValue, .consent) || isComplete && anonymous.contains(.consent) {
                    if consent.lapse == nil { unreadable.append(key) }
                } else if consent.lapse != .absent, isComplete || isDeleted(key.rawValue, .consent) {
                    absent.append(key)
                }
            }
            if tellsOfGone(.consent) { difference.consents.known += account.consents.count { $0.lapse != .absent } }
            difference.consents.withdrawn += absent.count
        }
        difference.counts.consentsRecorded += recorded.count
        difference.counts.consentsLapsed += absent.count + unreadable.count
        if !recorded.isEmpty { difference.events.append(.consentsRecorded(source, recorded)) }
        if !absent.isEmpty { difference.events.append(.consentsLapsed(source, absent, .absent)) }
        if !unreadable.isEmpty { difference.events.append(.consentsLapsed(source, unreadable, .unreadable)) }
    }

    private func isProtected(_ key: String, _ kind: RecordKind) -> Bool {
        guard let protected = protected[kind], !protected.isEmpty else { return false }
        return protected.contains(key)
    }
}

extension Array {
    /// Keeps the first of neighbours that share a key.
    fileprivate mutating func removeRepeated<Key: Equatable>(by key: (Element) -> Key) {
        var last: Key?
        removeAll { element in
            defer { last = key(element) }
            return last == key(element)
        }
    }
}
