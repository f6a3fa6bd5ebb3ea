import SiltaCore
import SiltaTesting

/// A small provider: its school year, and the policies and routes that it may adopt one after another.
struct Setting {
    static let source: SourceID = "primus"
    static let schools = [
        School(oid: "1.2.246.562.10.00000000001", name: "Koivukylän koulu"), School(code: "0042", name: "Harjun koulu"),
    ]
    static let recipients: [RecipientID] = ["hva-keusote", "hva-vantaa"]
    static let services: [ServiceID] = ["pupil-welfare", "child-welfare"]
    static let purposes: [Purpose] = ["opiskeluhuolto", "lastensuojelu"]
    static let scopes: [ScopeID] = ["perus", "suppea", "nimeton", "outo"]
    static let lessonStarts = [480, 535, 590, 660, 715]

    let years: [Provider.Adopted<SchoolYear>]
    let policies: [Provider.Adopted<Policy>]
    let routes: [Provider.Adopted<[Route]>]
    let limits: WithdrawalGuard
    let consentAge: Duration
    let pupilCount: Int

    init(_ random: inout SeededRandom) {
        let start = day("2026-08-12")
        let holiday = start.adding(days: random.number(5...20))
        let first = SchoolYear(
            start: start, end: start.adding(days: random.number(35...60)),
            terms: [
                .init(name: "syksy", from: start, through: start.adding(days: 19)),
                .init(name: "kevät", from: start.adding(days: 20), through: start.adding(days: 90)),
            ],
            holidays: [DateSpan(from: holiday, through: holiday.adding(days: random.number(0...4)))],
            extraDays: [start.adding(days: 10)])
        let second = SchoolYear(start: start.adding(days: 25), end: start.adding(days: 70))
        years = [first, second].enumerated().map { .init(digest: Setting.digest("a", $0), value: $1) }
        policies = Setting.policies(&random)
        routes = Setting.routes(start).enumerated().map { .init(digest: Setting.digest("c", $0), value: $1) }
        limits =
            random.chance(30) ? WithdrawalGuard() : WithdrawalGuard(rows: random.number(1...8), shareHundredths: random.number(1000...5000))
        consentAge = .seconds(random.number(1...7) * 86_400)
        pupilCount = random.chance(5) ? 9 : random.number(2...4)
    }

    private static func digest(_ letter: Character, _ number: Int) -> Digest { Digest(String(repeating: letter, count: 63) + "\(number)") }

    private static func policies(_ random: inout SeededRandom) -> [Provider.Adopted<Policy>] {
        let periods: [Policy.Period] = [.schoolYear, .schoolYear, .term, .last(schoolDays: random.number(3...8))]
        var policy = Policy(
            name: "sky", grades: [5, 6, 7, 8, 9], period: random.pick(periods),
            scopes: [
                "perus": [.identity, .hetu, .school, .grade, .tier, .minutes, .period, .contact], "suppea": [.identity, .tier],
                "nimeton": [.tier, .minutes],
            ],
            minimumSchoolDays: random.number(1...4),
            tiers: [
                TierRule(tier: 1, threshold: .share(hundredths: 500), isInclusive: true),
                TierRule(
                    tier: 2, threshold: random.pick([.share(hundredths: 1500), .lessons(6), .minutes(300)]),
                    isInclusive: random.chance(50)),
                TierRule(tier: 3, threshold: .share(hundredths: 4000), isInclusive: false),
            ],
            notices: [
                NoticeRule(
                    id: "contact", tier: 2, service: services[0], purpose: purposes[0],
                    release: random.chance(70) ? .automatic : .byPerson,
                    include: [.identity, .school, .grade, .tier, .minutes, .period, .classes],
                    deadline: .seconds(random.number(2...14) * 86_400))
            ])
        if random.chance(40) {
            policy.notices.append(
                NoticeRule(
                    id: "welfare", tier: random.number(1...3), service: services[1], purpose: purposes[1],
                    release: random.chance(70) ? .automatic : .byPerson, include: [.identity, .hetu, .tier, .contact],
                    contact: .init(role: "rehtori", phone: "09 123 456")))
        }
        var narrowed = policy
        narrowed.scopes["perus"] = [.identity, .tier]
        var stricter = policy
        stricter.tiers[1].threshold = .share(hundredths: 3000)
        stricter.notices[0].release = .byPerson
        var nameless = policy
        nameless.scopes["perus"] = nil
        nameless.grades = [9]
        return [policy, narrowed, stricter, nameless].enumerated().map { .init(digest: digest("b", $0), value: $1) }
    }

    private static func routes(_ start: LocalDate) -> [[Route]] {
        func route(
            _ recipient: Int, _ service: Int, schools: Route.Schools?, homes: Set<String>? = nil, valid: DateSpan? = nil, url: String = "1"
        )
            -> Route
        {
            Route(
                recipient: recipients[recipient], name: recipients[recipient].rawValue, services: [services[service]], schools: schools,
                municipalities: homes, valid: valid, url: "https://\(recipients[recipient]).example/\(url)")
        }
        let home = route(1, 1, schools: nil, homes: ["186"])
        let ended = DateSpan(from: start, through: start.adding(days: 24))
        return [
            [route(0, 0, schools: .all), home],
            [route(0, 0, schools: .listed([Setting.schools[0].id])), route(1, 0, schools: .listed([Setting.schools[1].id])), home],
            [route(0, 0, schools: .all, valid: ended), route(1, 0, schools: .all, valid: DateSpan(from: start.adding(days: 25))), home],
            [route(0, 0, schools: .all), route(1, 0, schools: .all), home],
            [route(0, 0, schools: .all, url: "2"), home],
            [home],
            [route(1, 0, schools: .all), route(0, 1, schools: nil, homes: ["186"])],
        ]
    }
}
