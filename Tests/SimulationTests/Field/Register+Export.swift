import SiltaCore
import SiltaTesting

extension Register {
    /// What an export of today would tell, with the faults that exports have.
    mutating func export(today: LocalDate, isHealthy: Bool, _ random: inout SeededRandom) -> (Reading, faults: String) {
        var reading = Reading(
            complete: [.enrolment, .absence, .consent],
            files: [.absence: ["marks.csv"], .consent: ["consents.csv"], .enrolment: ["pupils.csv"]])
        var line: Int32 = 1
        func next() -> Int32 {
            line += 1
            return line
        }
        for card in cards where !card.isLost {
            for enrolment in card.enrolments { reading.enrolments.append(.init(pupil: card.key, enrolment: enrolment, line: next())) }
        }
        for card in cards {
            if card.isLost, random.chance(40) { continue }
            for mark in card.marks.values.sorted(by: { $0.key < $1.key }) {
                reading.absences.append(.init(pupil: card.key, mark: mark, line: next()))
            }
            for offered in card.offered.values.sorted(by: { $0.key < $1.key }) where !card.isLost {
                reading.offered.append(.init(subject: .pupil(card.key), offered: offered, line: next()))
            }
            for consent in card.consents.values.sorted(by: { $0.key < $1.key }) {
                reading.consents.append(.init(pupil: card.key, consent: consent, line: next()))
            }
        }
        reading.coverage = coverage(today, isHealthy, &random)
        var faults: [String] = []
        if !isHealthy {
            if random.chance(8) { faults.append(shorten(&reading, &random)) }
            if random.chance(15) { faults.append(spoil(&reading, &random)) }
            if random.chance(8) { faults.append(ignore(&reading, &random)) }
            if random.chance(6) {
                let kind = random.pick([RecordKind.enrolment, .absence, .consent])
                reading.complete.remove(kind)
                faults.append("\(kind) not complete")
            }
            if random.chance(30), let lost = cards.first(where: \.isLost) {
                for index in reading.absences.indices where random.chance(10) { reading.absences[index].pupil = lost.key }
                faults.append("marks under the card of someone lost")
            }
            if random.chance(3) {
                reading.absences.append(.init(pupil: "nobody", mark: strayMark(today), line: next()))
                reading.absences.append(.init(pupil: "nobody", mark: strayMark(today), line: next()))
                faults.append("marks of nobody")
            }
        }
        // Minutes of a card that the export does not enrol would be quarantined.
        let enrolled = Set(reading.enrolments.map(\.pupil))
        reading.offered.removeAll { record in
            if case .pupil(let card) = record.subject { !enrolled.contains(card) } else { false }
        }
        reading.deleted = deleted.filter { !reading.complete.contains($0.key) }
        reading.rows = reading.enrolments.count + reading.absences.count + reading.consents.count + reading.rejected.count
        return (reading, faults.joined(separator: ", "))
    }

    private mutating func strayMark(_ day: LocalDate) -> Mark {
        Mark(key: MarkKey("X\(nextSerial())"), date: day, start: nil, minutes: 45, markClass: .unexplained, code: "01")
    }

    private func coverage(_ today: LocalDate, _ isHealthy: Bool, _ random: inout SeededRandom) -> [Coverage] {
        let from = day("2026-08-01")
        if isHealthy || random.chance(60) { return [Coverage(school: nil, from: from, through: today)] }
        switch random.number(0...4) {
        case 0: return []
        case 1: return [Coverage(school: nil, from: from, through: today.adding(days: random.number(1...20)))]
        case 2: return [Coverage(school: nil, from: from, through: today.adding(days: -random.number(1...9)))]
        case 3: return [Coverage(school: Setting.schools[0].id, from: from, through: today)]
        default:
            return Setting.schools.map {
                Coverage(
                    school: $0.id, from: today.adding(days: -random.number(0...20)), through: today.adding(days: random.number(-4...1)))
            }
        }
    }

    private func shorten(_ reading: inout Reading, _ random: inout SeededRandom) -> String {
        switch random.number(0...2) {
        case 0: reading.absences.removeLast(reading.absences.count / 2)
        case 1: reading.consents.removeLast(reading.consents.count / 2)
        default: reading.enrolments.removeLast(reading.enrolments.count / 2)
        }
        return "short"
    }

    /// Some rows cannot be read any more; of some of them not even the key.
    private func spoil(_ reading: inout Reading, _ random: inout SeededRandom) -> String {
        let keyed = random.chance(75)
        var spoilt: [RejectedRow] = []
        func reject(_ kind: RecordKind, _ file: String, _ key: String, _ line: Int32) {
            spoilt.append(
                RejectedRow(
                    kind: kind, file: file, line: line, key: keyed ? key : nil, reason: "a date is impossible", fields: [],
                    digest: Digest("spoilt \(key)")))
        }
        switch random.number(0...3) {
        case 0:
            reading.absences.removeAll { row in
                guard random.chance(15) else { return false }
                reject(.absence, "marks.csv", row.mark.key.rawValue, row.line)
                return true
            }
        case 1, 2:
            reading.consents.removeAll { row in
                guard random.chance(50) else { return false }
                reject(.consent, "consents.csv", row.consent.key.rawValue, row.line)
                return true
            }
        default:
            reading.enrolments.removeAll { row in
                guard random.chance(25) else { return false }
                reject(.enrolment, "pupils.csv", row.enrolment.key.rawValue, row.line)
                return true
            }
        }
        // Some keep what can still be read beside the row that cannot: the row of a consent stands twice in the file.
        if keyed, random.chance(20), let row = reading.consents.first {
            reject(.consent, "consents.csv", row.consent.key.rawValue, 9_999)
        }
        reading.rejected += spoilt
        return "\(spoilt.count) rows spoilt\(keyed ? "" : ", keys and all")"
    }

    private func ignore(_ reading: inout Reading, _ random: inout SeededRandom) -> String {
        for index in reading.absences.indices where random.chance(40) { reading.absences[index].mark.markClass = .ignore }
        return "codes become ignore"
    }
}
