import SiltaCore
import SiltaTesting

enum SmallSchool {
    /// A small school of which any export may come: pupils come, go and are re-enrolled, marks and consents change.
    static func any(_ random: inout SeededRandom, on today: LocalDate) -> Reading {
        var enrolments: [(String, Enrolment)] = []
        var marks: [(String, Mark)] = []
        var consents: [(String, Consent)] = []
        for person in 0..<6 where random.chance(85) {
            // Some have two cards, which their number ties together.
            for card in person == 0 ? ["0", "0b"] : ["\(person)"] {
                let from = random.chance(90) ? day("2026-08-12") : day("2026-08-10")
                enrolments.append(
                    (card, Example.enrolment(card, from: from, grade: random.number(7...8), oppijanumero: "1.2.246.562.24.\(person)")))
                for number in 0..<8 where random.chance(70) {
                    let date = day("2026-08-12").adding(days: random.number(0...Int(today.dayNumber - day("2026-08-12").dayNumber) - 1))
                    marks.append(
                        (
                            card,
                            Example.mark(
                                "\(card)/\(number)", on: date, at: random.chance(80) ? time("08:15") : nil,
                                minutes: Int32(random.number(1...2) * 45), random.pick(MarkClass.allCases.filter { $0 != .ignore }),
                                code: random.pick(["01", "02"]))
                        ))
                }
                for number in 0..<2 where random.chance(60) {
                    consents.append(
                        (
                            card,
                            Example.consent(
                                "\(card)/\(number)", scope: random.pick(["perus", "suppea"]), withdrawn: random.chance(20) ? today : nil)
                        ))
                }
            }
        }
        return .export(
            enrolments.shuffled(using: &random), marks: marks.shuffled(using: &random), consents: consents.shuffled(using: &random),
            through: today)
    }

    /// Rows that cannot be read, rows of nobody, codes that are ignored, kinds that are not told whole.
    static func spoil(_ reading: inout Reading, _ random: inout SeededRandom) {
        if random.chance(40) {
            let bad = reading.absences.filter { _ in random.chance(20) }
            let keys = Set(bad.map(\.mark.key))
            reading.absences.removeAll { keys.contains($0.mark.key) }
            reading.rejected += keys.sorted().map { .bad(.absence, key: random.chance(95) ? $0.rawValue : nil) }
        }
        if random.chance(30), let consent = reading.consents.popLast() {
            reading.rejected.append(.bad(.consent, key: random.chance(80) ? consent.consent.key.rawValue : nil))
        }
        if random.chance(30), let enrolment = reading.enrolments.popLast() {
            reading.rejected.append(.bad(.enrolment, key: random.chance(80) ? enrolment.enrolment.key.rawValue : nil))
        }
        if random.chance(30) {
            for index in reading.absences.indices where random.chance(10) { reading.absences[index].pupil = "nobody" }
            for index in reading.consents.indices where random.chance(20) { reading.consents[index].pupil = random.pick(["nobody", "1"]) }
        }
        if random.chance(20) {
            for index in reading.absences.indices where random.chance(20) { reading.absences[index].mark.markClass = .ignore }
        }
        if random.chance(20) { reading.complete.remove(random.pick([.enrolment, .absence, .consent])) }
    }
}
