import SiltaCore
import SiltaTesting
import Testing

struct PollCursorTests {
    @Test func `what is written is read and anything else is no cursor`() {
        for claimed in [nil, day("2026-09-30")] {
            let cursor = PollCursor(day: day("2026-09-29"), claimed: claimed, connector: "1 a b: c")
            #expect(PollCursor(cursor.description) == cursor)
        }
        for text in ["", "2026-09-29", "2026-09-29 -", "2026-09-31 - x", "2026-09-29 2026-9-1 x", "x - y"] {
            #expect(PollCursor(text) == nil)
        }
    }

    @Test func `an export that is cut alike changes nothing and claims the same`() {
        var repeated = 0
        for seed in UInt64(1)...400 {
            var random = SeededRandom(seed: seed)
            let today = day("2026-08-20")
            var register = Register()
            var reading = SmallSchool.any(&random, on: today)
            register.poll(SmallSchool.any(&random, on: today), on: today, isAccepted: true)
            SmallSchool.spoil(&reading, &random)
            reading.coverage = (0..<random.number(0...3)).map { _ in
                let from = today.adding(days: random.number(-9...9))
                return Coverage(
                    school: random.chance(50) ? nil : Example.school.id, from: from, through: from.adding(days: random.number(0...9)))
            }
            reading.cursor = "export"
            guard let first = register.poll(reading, on: today, isAccepted: true).completed else { continue }
            guard let cursor = first.cursor.flatMap(PollCursor.init) else {
                Issue.record("a poll without a cursor, seed \(seed)")
                continue
            }
            let later = today.adding(days: random.number(-2...9))
            guard cursor.cutsAlike(on: later) else { continue }
            repeated += 1
            let again = register.decide(reading, on: later)
            #expect(again.events == [], "seed \(seed)")
            #expect(again.completed?.coverage == first.coverage, "seed \(seed)")
            #expect(again.completed?.quarantined == first.quarantined && again.completed?.rows == first.rows, "seed \(seed)")
            #expect(Set(again.rejected) == Set(register.decide(reading, on: today).rejected), "seed \(seed)")
        }
        #expect(repeated > 100)
    }

    @Test func `claims of the future have the export read again tomorrow`() {
        let cursor = PollCursor(day: day("2026-09-29"), claimed: day("2026-10-05"), connector: "x")
        #expect(cursor.cutsAlike(on: day("2026-09-29")))
        #expect(!cursor.cutsAlike(on: day("2026-09-30")) && !cursor.cutsAlike(on: day("2026-09-28")))
        let past = PollCursor(day: day("2026-09-29"), claimed: day("2026-09-29"), connector: "x")
        #expect(past.cutsAlike(on: day("2026-10-30")) && !past.cutsAlike(on: day("2026-09-28")))
    }
}
