import SiltaCore
import SiltaTesting

/// What is known of everyone, as the log would have it: polls are decided against it and applied to it.
struct Register {
    var pupils: [PupilID: Pupil] = [:]
    var aliases: [Alias: PupilID] = [:]
    var timetable = Timetable()
    var merges = Merges()
    private var made: UInt128 = 0

    /// - Parameter order: in which the pupils are compared.
    mutating func decide(
        _ reading: Reading, on today: LocalDate, source: SourceID = Example.source, keysOf: SourceID? = nil,
        isAccepted: Bool = false,
        order: ([PupilID]) -> [PupilID] = { $0.sorted() }
    ) -> Decided {
        let moment = Moment(instant: Instant(milliseconds: Int64(today.dayNumber) * 86_400_000), today: today)
        var comparison = PollComparison(
            source: source, keysOf: keysOf, reading: reading, moment: moment, limits: WithdrawalGuard(), isAccepted: isAccepted)
        let known = aliases
        var count = made
        comparison.identify(merges: merges) {
            known[$0]
        } identities: { [pupils] in
            Identities(pupils[$0]?.aliases ?? [])
        } newID: {
            count += 1
            return PupilID(bits: count)
        }
        made = count
        let told = Set(comparison.pupils)
        let others = pupils.values.filter { $0.account(of: source) != nil && !told.contains($0.id) }.map(\.id)
        for id in order(comparison.doubtful) { comparison.find(pupils[id] ?? Pupil(id: id)) }
        for id in order(Array(told) + others) { comparison.compare(pupils[id] ?? Pupil(id: id), besides: enrolments(besides: id)) }
        comparison.compare(timetable)
        let changes = comparison.changed.map { id in
            Change(pupil: id, events: comparison.events(of: pupils[id] ?? Pupil(id: id), besides: enrolments(besides: id)))
        }
        return Decided(
            decision: comparison.decide(), changes: changes, timetable: comparison.timetableEvents, rejected: comparison.rejected)
    }

    mutating func apply(_ decided: Decided) {
        guard case .apply = decided.decision else { return }
        for event in decided.timetable {
            switch event {
            case .timetableRecorded(let minutes): timetable.record(minutes, by: Example.source)
            case .timetableWithdrawn(let keys): timetable.withdraw(keys, by: Example.source)
            default: break
            }
        }
        for change in decided.changes {
            for event in change.events {
                pupils[change.pupil, default: Pupil(id: change.pupil)].evolve(event)
                merges.evolve(event, of: change.pupil)
                guard case .identified(let names) = event else { continue }
                for name in names where aliases[name] == nil { aliases[name] = change.pupil }
            }
        }
    }

    @discardableResult
    mutating func poll(_ reading: Reading, on today: LocalDate, isAccepted: Bool = false) -> Decided {
        let decision = decide(reading, on: today, isAccepted: isAccepted)
        apply(decision)
        return decision
    }

    private func enrolments(besides id: PupilID) -> [Enrolment] {
        merges.all(of: id).filter { $0 != id }.flatMap { pupils[$0]?.enrolments ?? [] }
    }

    /// Everyone who is one with the pupil of a name.
    func whole(_ name: Alias) -> Pupil? {
        guard let id = aliases[name] else { return nil }
        let parts = merges.all(of: id).compactMap { pupils[$0] }
        return parts.first?.joined(with: Array(parts.dropFirst()))
    }

    /// The pupil of a register key.
    subscript(_ card: String) -> Pupil? {
        aliases[.register(Example.source, RegisterKey(card))].flatMap { pupils[$0] }
    }
}

struct Change: Hashable {
    var pupil: PupilID
    var events: [PupilEvent]
}

/// What a poll came to, with the events of everyone whom it changes.
struct Decided {
    var decision: PollDecision
    var changes: [Change]
    var timetable: [SourceEvent]
    var rejected: [RejectedRow]

    /// The events of every pupil; nil where the poll is held.
    var events: [PupilEvent]? {
        if case .apply = decision { changes.flatMap(\.events) } else { nil }
    }

    var held: [Withdrawals] { decision.held }

    var quarantined: [RejectedRow] {
        if case .apply = decision { rejected } else { [] }
    }

    var completed: PollCompleted? {
        if case .apply(let completed) = decision { completed } else { nil }
    }
}

extension PollDecision {
    var held: [Withdrawals] {
        if case .hold(let withdrawals) = self { withdrawals } else { [] }
    }
}

extension Reading {
    static let first = day("2026-08-12")

    /// A complete export that claims everything through a day.
    static func export(
        _ enrolments: [(String, Enrolment)] = [("100", Example.enrolment())], marks: [(String, Mark)] = [],
        consents: [(String, Consent)] = [],
        through: LocalDate = day("2026-09-30"), rejected: [RejectedRow] = []
    ) -> Reading {
        Reading(
            enrolments: enrolments.map { EnrolmentRecord(pupil: RegisterKey($0.0), enrolment: $0.1, line: 2) },
            absences: marks.enumerated().map {
                AbsenceRecord(pupil: RegisterKey($0.element.0), mark: $0.element.1, line: Int32($0.offset + 2))
            },
            consents: consents.map { ConsentRecord(pupil: RegisterKey($0.0), consent: $0.1, line: 2) },
            coverage: [Coverage(school: nil, from: first, through: through)], rejected: rejected,
            complete: [.enrolment, .absence, .consent, .coverage], rows: enrolments.count + marks.count + consents.count + rejected.count,
            files: [.enrolment: ["oppilaat.csv"], .absence: ["tuntimerkinnat.csv"], .consent: ["suostumukset.csv"]])
    }
}

extension RejectedRow {
    static func bad(_ kind: RecordKind, key: String?) -> RejectedRow {
        RejectedRow(kind: kind, file: "f.csv", line: 7, key: key, reason: "the date is impossible", fields: [])
    }
}
