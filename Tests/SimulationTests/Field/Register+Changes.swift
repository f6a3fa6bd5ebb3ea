import SiltaCore
import SiltaTesting

extension Register {
    /// Something that happens at a school's office.
    mutating func change(today: LocalDate, in year: SchoolYear, _ random: inout SeededRandom) -> String {
        let index = random.number(0...(cards.count - 1))
        let key = cards[index].key
        let passed = year.schoolDays.filter { $0 <= today }
        switch random.number(0...28) {
        case 0...3:
            let days = Set(cards[index].marks.values.map(\.date))
            guard let day = days.sorted().randomElement(using: &random) else { return "nothing to correct" }
            let everything = random.chance(50)
            for mark in cards[index].marks.values.sorted(by: { $0.key < $1.key }) where everything ? random.chance(90) : mark.date == day {
                cards[index].marks[mark.key] = nil
                deleted[.absence, default: []].insert(mark.key.rawValue)
            }
            return "marks of \(key) corrected away"
        case 4, 5:
            let markClass = random.pick(MarkClass.allCases)
            for mark in cards[index].marks.keys.sorted() where random.chance(70) {
                cards[index].marks[mark]?.markClass = markClass
                cards[index].marks[mark]?.code = "c\(markClass)"
            }
            return "marks of \(key) become \(markClass)"
        case 6:
            for mark in cards[index].marks.keys.sorted() where random.chance(50) {
                cards[index].marks[mark]?.minutes = Int32(random.number(0...90))
                if random.chance(30) { cards[index].marks[mark]?.date = random.pick(passed + [today]) }
            }
            return "marks of \(key) change their time"
        case 7...9:
            cards[index].absence = random.pick([0, 50, 100])
            guard !passed.isEmpty else { return "no day yet" }
            for _ in 0..<3 { mark(index, on: random.pick(passed), &random) }
            return "late marks of \(key)"
        case 10, 11: return move(index, today, &random)
        case 12: return leaveOrReturn(index, today, &random)
        case 13:
            cards[index].isLost.toggle()
            return "\(key) is \(cards[index].isLost ? "lost" : "there again")"
        case 14...16: return protect(index, today, &random)
        case 17: return replaceCard(index, today)
        case 26...28: return offer(index, passed, &random)
        default: return changeConsents(index, today, &random)
        }
    }

    /// The same consents are to the other recipient now.
    mutating func exchangeRecipients() {
        for index in cards.indices {
            for key in cards[index].consents.keys {
                let isFirst = cards[index].consents[key]?.recipient == Setting.recipients[0]
                cards[index].consents[key]?.recipient = Setting.recipients[isFirst ? 1 : 0]
            }
        }
    }

    private mutating func move(_ index: Int, _ today: LocalDate, _ random: inout SeededRandom) -> String {
        let last = cards[index].enrolments.count - 1
        if random.chance(30) {
            cards[index].enrolments[last].grade = random.pick([3, 7, 8, 9])
            return "\(cards[index].key) is in grade \(cards[index].enrolments[last].grade)"
        }
        var next = cards[index].enrolments[last]
        let from = max(today.adding(days: random.number(-3...2)), next.span.from.adding(days: 1))
        cards[index].enrolments[last].span.through = from.adding(days: -1)
        next.key = EnrolmentKey("\(cards[index].key)/\(nextSerial())")
        next.span = DateSpan(from: from)
        next.school = random.pick(Setting.schools)
        next.homeMunicipality = random.pick(["186", "092", nil])
        cards[index].enrolments.append(next)
        return "\(cards[index].key) moves to \(next.school.id)"
    }

    private mutating func leaveOrReturn(_ index: Int, _ today: LocalDate, _ random: inout SeededRandom) -> String {
        let last = cards[index].enrolments.count - 1
        if cards[index].enrolments[last].span.through == nil {
            cards[index].enrolments[last].span.through = today.adding(days: random.number(-3...3))
        } else {
            cards[index].enrolments[last].span.through = nil
        }
        return "\(cards[index].key) through \(cards[index].enrolments[last].span.through.map(\.description) ?? "open")"
    }

