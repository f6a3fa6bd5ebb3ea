import SiltaCore

extension Knowledge {
    /// What a poll would change, and how much of it would be taken away.
    struct Intake {
        var knowledge: Knowledge
        var isHeld: Bool
    }

    /// One poll as the specification tells it: what silence means, what a bad row protects, what the guard will not have.
    func intake(_ reading: Reading, today: LocalDate, limits: WithdrawalGuard) -> Intake {
        var after = self
        // A new card of somebody known, in a poll that may be held and so may never be told of in the log.
        for record in reading.enrolments where after.pupilOfCard[record.pupil] == nil {
            after.pupilOfCard[record.pupil] = record.enrolment.oppijanumero.flatMap { pupilOfNumber[$0] }
        }
        let pupilOfCard = after.pupilOfCard
        let claims = reading.coverage.map { Coverage(school: $0.school, from: $0.from, through: min($0.through, today)) }
            .filter { $0.from <= $0.through }
        var rejected = reading.rejected.map { row in
            BadRow(kind: row.kind, line: row.line, hasKey: row.key != nil, name: "\(row.kind) \(row.digest)")
        }
        let keyless = Set(reading.rejected.filter { $0.key == nil }.map(\.kind))
        var spoilt: [RecordKind: Set<String>] = [:]
        for row in reading.rejected { if let key = row.key { spoilt[row.kind, default: []].insert(key) } }

        let enrolled = Set(reading.enrolments.map(\.pupil))
        let isWhole = reading.complete.contains(.enrolment)
        let enrolments = Dictionary(grouping: reading.enrolments) { pupilOfCard[$0.pupil] }
        for (pupil, records) in enrolments {
            guard let pupil else { continue }
            for record in records {
                after.people[pupil, default: Person()].enrolments[record.enrolment.key] = Told(record: record.enrolment)
            }
        }
        var (endings, standing) = (0, 0)
        if isWhole {
            let told = Dictionary(grouping: reading.enrolments) { pupilOfCard[$0.pupil] }.mapValues { Set($0.map(\.enrolment.key)) }
            for (pupil, person) in people {
                for (key, enrolment) in person.enrolments where enrolment.ended == nil {
                    standing += 1
                    guard !keyless.contains(.enrolment), !(told[pupil]?.contains(key) ?? false),
                        !(spoilt[.enrolment]?.contains(key.rawValue) ?? false)
                    else { continue }
                    after.people[pupil]?.enrolments[key]?.ended = today.adding(days: -1)
                    endings += 1
                }
            }
        }
        // Rows of a card that the poll does not enrol speak of nobody; they protect what they are about.
        let unknown = Set(reading.absences.map(\.pupil)).union(reading.consents.map(\.pupil)).filter { card in
            guard let pupil = pupilOfCard[card] else { return true }
            return isWhole && !(after.people[pupil]?.enrolments.values.contains { $0.ended == nil } ?? false)
        }
        for record in reading.absences where record.mark.markClass != .ignore {
            if unknown.contains(record.pupil) {
                let key = record.mark.key.rawValue
                let mark = record.mark
                let name = "\(record.pupil) \(key) \(mark.date) \(mark.start?.description ?? "") \(mark.minutes) \(mark.code)"
                rejected.append(BadRow(kind: .absence, line: record.line, hasKey: true, name: name))
                spoilt[.absence, default: []].insert(key)
            } else if isWhole, !enrolled.contains(record.pupil) {
                spoilt[.absence, default: []].insert(record.mark.key.rawValue)
            }
        }
        for record in reading.consents where unknown.contains(record.pupil) {
            let key = record.consent.key.rawValue
            rejected.append(BadRow(kind: .consent, line: record.line, hasKey: true, name: "\(record.pupil) \(record.consent)"))
            spoilt[.consent, default: []].insert(key)
        }
        let marks = after.takeMarks(reading, claims, keyless, spoilt[.absence] ?? [], unknown)
        let offered = after.takeOffered(reading, claims, pupilOfCard)
        let consents = after.takeConsents(reading, keyless, spoilt[.consent] ?? [], unknown)
        for claim in claims { after.coverage[claim.school] = max(claim.through, after.coverage[claim.school] ?? claim.through) }
        after.quarantine = quarantine.filter { !reading.complete.contains($0.value.kind) }
        for row in rejected { after.quarantine[row.name] = row }
        after.isNextAccepted = false
        after.hasChanged()
        let isTooMuch = [(endings, standing), marks, offered, consents].contains { gone, known in
            gone > limits.rows && gone * 10_000 > known * limits.shareHundredths
        }
        return Intake(knowledge: after, isHeld: isTooMuch && !isNextAccepted)
    }

