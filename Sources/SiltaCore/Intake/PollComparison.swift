/// Compares what one poll read with what is known, pupil by pupil, and decides what of it becomes events.
///
/// A poll is one decision: all of it is applied, or none. It is told of the pupils one at a time, so that it never holds the
/// whole school in memory beside what was read:
///
/// 1. ``identify(known:newID:)`` finds out who the rows speak of;
/// 2. ``compare(_:)`` is called for each of ``pupils`` and for everyone else the source has told of;
/// 3. ``decide()`` says what follows.
public struct PollComparison: Sendable {
    public let source: SourceID
    private let moment: Moment
    private let limits: WithdrawalGuard
    private let isAccepted: Bool
    private let reading: Reading
    private let claims: [Coverage]

    /// What the rows of one register key are, as indices into the reading.
    private struct Rows {
        var pupil: PupilID?
        var enrolments: [Int32] = []
        var absences: Range<Int> = 0..<0
        var consents: [Int32] = []
    }

    private var cards: [RegisterKey: Int] = [:]
    private var keys: [RegisterKey] = []
    private var rows: [Rows] = []
    /// Indices of absences, those of one register key together.
    private var absencesByCard: [Int32] = []
    private var cardsOfPupil: [PupilID: [Int]] = [:]
    private var newAliases: [PupilID: [Alias]] = [:]

    private var protected: [RecordKind: Set<String>] = [:]
    private var anonymous: Set<RecordKind> = []
    /// Keys of marks that stand under a register key which a complete export does not enrol: likely to be quarantined, and
    /// known before anyone is compared, so that the order does not matter.
    private var strays: Set<String> = []
    private var rejected: [RejectedRow]

    private var changes: [PupilChange] = []
    private var counts = ChangeCounts()
    private var known: [RecordKind: Int] = [:]
    private var withdrawn: [RecordKind: Int] = [:]

    public init(source: SourceID, reading: Reading, moment: Moment, limits: WithdrawalGuard, isAccepted: Bool) {
        self.source = source
        self.reading = reading
        self.moment = moment
        self.limits = limits
        self.isAccepted = isAccepted
        rejected = reading.rejected
        claims = reading.coverage.compactMap { claim in
            var cut = claim
            cut.through = min(claim.through, moment.today)
            return cut.from <= cut.through ? cut : nil
        }
        for row in reading.rejected { protect(row) }
        group()
        guard reading.complete.contains(.enrolment) else { return }
        for card in rows where card.enrolments.isEmpty {
            for index in absencesByCard[card.absences] {
                let mark = reading.absences[Int(index)].mark
                if mark.markClass != .ignore { strays.insert(mark.key.rawValue) }
            }
        }
    }

    // MARK: - Who the rows speak of

    /// Everyone whom the reading tells of; complete after ``identify(known:newID:)``.
    public var pupils: [PupilID] { Array(cardsOfPupil.keys) }

    /// Ties register keys to pupils: by the key, else by learner number, else by personal identity code, else a new pupil.
    public mutating func identify<Failure: Error>(
        known: (Alias) throws(Failure) -> PupilID?, newID: () -> PupilID
    ) throws(Failure) {
        var fresh: [Alias: PupilID] = [:]
        for index in rows.indices {
            let names = aliases(of: index)
            var found: PupilID?
            var unknown: [Alias] = []
            for name in names {
                if let pupil = try known(name) ?? fresh[name] { found = found ?? pupil } else { unknown.append(name) }
            }
            // Rows of a register key that nobody has ever enrolled speak of no one.
            guard let pupil = found ?? (rows[index].enrolments.isEmpty ? nil : newID()) else { continue }
            rows[index].pupil = pupil
            cardsOfPupil[pupil, default: []].append(index)
            guard !rows[index].enrolments.isEmpty, !unknown.isEmpty else { continue }
            for name in unknown { fresh[name] = pupil }
            newAliases[pupil, default: []] += unknown
        }
        for index in rows.indices where rows[index].pupil == nil { reject(index) }
    }

    private func aliases(of index: Int) -> [Alias] {
        let enrolments = rows[index].enrolments.map { reading.enrolments[Int($0)].enrolment }
        return [.register(source, keys[index])] + Set(enrolments.compactMap(\.oppijanumero)).sorted().map(Alias.oppijanumero)
            + Set(enrolments.compactMap(\.hetu)).sorted().map(Alias.hetu)
    }

    private mutating func group() {
        for (index, record) in reading.enrolments.enumerated() { rows[card(record.pupil)].enrolments.append(Int32(index)) }
        for (index, record) in reading.consents.enumerated() { rows[card(record.pupil)].consents.append(Int32(index)) }
        // A counting sort: a year's marks are grouped without a copy of them.
        let cardOfAbsence = reading.absences.map { Int32(card($0.pupil)) }
        var starts = [Int](repeating: 0, count: rows.count + 1)
        for card in cardOfAbsence { starts[Int(card) + 1] += 1 }
        for index in rows.indices {
            starts[index + 1] += starts[index]
            rows[index].absences = starts[index]..<starts[index + 1]
        }
        absencesByCard = [Int32](repeating: 0, count: cardOfAbsence.count)
        for (index, card) in cardOfAbsence.enumerated() {
            absencesByCard[starts[Int(card)]] = Int32(index)
            starts[Int(card)] += 1
        }
    }

