import SiltaCore
import SiltaTesting
import Testing

/// Whom the rows of a poll are tied to: never guessed.
struct IdentityTests {
    private let today = day("2026-09-08")
    private let one = "1.2.246.562.24.1"
    private let two = "1.2.246.562.24.2"
    private let hetu = "010112A900X"
    private let otherHetu = "020212A901K"

    private func reading(_ cards: [(String, Enrolment)], marks: [(String, Mark)] = [], complete: Set<RecordKind>? = nil) -> Reading {
        var reading = Reading.export(cards, marks: marks)
        if let complete { reading.complete = complete }
        return reading
    }

    private func enrolment(_ card: String, _ oppijanumero: String? = nil, _ hetu: String? = nil) -> (String, Enrolment) {
        (card, Example.enrolment(card, oppijanumero: oppijanumero, hetu: hetu))
    }

    private func pupil(_ register: Register, _ source: SourceID, _ card: String) -> PupilID? {
        register.aliases[.register(source, RegisterKey(card))]
    }

    private func register(_ polls: [(SourceID, [(String, Enrolment)])]) -> Register {
        var register = Register()
        for (source, cards) in polls { register.apply(register.decide(reading(cards), on: today, source: source)) }
        return register
    }

    // MARK: - Ties

    @Test func `another register's card is tied by learner number, and by identity code where there is none`() {
        let register = register([
            ("a", [enrolment("1", one, hetu), enrolment("2", two)]), ("b", [enrolment("x", one), enrolment("y", nil, hetu)]),
        ])
        #expect(pupil(register, "b", "x") == pupil(register, "a", "1"))
        #expect(pupil(register, "b", "y") == pupil(register, "a", "1"))
        #expect(register.pupils.count == 2)
        #expect(register.merges.isEmpty)
    }

    @Test func `two learner numbers of one identity code are one person's`() {
        let register = register([("a", [enrolment("1", one, hetu)]), ("b", [enrolment("x", two, hetu)])])
        #expect(pupil(register, "b", "x") == pupil(register, "a", "1"))
    }

    @Test func `an identity code that a register corrects beside the same learner number is the same pupil's`() {
        var register = register([("a", [enrolment("1", one, hetu)])])
        let decided = register.decide(reading([enrolment("1", one, otherHetu)]), on: today, source: "a")
        #expect(decided.quarantined.isEmpty)
        register.apply(decided)
        #expect(register.pupils.count == 1)
    }

    // MARK: - Merges

