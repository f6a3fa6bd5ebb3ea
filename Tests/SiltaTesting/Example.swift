public import SiltaCore

/// A date that a test writes down.
public func day(_ text: String) -> LocalDate { LocalDate(text)! }

/// A wall-clock time that a test writes down.
public func time(_ text: String) -> LocalTime { LocalTime(text)! }

/// An instant that a test writes down.
public func instant(_ text: String) -> Instant { Instant(text)! }

/// Invented people, schools and rules. Personal identity codes are of the 900-series, which is never issued.
public enum Example {
    public static let source: SourceID = "primus"
    public static let school = School(oid: "1.2.246.562.10.00000000001", name: "Koivukylän koulu")
    public static let otherSchool = School(oid: "1.2.246.562.10.00000000002", name: "Harjun koulu")
    public static let recipient: RecipientID = "hva-keusote"
    public static let welfare: ServiceID = "pupil-welfare"
    public static let purpose: Purpose = "opiskeluhuolto"
    public static let pupil = PupilID(bits: 0x3f0c_0000_0000_0000_0000_0000_0000_0001)
    public static let notice = NoticeID(random: 0x5eed)
    public static let policyDigest = Digest(String(repeating: "1", count: 64))
    public static let calendarDigest = Digest(String(repeating: "2", count: 64))
    public static let routesDigest = Digest(String(repeating: "3", count: 64))

    /// Its 20th school day is Tuesday 8 September 2026.
    public static let schoolYear = SchoolYear(
        start: day("2026-08-12"), end: day("2027-06-05"),
        terms: [
            .init(name: "syksy", from: day("2026-08-12"), through: day("2026-12-19")),
            .init(name: "kevät", from: day("2027-01-07"), through: day("2027-06-05")),
        ],
        holidays: [
            DateSpan(from: day("2026-10-12"), through: day("2026-10-18")), DateSpan(from: day("2026-12-20"), through: day("2027-01-06")),
            DateSpan(from: day("2027-02-15"), through: day("2027-02-21")), DateSpan(from: day("2027-03-26"), through: day("2027-03-29")),
            DateSpan(from: day("2027-05-06"), through: day("2027-05-06")),
        ])

    /// 1 from 5 %, 2 from 10 %, 3 above 20 %.
    public static let nationalTiers = [
        TierRule(tier: 1, threshold: .share(hundredths: 500), isInclusive: true),
        TierRule(tier: 2, threshold: .share(hundredths: 1000), isInclusive: true),
        TierRule(tier: 3, threshold: .share(hundredths: 2000), isInclusive: false),
    ]

    public static let noticeRule = NoticeRule(
        id: "pupil-welfare-contact", tier: 2, service: welfare, purpose: purpose, release: .automatic,
        include: [.identity, .school, .grade, .tier, .minutes, .period])

    public static let policy = Policy(
        name: "sky-2026",
        scopes: ["perus": [.identity, .school, .grade, .tier, .minutes, .period, .contact], "suppea": [.identity, .tier]],
        tiers: nationalTiers, notices: [noticeRule])

    public static let route = Route(
        recipient: recipient, name: "Keski-Uudenmaan hyvinvointialue", services: [welfare], schools: .all,
        url: "https://vastaanotto.example/notices")

    /// One with an open door: what it has adopted holds, and its one source completed a poll a moment ago.
    public static func provider(
        policy: Policy = policy, schoolYear: SchoolYear = schoolYear, routes: [Route] = [route], coveredThrough: LocalDate, polled: Instant
    ) -> Provider {
        var health = SourceHealth()
        health.lastOutcome = .completed
        health.lastCompleted = polled
        return Provider(
            calendar: .init(digest: calendarDigest, value: schoolYear), policy: .init(digest: policyDigest, value: policy),
            routes: .init(digest: routesDigest, value: routes), isDisclosureOpen: true, isPlayed: false,
            coverage: CoverageReached(through: [nil: coveredThrough]), sources: [source: health], endpoints: [:])
    }

    public static func enrolment(
        _ card: String = "100", from: LocalDate = day("2026-08-12"), through: LocalDate? = nil, school: School = school, grade: Int = 8,
        oppijanumero: String? = nil, hetu: String? = nil
    ) -> Enrolment {
        Enrolment(
            key: EnrolmentKey("\(card)/\(from)"), oppijanumero: oppijanumero, hetu: hetu, familyName: "Öhman", givenNames: "Aino Åsa",
            called: "Aino", school: school, group: "8A", grade: grade, homeMunicipality: "186", span: DateSpan(from: from, through: through)
        )
    }

    public static func mark(
        _ key: String, on date: LocalDate, at start: LocalTime? = nil, minutes: Int32 = 45, _ markClass: MarkClass = .unexplained,
        code: String = "01"
    ) -> Mark {
        Mark(key: MarkKey(key), date: date, start: start, minutes: minutes, markClass: markClass, code: code)
    }

    public static func consent(
        _ key: String = "S1", scope: ScopeID = "perus", given: LocalDate = day("2026-08-20"), from: LocalDate = day("2026-08-20"),
        through: LocalDate? = nil, withdrawn: LocalDate? = nil, recipient: RecipientID = recipient, purpose: Purpose = purpose
    ) -> Consent {
        Consent(
            key: ConsentKey(key), giver: .guardian, purpose: purpose, recipient: recipient, scope: scope, given: given,
            span: DateSpan(from: from, through: through), withdrawn: withdrawn)
    }

    /// A pupil as one source has told of them.
    public static func pupil(
        _ id: PupilID = pupil, enrolments: [Enrolment] = [enrolment()], marks: [Mark] = [], consents: [Consent] = []
    ) -> Pupil {
        var pupil = Pupil(id: id)
        if !enrolments.isEmpty { pupil.evolve(.enrolmentsRecorded(source, enrolments)) }
        if !marks.isEmpty { pupil.evolve(.absencesRecorded(source, marks)) }
        if !consents.isEmpty { pupil.evolve(.consentsRecorded(source, consents)) }
        return pupil
    }
}