    private mutating func protect(_ index: Int, _ today: LocalDate, _ random: inout SeededRandom) -> String {
        let last = cards[index].enrolments.count - 1
        let span = DateSpan(
            from: today.adding(days: random.number(-5...4)), through: random.chance(50) ? nil : today.adding(days: random.number(-1...9)))
        let isProtected = cards[index].enrolments.contains { $0.nonDisclosure != nil || $0.guardianNonDisclosure != nil }
        if isProtected, random.chance(70) {
            for number in cards[index].enrolments.indices {
                cards[index].enrolments[number].nonDisclosure = nil
                cards[index].enrolments[number].guardianNonDisclosure = nil
            }
            return "turvakielto of \(cards[index].key) ends"
        }
        if random.chance(50) {
            cards[index].enrolments[last].nonDisclosure = span
        } else {
            cards[index].enrolments[last].guardianNonDisclosure = span
        }
        return "turvakielto of \(cards[index].key) from \(span.from)"
    }

    /// Another card of the same person, whom their learner number tells.
    private mutating func replaceCard(_ index: Int, _ today: LocalDate) -> String {
        let key = RegisterKey("\(500 + nextSerial())")
        cards[index].key = key
        for number in cards[index].enrolments.indices { cards[index].enrolments[number].key = EnrolmentKey("\(key)/\(number)") }
        return "a new card \(key)"
    }

    /// The register says how much was offered, or is to be, or that it was mistaken.
    private mutating func offer(_ index: Int, _ passed: [LocalDate], _ random: inout SeededRandom) -> String {
        let card = cards[index].key
        if random.chance(30), let key = cards[index].offered.keys.sorted().randomElement(using: &random) {
            cards[index].offered[key] = nil
            deleted[.offered, default: []].insert(key.rawValue)
            return "offered minutes \(key) of \(card) are gone"
        }
        guard let from = passed.randomElement(using: &random) else { return "no day yet" }
        let offered = Offered(
            key: OfferedKey("T\(nextSerial())"), from: from.adding(days: -random.number(0...3)),
            through: from.adding(days: random.number(0...40)), minutes: Int32(random.pick([0, random.number(1...9_000)])),
            quality: random.pick(Offered.Quality.allCases))
        cards[index].offered[offered.key] = offered
        return "\(offered.minutes) minutes \(offered.quality) to \(card) from \(offered.from) through \(offered.through)"
    }

    private mutating func changeConsents(_ index: Int, _ today: LocalDate, _ random: inout SeededRandom) -> String {
        let card = cards[index].key
        guard !random.chance(25), let key = cards[index].consents.keys.sorted().randomElement(using: &random),
            var consent = cards[index].consents[key]
        else {
            let consent = self.consent(random.number(0...1), day: today.adding(days: -random.number(0...2)), &random)
            cards[index].consents[consent.key] = consent
            return "consent \(consent.key) of \(card)"
        }
        switch random.number(0...11) {
        case 10: consent.given = consent.given.adding(days: -random.number(1...3))
        case 11: consent.giver = random.pick(Consent.Giver.allCases)
        case 0...3: consent.withdrawn = consent.withdrawn == nil ? today.adding(days: random.number(-2...3)) : nil
        case 4: consent.scope = random.pick(Setting.scopes)
        case 5: consent.span.through = today.adding(days: random.number(-1...4))
        case 6: consent.recipient = random.pick(Setting.recipients)
        case 7: consent.purpose = random.pick(Setting.purposes)
        default:
            cards[index].consents[key] = nil
            deleted[.consent, default: []].insert(key.rawValue)
            return "consent \(key) of \(card) is gone"
        }
        cards[index].consents[key] = consent
        return "consent \(key) of \(card) changes"
    }
}