    @Test func `a tie that comes later makes two pupils one, who has what both were told of`() throws {
        let mark = Example.mark("m", on: day("2026-08-20"))
        var register = Register()
        register.apply(register.decide(reading([enrolment("1")], marks: [("1", mark)]), on: today, source: "a"))
        register.apply(register.decide(reading([enrolment("x", one)]), on: today, source: "b"))
        let (mine, theirs) = (try #require(pupil(register, "a", "1")), try #require(pupil(register, "b", "x")))
        #expect(mine != theirs)
        let decided = register.decide(reading([enrolment("1", one)], marks: [("1", mark)]), on: today, source: "a")
        #expect(decided.quarantined.isEmpty)
        #expect(decided.completed?.changes.pupilsMerged == 1)
        #expect(decided.changes.first { $0.pupil == mine }?.events.last == .merged(into: theirs, why: nil))
        register.apply(decided)
        #expect(register.merges.survivor(of: mine) == theirs)
        let whole = try #require(register.whole(.register("a", "1")))
        #expect(whole.id == theirs)
        #expect(whole.accounts.map(\.source) == ["a", "b"])
        #expect(whole.accounts.flatMap(\.marks) == [mark])
        #expect(register.decide(reading([enrolment("1", one)], marks: [("1", mark)]), on: today, source: "a").events == [])
        // The other's enrolments count for what is covered: the mark is withdrawn though its own card is enrolled no more.
        #expect(register.merges.all(of: mine) == [theirs, mine])
    }

    @Test func `a tie binds to the bearer of the name, and follows them when a person splits them from another`() throws {
        var register = register([("a", [enrolment("1", one), enrolment("2", two)]), ("b", [enrolment("x")])])
        let bearer = try #require(pupil(register, "a", "1"))
        let stranger = try #require(pupil(register, "a", "2"))
        let late = try #require(pupil(register, "b", "x"))
        register.merges.evolve(.merged(into: stranger, why: nil), of: bearer)
        register.apply(register.decide(reading([enrolment("x", one)]), on: today, source: "b"))
        #expect(register.merges.survivors == [bearer: stranger, late: bearer])
        register.merges.evolve(.split(from: stranger, why: "another child"), of: bearer)
        #expect(register.merges.all(of: late) == [bearer, late])
        #expect(register.merges.all(of: stranger) == [stranger])
        #expect(register.decide(reading([enrolment("x", one)]), on: today, source: "b").quarantined.isEmpty)
    }

    @Test func `a mark that is known under two keys of a source counts once when the two are one`() throws {
        let mark = Example.mark("m", on: day("2026-08-20"))
        var register = Register()
        var before = reading([enrolment("1", one)], marks: [("1", mark)])
        register.apply(register.decide(before, on: today, source: "a"))
        // The old card is claimed no more, and stays as it is; the new one has no number yet.
        before = reading([enrolment("2")], marks: [("2", mark)], complete: [])
        register.apply(register.decide(before, on: today, source: "a"))
        before = reading([enrolment("2", one)], marks: [("2", mark)], complete: [])
        register.apply(register.decide(before, on: today, source: "a"))
        #expect(register.pupils.count == 2)
        let whole = try #require(register.whole(.register("a", "2")))
        #expect(whole.accounts.count == 2)
        #expect(whole.accounts.flatMap(\.marks) == [mark])
    }

    @Test func `after a split the same tie is a conflict, until a person merges`() throws {
        var register = register([("a", [enrolment("1")]), ("b", [enrolment("x", one)]), ("a", [enrolment("1", one)])])
        let (mine, theirs) = (try #require(pupil(register, "a", "1")), try #require(pupil(register, "b", "x")))
        register.merges.evolve(.split(from: theirs, why: "another child"), of: mine)
        let again = register.decide(reading([enrolment("1", one)]), on: today, source: "a")
        #expect(again.events == [])
        #expect(again.quarantined.map(\.kind) == [.enrolment])
        #expect(again.quarantined.allSatisfy { $0.reason.hasPrefix("conflicting identities: ") })
        #expect(register.decide(reading([enrolment("x", one)]), on: today, source: "b").quarantined.isEmpty)
        guard case .pupil(let id, let event) = try register.merges.merge(mine, into: theirs, why: "the same after all") else { return }
        register.merges.evolve(event, of: id)
        #expect(register.decide(reading([enrolment("1", one)]), on: today, source: "a").quarantined.isEmpty)
        #expect(!register.merges.areApart(mine, theirs))
    }

    // MARK: - Conflicts

    @Test func `a row whose names point to two pupils that cannot be one is quarantined, and what is known stays`() {
        var register = register([("a", [enrolment("1", one, hetu), enrolment("2", two, otherHetu)])])
        let pupils = register.pupils
        let row = enrolment("x", one, otherHetu)
        let decided = register.decide(reading([row], marks: [("x", Example.mark("m", on: day("2026-08-20")))]), on: today, source: "b")
        #expect(decided.events == [])
        #expect(decided.quarantined.map(\.kind) == [.enrolment, .absence])
        register.apply(decided)
        #expect(register.pupils == pupils)
    }

    @Test(arguments: [("another identity code", 0), ("another learner number", 1), ("both", 2)])
    func `a register key that has become somebody else's is quarantined with all its rows`(what: String, number: Int) {
        let before: [(String, Enrolment)]
        let after: [(String, Enrolment)]
        switch number {
        case 0: (before, after) = ([enrolment("1", nil, hetu)], [enrolment("1", nil, otherHetu)])
        case 1: (before, after) = ([enrolment("1", one)], [enrolment("1", two)])
        default: (before, after) = ([enrolment("1", one, hetu)], [enrolment("1", two, otherHetu)])
        }
        var register = Register()
        register.apply(
            register.decide(reading(before, marks: [("1", Example.mark("m", on: day("2026-08-20")))]), on: today, source: "a"))
        let pupils = register.pupils
        let decided = register.decide(
            reading(after, marks: [("1", Example.mark("n", on: day("2026-08-21")))]), on: today, source: "a")
        #expect(decided.events == [], "\(what)")
        #expect(decided.quarantined.map(\.kind) == [.enrolment, .absence], "\(what)")
        register.apply(decided)
        #expect(register.pupils == pupils, "\(what): nothing is withdrawn")
    }

    @Test func `rows of one new key that contradict each other are nobody's`() {
        var register = Register()
        var second = Example.enrolment("1", from: day("2026-09-01"), oppijanumero: two)
        second.familyName = "Toinen"
        let decided = register.decide(reading([enrolment("1", one), ("1", second)]), on: today, source: "a")
        #expect(decided.events == [])
        #expect(decided.quarantined.count == 2)
    }

    @Test func `which of two contradicting cards comes first in the export does not matter`() {
        let cards = [enrolment("1", one, hetu), enrolment("2", one, otherHetu), enrolment("3", two)]
        var found: [Set<String>] = []
        for seed in UInt64(1)...20 {
            var random = SeededRandom(seed: seed)
            var register = Register()
            let decided = register.decide(reading(cards.shuffled(using: &random)), on: today, source: "a")
            found.append(Set(decided.quarantined.compactMap(\.key)))
        }
        #expect(Set(found) == [["2/2026-08-12"]])
    }

    @Test func `in which order the enrolments of a card tie its numbers does not matter`() {
        let numbers: [(String?, String?)] = [(one, nil), (two, nil), (nil, hetu), (one, hetu), (two, hetu)]
        let cards = numbers.enumerated().map { day, number in
            ("1", Example.enrolment("1", from: today.adding(days: -day), oppijanumero: number.0, hetu: number.1))
        }
        for seed in UInt64(1)...50 {
            var random = SeededRandom(seed: seed)
            let decided = Register().deciding(reading(cards.shuffled(using: &random)), on: today)
            #expect(decided.quarantined.isEmpty, "seed \(seed)")
        }
        let loose = Register().deciding(reading([cards[0], cards[1], cards[2]]), on: today)
        #expect(loose.quarantined.count == 3, "nothing ties the two learner numbers")
    }

    @Test func `a number that too many share makes nobody one`() {
        let cards = (0..<40).map { enrolment("\(1000 + $0)") }
        var register = register([("a", cards)])
        let alike = cards.map { enrolment(String($0.0), one) }
        let decided = register.decide(reading(alike), on: today, source: "a")
        #expect(decided.completed?.changes.pupilsMerged == 15)
        #expect(decided.quarantined.count == 24)
        register.apply(decided)
        #expect(register.decide(reading(alike), on: today, source: "a").events == [])
    }

    // MARK: - Keys of another source

    @Test func `a feed of marks without identities has the keys of another source`() throws {
        var register = register([("roster", [enrolment("1", one)])])
        let marks = [("1", Example.mark("m", on: day("2026-08-20"))), ("9", Example.mark("n", on: day("2026-08-20")))]
        let feed = reading([], marks: marks, complete: [.absence, .coverage])
        let decided = register.decide(feed, on: today, source: "marks", keysOf: "roster")
        #expect(decided.quarantined.map(\.key) == ["n"])
        #expect(decided.quarantined.first?.reason.contains("the source roster") == true)
        register.apply(decided)
        let pupil = try #require(register[.register("roster", "1")])
        #expect(pupil.account(of: "marks")?.marks.map(\.key) == ["m"])
        #expect(pupil.aliases.contains(.register("marks", "1")))
        #expect(register.decide(feed, on: today, source: "marks", keysOf: "roster").events == [])
        let silent = reading([], complete: [.absence, .coverage])
        #expect(
            register.decide(silent, on: today, source: "marks", keysOf: "roster").events == [.absencesWithdrawn("marks", ["m"])],
            "the roster's enrolment says which days are covered")
        #expect(register.decide(feed, on: today, source: "stranger").events == [], "without the setting the keys are its own")
    }
}

extension Register {
    fileprivate func deciding(_ reading: Reading, on today: LocalDate) -> Decided {
        var register = self
        return register.decide(reading, on: today)
    }

    fileprivate subscript(_ name: Alias) -> Pupil? { aliases[name].flatMap { pupils[$0] } }
}