    private mutating func card(_ key: RegisterKey) -> Int {
        if let index = cards[key] { return index }
        cards[key] = keys.count
        keys.append(key)
        rows.append(Rows())
        return keys.count - 1
    }

    // MARK: - One pupil

    /// - Parameter pupil: as known; one whom nobody knew is given as new.
    public mutating func compare(_ pupil: Pupil) {
        let account = pupil.account(of: source) ?? Account(source: source)
        let told = cardsOfPupil[pupil.id] ?? []
        var after = pupil
        var events: [PupilEvent] = []
        func apply(_ event: PupilEvent) {
            after.evolve(event)
            events.append(event)
        }
        if let names = newAliases[pupil.id] {
            apply(.identified(names))
            if pupil.aliases.isEmpty { counts.pupils += 1 }
        }
        compareEnrolments(told, account).forEach(apply)
        let isTold = after.account(of: source)?.enrolments.contains { $0.ended == nil } ?? false
        if reading.complete.contains(.enrolment), !isTold {
            for card in told { reject(card) }
        }
        compareAbsences(told, account, after, isKnown: isTold || !reading.complete.contains(.enrolment)).forEach(apply)
        compareConsents(told, account).forEach(apply)
        if !events.isEmpty { changes.append(PupilChange(pupil: pupil.id, isNew: pupil.aliases.isEmpty, events: events)) }
    }

    private mutating func compareEnrolments(_ cards: [Int], _ account: Account) -> [PupilEvent] {
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
        var events: [PupilEvent] = []
        if !recorded.isEmpty { events.append(.enrolmentsRecorded(source, recorded)) }
        counts.enrolmentsRecorded += recorded.count
        guard reading.complete.contains(.enrolment) else { return events }
        let standing = account.enrolments.filter { $0.ended == nil }.map(\.enrolment.key)
        let gone = anonymous.contains(.enrolment) ? [] : standing.filter { !told.contains($0) && !isProtected($0.rawValue, .enrolment) }
        known[.enrolment, default: 0] += standing.count
        withdrawn[.enrolment, default: 0] += gone.count
        counts.enrolmentsEnded += gone.count
        if !gone.isEmpty { events.append(.enrolmentsEnded(source, gone, last: moment.today.adding(days: -1))) }
        return events
    }

    /// - Parameters:
    ///   - after: the pupil with the enrolments of this poll.
    ///   - isKnown: whether the poll knows the pupil at all; marks of others are quarantined.
    private mutating func compareAbsences(_ cards: [Int], _ account: Account, _ after: Pupil, isKnown: Bool) -> [PupilEvent] {
        var told: [Mark] = []
        if isKnown {
            for card in cards {
                for index in absencesByCard[rows[card].absences] { told.append(reading.absences[Int(index)].mark) }
            }
            told.sort { $0.key < $1.key }
            told.removeRepeated(by: \.key)
        }
        var recorded: [Mark] = []
        var reclassified: [PupilEvent.Reclassification] = []
        var retimed: [PupilEvent.Retiming] = []
        var gone: [MarkKey] = []
        let enrolments = after.enrolments
        var next = told[...]
        for mark in account.marks {
            while let first = next.first, first.key < mark.key {
                if first.markClass != .ignore { recorded.append(first) }
                next.removeFirst()
            }
            let isCovered = reading.complete.contains(.absence) && covers(mark.date, enrolments)
            if isCovered { known[.absence, default: 0] += 1 }
            guard let now = next.first, now.key == mark.key else {
                if isCovered, !anonymous.contains(.absence), !isProtected(mark.key.rawValue, .absence), !strays.contains(mark.key.rawValue)
                {
                    gone.append(mark.key)
                }
                continue
            }
            next.removeFirst()
            if now.markClass == .ignore {
                if !anonymous.contains(.absence) { gone.append(mark.key) }
                continue
            }
            if now.markClass != mark.markClass || now.code != mark.code {
                reclassified.append(.init(key: mark.key, markClass: now.markClass, code: now.code))
            }
            if now.date != mark.date || now.start != mark.start || now.minutes != mark.minutes {
                retimed.append(.init(key: mark.key, date: now.date, start: now.start, minutes: now.minutes))
            }
        }
        recorded += next.filter { $0.markClass != .ignore }
        withdrawn[.absence, default: 0] += gone.count
        counts.absencesRecorded += recorded.count
        counts.absencesReclassified += reclassified.count
        counts.absencesRetimed += retimed.count
        counts.absencesWithdrawn += gone.count
        var events: [PupilEvent] = []
        if !recorded.isEmpty { events.append(.absencesRecorded(source, recorded)) }
        if !reclassified.isEmpty { events.append(.absencesReclassified(source, reclassified)) }
        if !retimed.isEmpty { events.append(.absencesRetimed(source, retimed)) }
        if !gone.isEmpty { events.append(.absencesWithdrawn(source, gone)) }
        return events
    }

