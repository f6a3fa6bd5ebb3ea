import SiltaCore
import SiltaTesting
import Testing

struct AbsenceTableTests {
    private func any(_ random: inout SeededRandom) -> AbsenceRecord {
        AbsenceRecord(
            pupil: RegisterKey(random.text(0...3)),
            mark: Example.mark(
                random.text(), on: day("2026-08-12").adding(days: random.number(-99_999...99_999)),
                at: random.chance(50) ? LocalTime(minuteOfDay: random.number(0...1439)) : nil, minutes: random.pick([0, 45, .max, .min]),
                random.pick(MarkClass.allCases), code: random.text(0...2)),
            line: Int32(random.number(0...9999)))
    }

    @Test func `is as an array of its records`() {
        for seed in UInt64(1)...200 {
            var random = SeededRandom(seed: seed)
            var plain: [AbsenceRecord] = []
            var table = AbsenceTable()
            for _ in 0..<random.number(1...60) {
                let record = any(&random)
                switch random.number(0...7) {
                case 0 where !plain.isEmpty:
                    let index = random.number(0...plain.count - 1)
                    plain[index] = record
                    table[index] = record
                case 1 where !plain.isEmpty:
                    let gone = Set(plain.indices.filter { _ in random.chance(30) })
                    plain = plain.indices.filter { !gone.contains($0) }.map { plain[$0] }
                    table.remove(at: gone)
                case 2 where plain.count > 1:
                    plain.swapAt(0, plain.count - 1)
                    table.swapAt(0, plain.count - 1)
                default:
                    plain.append(record)
                    table.append(record)
                }
            }
            #expect(table.map(\.mark) == plain.map(\.mark), "seed \(seed)")
            #expect(table.map(\.pupil) == plain.map(\.pupil) && table.map(\.line) == plain.map(\.line), "seed \(seed)")
            let key = random.text()
            #expect(table.indices.map { table.isKey(key, at: $0) } == plain.map { $0.mark.key == MarkKey(key) }, "seed \(seed)")
        }
    }

    @Test func `names are equal and in order by their bytes`() {
        for seed in UInt64(1)...20_000 {
            var random = SeededRandom(seed: seed)
            let one = random.text(0...30)
            let other =
                random.chance(30) ? String(one.unicodeScalars.dropLast(random.number(0...2))) + random.text(0...2) : random.text(0...30)
            #expect((MarkKey(one) == MarkKey(other)) == one.utf8.elementsEqual(other.utf8), "seed \(seed)")
            #expect((MarkKey(one) < MarkKey(other)) == one.utf8.lexicographicallyPrecedes(other.utf8), "seed \(seed)")
        }
        #expect(MarkKey("\u{E9}") != MarkKey("e\u{301}"))
        #expect(MarkKey("a\u{323}\u{307}") != MarkKey("a\u{307}\u{323}"), "as long, and the same to the eye")
    }

    @Test func `marks that are told are put where their keys belong`() {
        for seed in UInt64(1)...300 {
            var random = SeededRandom(seed: seed)
            var pupil = Pupil(id: Example.pupil)
            var plain: [MarkKey: Mark] = [:]
            for _ in 0..<random.number(1...6) {
                let marks = (0..<random.number(0...12)).map { _ in
                    Example.mark("\(random.number(0...20))", on: day("2026-08-12"), minutes: Int32(random.number(1...999)))
                }
                pupil.evolve(.absencesRecorded(Example.source, marks))
                for mark in marks { plain[mark.key] = mark }
            }
            #expect(pupil.account(of: Example.source)?.marks ?? [] == plain.values.sorted { $0.key < $1.key }, "seed \(seed)")
        }
    }
}
