/// Compares what one poll read with what is known, pupil by pupil, and decides what of it becomes events.
///
/// A poll is one decision: all of it is applied, or none. It is told of the pupils one at a time, and keeps no event, so that it
/// never holds the whole school in memory beside what was read:
///
/// 1. ``identify(known:newID:)`` finds out who the rows speak of;
/// 2. ``find(_:)`` is called for each of ``doubtful``: whether the rows of someone whom the export does not enrol are anyone's;
/// 3. ``compare(_:)`` is called for each of ``pupils`` and for everyone else the source has told of: this counts;
/// 4. ``decide()`` says what follows;
/// 5. where the poll is applied, ``events(of:)`` makes the events of each of ``changed``.
///
/// After the second step no order matters.
public struct PollComparison: Sendable {
    public let source: SourceID
    let moment: Moment
    let reading: Reading
    let claimedDays: ClaimedDays
    private let limits: WithdrawalGuard
    private let isAccepted: Bool
    private let claims: [Coverage]

    /// What the rows of one register key are, as indices into the reading.
    struct Rows: Sendable {
        var pupil: PupilID?
        var enrolments: [Int32] = []
        var absences: Range<Int> = 0..<0
        var consents: [Int32] = []
    }

    private var cards: [RegisterKey: Int] = [:]
    private var keys: [RegisterKey] = []
    private(set) var rows: [Rows] = []
    /// Indices of absences, those of one register key together.
    private(set) var absencesByCard: [Int32] = []
    private(set) var cardsOfPupil: [PupilID: [Int]] = [:]
    private(set) var newAliases: [PupilID: [Alias]] = [:]

    private(set) var protected: [RecordKind: Set<String>] = [:]
    private(set) var anonymous: Set<RecordKind> = []
    /// Keys of marks that stand under a register key which a complete export does not enrol: likely to be quarantined.
    private(set) var strays: Set<String> = []
    /// Those whose rows the poll does not take, since it knows of no enrolment of theirs.
    private(set) var unknown: Set<PupilID> = []
    /// Rows that go into quarantine: those that the reading could not understand, and those of nobody.
    public private(set) var rejected: [RejectedRow]

    private var counts = ChangeCounts()
    private var enrolments = Tally()
    private var absences = Tally()
    private var consents = Tally()
    /// Those of whom the poll says something new, in the order in which they were compared.
    public private(set) var changed: [PupilID] = []
    /// Those among them whom nobody knew.
    public private(set) var new: [PupilID] = []

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
        claimedDays = ClaimedDays(claims)
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

    /// Those of them whom a complete export does not enrol.
    public var doubtful: [PupilID] {
        guard reading.complete.contains(.enrolment) else { return [] }
        return cardsOfPupil.filter { $0.value.allSatisfy { rows[$0].enrolments.isEmpty } }.keys.sorted()
    }

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

    /// Whether the rows of a pupil whom the export does not enrol are theirs all the same, because an enrolment that is known
    /// stands: else they go into quarantine.
    ///
    /// - Parameter pupil: one of ``doubtful``, as known.
    public mutating func find(_ pupil: Pupil) {
        let account = pupil.account(of: source) ?? Account(source: source)
        let standing = account.enrolments.filter { $0.ended == nil }.map(\.enrolment.key)
        guard endings(of: standing, told: []).count == standing.count else { return }
        unknown.insert(pupil.id)
        for card in cardsOfPupil[pupil.id] ?? [] { reject(card) }
    }

    private func aliases(of index: Int) -> [Alias] {
        let enrolments = rows[index].enrolments.map { reading.enrolments[Int($0)].enrolment }
        return [.register(source, keys[index])] + Set(enrolments.compactMap(\.oppijanumero)).sorted().map(Alias.oppijanumero)
            + Set(enrolments.compactMap(\.hetu)).sorted().map(Alias.hetu)
    }

    private mutating func group() {
        for (index, record) in reading.enrolments.enumerated() { rows[card(record.pupil)].enrolments.append(Int32(index)) }
        for (index, record) in reading.consents.enumerated() { rows[card(record.pupil)].consents.append(Int32(index)) }
        // A counting sort: a year's marks are grouped without a copy of them. Not every key that the table once had need have a row.
        var cardOfPupil = [Int?](repeating: nil, count: reading.absences.pupils.count)
        let cardOfAbsence = reading.absences.rows.map { row in
            let pupil = Int(row.pupil)
            if let card = cardOfPupil[pupil] { return Int32(card) }
            let card = card(reading.absences.pupils[pupil])
            cardOfPupil[pupil] = card
            return Int32(card)
        }
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

    /// Counts what the poll says of a pupil.
    ///
    /// - Parameter pupil: as known; one whom nobody knew is given as new.
    public mutating func compare(_ pupil: Pupil) {
        let difference = difference(of: pupil)
        enrolments += difference.enrolments
        absences += difference.absences
        consents += difference.consents
        guard !difference.events.isEmpty else { return }
        counts += difference.counts
        changed.append(pupil.id)
        if pupil.aliases.isEmpty { new.append(pupil.id) }
    }

    /// What the poll says of a pupil that is not known yet.
    ///
    /// - Parameter pupil: exactly as they were compared.
    public func events(of pupil: Pupil) -> [PupilEvent] {
        difference(of: pupil).events
    }

    // MARK: - Rows of nobody

    private mutating func protect(_ row: RejectedRow) {
        if let key = row.key { protected[row.kind, default: []].insert(key) } else { anonymous.insert(row.kind) }
    }

    /// Quarantines the rows of a register key that the poll does not enrol.
    private mutating func reject(_ card: Int) {
        for index in absencesByCard[rows[card].absences] {
            let record = reading.absences[Int(index)]
            guard record.mark.markClass != .ignore else { continue }
            quarantine(RejectedRow(unknownPupilOf: record, file: reading.file(record.file, of: .absence)))
        }
        for index in rows[card].consents {
            let record = reading.consents[Int(index)]
            quarantine(RejectedRow(unknownPupilOf: record, file: reading.file(record.file, of: .consent)))
        }
        rows[card].consents = []
    }

    private mutating func quarantine(_ row: RejectedRow) {
        rejected.append(row)
        protect(row)
    }

    // MARK: - The decision

    /// - Precondition: everyone has been compared.
    public func decide() -> PollDecision {
        let stopped = [(RecordKind.enrolment, enrolments), (.absence, absences), (.consent, consents)].map { kind, tally in
            Withdrawals(kind: kind, withdrawn: tally.withdrawn, known: tally.known)
        }.filter(limits.stops)
        if !stopped.isEmpty, !isAccepted { return .hold(stopped) }
        let cursor = reading.cursor.map { connector in
            PollCursor(day: moment.today, claimed: reading.coverage.map(\.through).max(), connector: connector).description
        }
        return .apply(
            PollCompleted(rows: reading.rows, quarantined: rejected.count, changes: counts, coverage: claims, cursor: cursor))
    }
}

public enum PollDecision: Hashable, Sendable {
    case hold([Withdrawals])
    case apply(PollCompleted)
}