    private mutating func compareConsents(_ cards: [Int], _ account: Account) -> [PupilEvent] {
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
        if reading.complete.contains(.consent) {
            for consent in account.consents where !told.contains(consent.consent.key) {
                let key = consent.consent.key
                // Whether it is gone or cannot be read: it is no basis until it reads again.
                if anonymous.contains(.consent) || isProtected(key.rawValue, .consent) {
                    if consent.lapse == nil { unreadable.append(key) }
                } else if consent.lapse != .absent {
                    absent.append(key)
                }
            }
            known[.consent, default: 0] += account.consents.count { $0.lapse != .absent }
            withdrawn[.consent, default: 0] += absent.count
        }
        counts.consentsRecorded += recorded.count
        counts.consentsLapsed += absent.count + unreadable.count
        var events: [PupilEvent] = []
        if !recorded.isEmpty { events.append(.consentsRecorded(source, recorded)) }
        if !absent.isEmpty { events.append(.consentsLapsed(source, absent, .absent)) }
        if !unreadable.isEmpty { events.append(.consentsLapsed(source, unreadable, .unreadable)) }
        return events
    }

    /// The school of the day's enrolment is claimed for that day.
    private func covers(_ day: LocalDate, _ enrolments: [Enrolment]) -> Bool {
        guard let school = enrolments.first(where: { $0.span.contains(day) })?.school.id else { return false }
        return claims.contains { ($0.school == nil || $0.school == school) && $0.from <= day && day <= $0.through }
    }

    // MARK: - Rows of nobody

    private mutating func protect(_ row: RejectedRow) {
        if let key = row.key { protected[row.kind, default: []].insert(key) } else { anonymous.insert(row.kind) }
    }

    private func isProtected(_ key: String, _ kind: RecordKind) -> Bool {
        protected[kind]?.contains(key) ?? false
    }

    /// Quarantines the rows of a register key that the poll does not enrol.
    private mutating func reject(_ card: Int) {
        for index in absencesByCard[rows[card].absences] {
            let record = reading.absences[Int(index)]
            guard record.mark.markClass != .ignore else { continue }
            quarantine(RejectedRow(unknownPupilOf: record, file: reading.files[.absence] ?? ""))
        }
        for index in rows[card].consents {
            quarantine(RejectedRow(unknownPupilOf: reading.consents[Int(index)], file: reading.files[.consent] ?? ""))
        }
        rows[card].consents = []
    }

    private mutating func quarantine(_ row: RejectedRow) {
        rejected.append(row)
        protect(row)
    }

    // MARK: - The decision

    /// - Precondition: everyone has been compared.
    public consuming func decide() -> PollDecision {
        let stopped = RecordKind.allCases.map { Withdrawals(kind: $0, withdrawn: withdrawn[$0] ?? 0, known: known[$0] ?? 0) }
            .filter(limits.stops)
        if !stopped.isEmpty, !isAccepted { return .hold(stopped) }
        let completed = PollCompleted(rows: reading.rows, quarantined: rejected.count, changes: counts, coverage: claims)
        return .apply(changes, quarantine: rejected, completed)
    }
}

public enum PollDecision: Sendable {
    case hold([Withdrawals])
    case apply([PupilChange], quarantine: [RejectedRow], PollCompleted)
}

public struct PupilChange: Sendable {
    public var pupil: PupilID
    public var isNew: Bool
    public var events: [PupilEvent]
}

extension RejectedRow {
    private static let unknownPupil = "the pupil is not among those of this export; there should be an enrolment of theirs"

    init(unknownPupilOf record: AbsenceRecord, file: String) {
        let mark = record.mark
        self.init(
            kind: .absence, file: file, line: record.line, key: mark.key.rawValue, reason: RejectedRow.unknownPupil,
            fields: [
                Field(name: "key", value: mark.key.rawValue), Field(name: "pupil", value: record.pupil.rawValue),
                Field(name: "date", value: mark.date.description), Field(name: "start", value: mark.start?.description ?? ""),
                Field(name: "minutes", value: String(mark.minutes)), Field(name: "code", value: mark.code),
            ])
    }

    init(unknownPupilOf record: ConsentRecord, file: String) {
        let consent = record.consent
        self.init(
            kind: .consent, file: file, line: record.line, key: consent.key.rawValue, reason: RejectedRow.unknownPupil,
            fields: [
                Field(name: "key", value: consent.key.rawValue), Field(name: "pupil", value: record.pupil.rawValue),
                Field(name: "giver", value: consent.giver.rawValue), Field(name: "purpose", value: consent.purpose.rawValue),
                Field(name: "recipient", value: consent.recipient.rawValue), Field(name: "scope", value: consent.scope.rawValue),
                Field(name: "given", value: consent.given.description), Field(name: "from", value: consent.span.from.description),
                Field(name: "through", value: consent.span.through?.description ?? ""),
                Field(name: "withdrawn", value: consent.withdrawn?.description ?? ""),
            ])
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
