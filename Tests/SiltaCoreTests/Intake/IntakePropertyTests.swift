import SiltaCore
import SiltaTesting
import Testing

struct IntakePropertyTests {
    /// What is known now: enrolments that stand, marks, consents that have not lapsed; by register key and record key.
    private func known(_ register: Register) -> (Set<Enrolment>, Set<Mark>, Set<Consent>) {
        let accounts = register.pupils.values.compactMap { $0.account(of: Example.source) }
        return (
            Set(accounts.flatMap { $0.enrolments.filter { $0.ended == nil }.map(\.enrolment) }), Set(accounts.flatMap(\.marks)),
            Set(accounts.flatMap { $0.consents.filter { $0.lapse == nil }.map(\.consent) })
        )
    }

    @Test func `after any sequence of whole exports the last one alone is known`() {
        for seed in UInt64(1)...150 {
            var random = SeededRandom(seed: seed)
            var register = Register()
            var today = day("2026-08-20")
            var last = Reading()
            for _ in 0..<random.number(1...8) {
                last = SmallSchool.any(&random, on: today)
                register.poll(last, on: today, isAccepted: true)
                #expect(register.decide(last, on: today).events == [], "the same export again, seed \(seed)")
                today = today.adding(days: random.number(0...3))
            }
            let (enrolments, marks, consents) = known(register)
            #expect(enrolments == Set(last.enrolments.map(\.enrolment)), "seed \(seed)")
            #expect(marks == Set(last.absences.map(\.mark)), "seed \(seed)")
            #expect(consents == Set(last.consents.map(\.consent)), "seed \(seed)")
            var alone = Register()
            alone.poll(last, on: today, isAccepted: true)
            #expect(known(alone).1 == marks, "seed \(seed)")
        }
    }

    @Test func `the order of rows and of pupils changes nothing`() {
        for seed in UInt64(1)...100 {
            var random = SeededRandom(seed: seed)
            let (first, second) = (SmallSchool.any(&random, on: day("2026-08-20")), SmallSchool.any(&random, on: day("2026-08-21")))
            var one = Register()
            one.poll(first, on: day("2026-08-20"))
            var other = one
            one.poll(second, on: day("2026-08-21"), isAccepted: true)
            var shuffled = second
            shuffled.enrolments.shuffle(using: &random)
            shuffled.absences.shuffle(using: &random)
            shuffled.consents.shuffle(using: &random)
            var generator = random
            let decision = other.decide(shuffled, on: day("2026-08-21"), isAccepted: true) { $0.shuffled(using: &generator) }
            other.apply(decision)
            #expect(known(one) == known(other), "seed \(seed)")
        }
    }

    @Test func `bad rows withdraw nothing of their own key and nothing is invented`() {
        for seed in UInt64(1)...150 {
            var random = SeededRandom(seed: seed)
            let today = day("2026-08-20")
            var register = Register()
            register.poll(SmallSchool.any(&random, on: today), on: today)
            let before = known(register)
            var reading = SmallSchool.any(&random, on: today)
            let bad = reading.absences.filter { _ in random.chance(20) }
            let keys = Set(bad.map(\.mark.key))
            reading.absences.removeAll { keys.contains($0.mark.key) }
            reading.rejected = keys.map { .bad(.absence, key: $0.rawValue) }
            let isAnonymous = random.chance(30)
            if isAnonymous { reading.rejected.append(.bad(.absence, key: nil)) }
            register.poll(reading, on: today, isAccepted: true)
            let after = known(register)
            let told = Set(reading.absences.map(\.mark))
            let stayed = before.1.filter { mark in !told.contains { $0.key == mark.key } && (isAnonymous || keys.contains(mark.key)) }
            #expect(after.1 == told.union(stayed), "seed \(seed)")
        }
    }
}
