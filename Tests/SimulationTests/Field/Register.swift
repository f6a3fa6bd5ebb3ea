import SiltaCore
import SiltaTesting

/// The school's system of record: what is true of its pupils, and how that changes.
struct Register {
    struct Card {
        var key: RegisterKey
        /// Who it is, whatever their card.
        let person: Int
        /// How many lessons in a hundred they miss.
        var absence: Int
        var enrolments: [Enrolment]
        var marks: [MarkKey: Mark] = [:]
        var consents: [ConsentKey: Consent] = [:]
        var offered: [OfferedKey: Offered] = [:]
        /// The export has lost them.
        var isLost = false
    }

    var cards: [Card] = []
    /// Keys that were told once and are no more: what a feed of deletes names.
    var deleted: [RecordKind: Set<String>] = [:]
    private var told: LocalDate
    private var serial = 0

    /// - Parameter isSimple: everybody is away a lot, and everything needed for telling so is there.
    init(pupils: Int, from start: LocalDate, isSimple: Bool, _ random: inout SeededRandom) {
        told = start.adding(days: -1)
        for person in 0..<pupils {
            serial += 1
            let key = RegisterKey("\(100 + person)")
            var card = Card(
                key: key, person: person, absence: isSimple ? 80 : random.pick([0, 10, 30, 60, 90]),
                enrolments: [
                    Enrolment(
                        key: EnrolmentKey("\(key)/1"), oppijanumero: "1.2.246.562.24.0000000000\(person)",
                        hetu: random.chance(70) ? "01011\(person)A90\(person)X" : nil, familyName: "Suku\(person)",
                        givenNames: "Etu\(person)",
                        school: random.pick(Setting.schools), group: "8A", grade: isSimple || random.chance(90) ? random.number(7...9) : 3,
                        homeMunicipality: isSimple || random.chance(85) ? "186" : "092",
                        span: DateSpan(from: isSimple || random.chance(85) ? start : start.adding(days: random.number(-300...9))))
                ])
            for number in 0...1 where isSimple || random.chance(85) {
                var consent = consent(number, day: start.adding(days: random.number(-30...3)), &random)
                if isSimple {
                    (consent.purpose, consent.recipient) = (Setting.purposes[number], Setting.recipients[number])
                    (consent.scope, consent.withdrawn, consent.span) = ("perus", nil, DateSpan(from: start.adding(days: -30)))
                }
                card.consents[consent.key] = consent
            }
            cards.append(card)
        }
    }

    mutating func nextSerial() -> Int {
        serial += 1
        return serial
    }

    /// The one that would be right for the first or the second purpose, mostly.
    mutating func consent(_ number: Int, day: LocalDate, _ random: inout SeededRandom) -> Consent {
        Consent(
            key: ConsentKey("S\(nextSerial())"), giver: random.pick(Consent.Giver.allCases),
            purpose: random.chance(92) ? Setting.purposes[number] : Setting.purposes[1 - number],
            recipient: random.chance(88) ? Setting.recipients[number] : random.pick(Setting.recipients),
            scope: random.chance(75) ? "perus" : random.pick(Setting.scopes),
            given: random.chance(92) ? day : day.adding(days: random.number(1...6)),
            span: DateSpan(
                from: random.chance(85) ? day : day.adding(days: random.number(1...10)),
                through: random.chance(75) ? nil : day.adding(days: random.number(5...40))),
            withdrawn: random.chance(92) ? nil : day.adding(days: random.number(0...30)))
    }

    /// Marks the lessons that were missed since, as teachers do.
    mutating func mark(through today: LocalDate, in year: SchoolYear, _ random: inout SeededRandom) {
        guard told < today else { return }
        for date in year.schoolDays where told < date && date <= today {
            for index in cards.indices { mark(index, on: date, &random) }
        }
        told = today
    }

    mutating func mark(_ index: Int, on date: LocalDate, _ random: inout SeededRandom) {
        for start in Setting.lessonStarts where random.chance(cards[index].absence) {
            let mark = Mark(
                key: MarkKey("M\(nextSerial())"), date: date,
                start: random.chance(85) ? LocalTime(minuteOfDay: start - (random.chance(10) ? 15 : 0)) : nil, minutes: 45,
                markClass: random.pick([.unexplained, .unexplained, .unauthorised, .health, .leave, .explained, .late, .elsewhere]),
                code: "01")
            cards[index].marks[mark.key] = mark
        }
    }
}