    private mutating func takeMarks(
        _ reading: Reading, _ claims: [Coverage], _ keyless: Set<RecordKind>, _ spoilt: Set<String>, _ unknown: Set<RegisterKey>
    ) -> (gone: Int, known: Int) {
        var told: [PupilID: [MarkKey: Mark]] = [:]
        for record in reading.absences where !unknown.contains(record.pupil) {
            if let pupil = pupilOfCard[record.pupil] { told[pupil, default: [:]][record.mark.key] = record.mark }
        }
        var (gone, known) = (0, 0)
        for (pupil, person) in people {
            let timeline = person.timeline
            var marks = person.marks
            for mark in person.marks.values {
                let school = timeline.first { isWithin(mark.date, $0.span) }?.school.id
                let areSomeDeleted = !(reading.deleted[.absence] ?? []).isEmpty
                let isCovered =
                    reading.complete.contains(.absence) && school != nil
                    && claims.contains { ($0.school == nil || $0.school == school) && $0.from <= mark.date && mark.date <= $0.through }
                known += isCovered || areSomeDeleted ? 1 : 0
                if let now = told[pupil]?[mark.key] {
                    guard now.markClass == .ignore, !keyless.contains(.absence) else { continue }
                } else {
                    let isDeleted = reading.deleted[.absence]?.contains(mark.key.rawValue) ?? false
                    guard isCovered && !keyless.contains(.absence) || isDeleted, !spoilt.contains(mark.key.rawValue) else { continue }
                }
                marks[mark.key] = nil
                gone += 1
            }
            people[pupil]?.marks = marks
        }
        for (pupil, marks) in told {
            for mark in marks.values where mark.markClass != .ignore { people[pupil]?.marks[mark.key] = mark }
        }
        return (gone, known)
    }

    /// A pupil's own minutes; the rows of cards that nobody enrols are left out of these exports.
    private mutating func takeOffered(
        _ reading: Reading, _ claims: [Coverage], _ pupilOfCard: [RegisterKey: PupilID]
    ) -> (gone: Int, known: Int) {
        var told: [PupilID: [OfferedKey: Offered]] = [:]
        for record in reading.offered {
            guard case .pupil(let card) = record.subject, let pupil = pupilOfCard[card] else { continue }
            told[pupil, default: [:]][record.offered.key] = record.offered
        }
        let deleted = reading.deleted[.offered] ?? []
        var (gone, known) = (0, 0)
        for (pupil, minutes) in told { people[pupil]?.offered.merge(minutes) { $1 } }
        for (pupil, person) in people {
            for (key, _) in person.offered {
                if !deleted.isEmpty { known += 1 }
                guard told[pupil]?[key] == nil, deleted.contains(key.rawValue) else { continue }
                people[pupil]?.offered[key] = nil
                gone += 1
            }
        }
        return (gone, known)
    }

    private mutating func takeConsents(
        _ reading: Reading, _ keyless: Set<RecordKind>, _ spoilt: Set<String>, _ unknown: Set<RegisterKey>
    ) -> (gone: Int, known: Int) {
        var told: [PupilID: Set<ConsentKey>] = [:]
        var (gone, known) = (0, 0)
        let before = people
        for record in reading.consents where !unknown.contains(record.pupil) && !spoilt.contains(record.consent.key.rawValue) {
            guard let pupil = pupilOfCard[record.pupil] else { continue }
            people[pupil]?.consents[record.consent.key] = Told(record: record.consent)
            told[pupil, default: []].insert(record.consent.key)
        }
        let isWhole = reading.complete.contains(.consent)
        let deleted = reading.deleted[.consent] ?? []
        for (pupil, person) in before {
            for (key, consent) in person.consents {
                if consent.lapse != .absent, isWhole || !deleted.isEmpty { known += 1 }
                guard !(told[pupil]?.contains(key) ?? false) else { continue }
                if spoilt.contains(key.rawValue) || isWhole && keyless.contains(.consent) {
                    people[pupil]?.consents[key]?.lapse = consent.lapse ?? .unreadable
                } else if consent.lapse != .absent, isWhole || deleted.contains(key.rawValue) {
                    people[pupil]?.consents[key]?.lapse = .absent
                    gone += 1
                }
            }
        }
        return (gone, known)
    }
}
