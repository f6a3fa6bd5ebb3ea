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
    let claimedDaysOfOffered: ClaimedDays
    /// Of whose offered minutes not all could be read.
    let unsureOffered: Set<RegisterKey>
    private let limits: WithdrawalGuard
    private let isAccepted: Bool
    private let claims: [Coverage]

    /// What the rows of one register key are, as indices into the reading.
    struct Rows: Sendable {
        var pupil: PupilID?
        var enrolments: [Int32] = []
        var absences: Range<Int> = 0..<0
        var consents: [Int32] = []
        var offered: [Int32] = []
    }

    private var cards: [RegisterKey: Int] = [:]
    private(set) var keys: [RegisterKey] = []
    private(set) var rows: [Rows] = []
    /// Indices of absences, those of one register key together.
    private(set) var absencesByCard: [Int32] = []
    private(set) var cardsOfPupil: [PupilID: [Int]] = [:]
    private(set) var newAliases: [PupilID: [Alias]] = [:]
    /// Whom the poll merges into whom.
    private(set) var survivors: [PupilID: PupilID] = [:]
    /// Those of whose register key it cannot be said any more whose it is: what the source has told of them stays as it is.
    private(set) var frozen: Set<PupilID> = []
    private let keysOf: SourceID?

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
    private var offered = Tally()
    /// What the poll says of groups.
    public private(set) var timetableEvents: [SourceEvent] = []
    /// Those of whom the poll says something new, in the order in which they were compared.
    public private(set) var changed: [PupilID] = []
    /// Those among them whom nobody knew.
    public private(set) var new: [PupilID] = []

    /// - Parameter keysOf: the source whose register keys are this one's, too.
    public init(
        source: SourceID, keysOf: SourceID? = nil, reading: Reading, moment: Moment, limits: WithdrawalGuard, isAccepted: Bool
    ) {
        self.source = source
        self.keysOf = keysOf
        self.reading = reading
        self.moment = moment
        self.limits = limits
        self.isAccepted = isAccepted
        rejected = reading.rejected
        claims = PollComparison.cut(reading.coverage, at: moment.today)
        claimedDays = ClaimedDays(claims)
        claimedDaysOfOffered = reading.coverageOfOffered.map { ClaimedDays(PollComparison.cut($0, at: moment.today)) } ?? claimedDays
        unsureOffered = Set(reading.rejected.compactMap { $0.kind == .offered ? $0.pupil : nil })
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

    /// Nobody can have told everything of a day that is yet to come.
    private static func cut(_ claims: [Coverage], at today: LocalDate) -> [Coverage] {
        claims.compactMap { claim in
            var cut = claim
            cut.through = min(claim.through, today)
            return cut.from <= cut.through ? cut : nil
        }
    }

    // MARK: - Who the rows speak of

    /// Everyone whom the reading tells of; complete after ``identify(known:newID:)``.
    public var pupils: [PupilID] { Array(Set(cardsOfPupil.keys).union(survivors.keys)) }

    /// Those of them whom a complete export does not enrol.
    public var doubtful: [PupilID] {
        guard reading.complete.contains(.enrolment) else { return [] }
        return cardsOfPupil.filter { $0.value.allSatisfy { rows[$0].enrolments.isEmpty } }.keys.sorted()
    }

    /// Ties register keys to pupils. Where their names contradict one another or what is known, their rows go into quarantine.
    ///
    /// - Parameters:
    ///   - merges: as known.
    ///   - identities: of one pupil, whoever they are merged with.
    public mutating func identify<Failure: Error>(
        merges: Merges = Merges(), known: (Alias) throws(Failure) -> PupilID?,
        identities: (PupilID) throws(Failure) -> Identities, newID: () -> PupilID
    ) throws(Failure) {
        var recognition = Recognition(source: source, keysOf: keysOf, merges: merges)
        // In order of the keys, and not of the rows: which of two that contradict one another comes first must not depend on that.
        for index in rows.indices.sorted(by: { keys[$0] < keys[$1] }) {
            let told = rows[index].enrolments.map { Identities(reading.enrolments[Int($0)].enrolment) }
            switch try recognition.recognise(keys[index], told: told, known: known, identities: identities, newID: newID) {
            case .nobody: reject(index, RejectedRow.unknownPupil(keysOf: keysOf))
            case .found(let pupil, let new):
                rows[index].pupil = pupil
                cardsOfPupil[pupil, default: []].append(index)
                if !new.isEmpty { newAliases[pupil, default: []] += new }
            case .conflict(let owner):
                if let owner { frozen.insert(owner) }
                for row in rows[index].enrolments {
                    let record = reading.enrolments[Int(row)]
                    quarantine(RejectedRow(conflicting: record, file: reading.file(record.file, of: .enrolment)))
                }
                rows[index].enrolments = []
                reject(index, RejectedRow.conflictingIdentities)
            }
        }
        survivors = recognition.survivors
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
        for card in cardsOfPupil[pupil.id] ?? [] { reject(card, RejectedRow.unknownPupil(keysOf: keysOf)) }
    }

    private mutating func group() {
        for (index, record) in reading.enrolments.enumerated() { rows[card(record.pupil)].enrolments.append(Int32(index)) }
        for (index, record) in reading.consents.enumerated() { rows[card(record.pupil)].consents.append(Int32(index)) }
        for (index, record) in reading.offered.enumerated() {
            if case .pupil(let key) = record.subject { rows[card(key)].offered.append(Int32(index)) }
        }
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
    /// - Parameters:
    ///   - pupil: as known; one whom nobody knew is given as new.
    ///   - others: enrolments of those who are one with them.
    public mutating func compare(_ pupil: Pupil, besides others: [Enrolment] = []) {
        let difference = difference(of: pupil, besides: others)
        enrolments += difference.enrolments
        absences += difference.absences
        consents += difference.consents
        offered += difference.offered
        guard !difference.events.isEmpty else { return }
        counts += difference.counts
        changed.append(pupil.id)
        if pupil.aliases.isEmpty { new.append(pupil.id) }
    }

    /// What the poll says of a pupil that is not known yet.
    ///
    /// Both exactly as they were compared.
    public func events(of pupil: Pupil, besides others: [Enrolment] = []) -> [PupilEvent] {
        difference(of: pupil, besides: others).events
    }

    // MARK: - Groups

    /// Compares what the poll says of groups with what the source has told of them; before ``decide()``, once.
    public mutating func compare(_ timetable: Timetable) {
        var keys: Set<OfferedKey> = []
        let told = reading.offered.compactMap { record -> GroupOffered? in
            guard case .group(let group, let school) = record.subject, keys.insert(record.offered.key).inserted else { return nil }
            return GroupOffered(group: group, school: school, offered: record.offered)
        }
        guard !told.isEmpty || tellsOfGone(.offered) else { return }
        let before = timetable.told(by: source)
        let known = Dictionary(before.map { ($0.offered.key, $0) }, uniquingKeysWith: { $1 })
        let recorded = told.filter { known[$0.offered.key] != $0 }
        var gone: [OfferedKey] = []
        var tally = Tally()
        for minutes in before {
            let offered = minutes.offered
            let isCovered =
                reading.complete.contains(.offered)
                && claimedDaysOfOffered.contains(offered.from, through: min(offered.through, moment.today), at: minutes.school)
            note(offered.key, isCovered: isCovered, isTold: keys.contains(offered.key), in: &tally, &gone)
        }
        self.offered += tally
        counts.offeredRecorded += recorded.count
        counts.offeredWithdrawn += gone.count
        timetableEvents =
            (recorded.isEmpty ? [] : [.timetableRecorded(recorded)]) + (gone.isEmpty ? [] : [.timetableWithdrawn(gone)])
    }

    // MARK: - Rows of nobody

    private mutating func protect(_ row: RejectedRow) {
        if let key = row.key { protected[row.kind, default: []].insert(key) } else { anonymous.insert(row.kind) }
    }

    /// Quarantines the rows of a register key, but for its enrolments.
    private mutating func reject(_ card: Int, _ reason: String) {
        for index in absencesByCard[rows[card].absences] {
            let record = reading.absences[Int(index)]
            guard record.mark.markClass != .ignore else { continue }
            quarantine(RejectedRow(record, file: reading.file(record.file, of: .absence), reason: reason))
        }
        for index in rows[card].consents {
            let record = reading.consents[Int(index)]
            quarantine(RejectedRow(record, file: reading.file(record.file, of: .consent), reason: reason))
        }
        for index in rows[card].offered {
            let record = reading.offered[Int(index)]
            quarantine(RejectedRow(record, file: reading.file(record.file, of: .offered), reason: reason))
        }
        (rows[card].consents, rows[card].offered) = ([], [])
    }

    private mutating func quarantine(_ row: RejectedRow) {
        rejected.append(row)
        protect(row)
    }

    // MARK: - The decision

    /// - Precondition: everyone has been compared.
    public func decide() -> PollDecision {
        let stopped = [(RecordKind.enrolment, enrolments), (.absence, absences), (.offered, offered), (.consent, consents)].map {
            kind, tally in
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
