/// A municipality's model: whose absence is assessed, what counts, where the tiers begin, what is sent.
public struct Policy: Hashable, Sendable {
    public var name: String
    public var grades: [Int]
    public var period: Period
    /// What a consent of each scope allows to be sent.
    public var scopes: [ScopeID: Set<NoticeField>]
    public var counts: Set<MarkClass>
    /// Before this many school days of the period every tier is 0.
    public var minimumSchoolDays: Int
    /// By tier, rising.
    public var tiers: [TierRule]
    public var notices: [NoticeRule]

    public init(
        name: String, grades: [Int] = [5, 6, 7, 8, 9], period: Period = .schoolYear, scopes: [ScopeID: Set<NoticeField>] = [:],
        counts: Set<MarkClass> = [.unexplained, .unauthorised, .health, .leave, .explained], minimumSchoolDays: Int = 20,
        tiers: [TierRule], notices: [NoticeRule] = []
    ) {
        self.name = name
        self.grades = grades
        self.period = period
        self.scopes = scopes
        self.counts = counts
        self.minimumSchoolDays = minimumSchoolDays
        self.tiers = tiers
        self.notices = notices
    }

    public enum Period: Hashable, Sendable {
        case schoolYear
        case term
        case last(schoolDays: Int)
    }
}

/// Where one tier begins.
public struct TierRule: Hashable, Sendable {
    /// 1, 2 or 3.
    public var tier: Int
    public var threshold: Threshold
    /// `from` means at least; without it (`above`), more than.
    public var isInclusive: Bool

    public init(tier: Int, threshold: Threshold, isInclusive: Bool) {
        self.tier = tier
        self.threshold = threshold
        self.isInclusive = isInclusive
    }

    /// Whole-number arithmetic on minutes, never a rounded percentage (spec: assessment).
    func isReached(absent: Int, expected: Int) -> Bool {
        let (have, need) =
            switch threshold {
            case .share(let hundredths): (absent * 10_000, hundredths * expected)
            case .lessons(let lessons): (absent, lessons * Threshold.minutesOfLesson)
            case .minutes(let minutes): (absent, minutes)
            }
        return isInclusive ? have >= need : have > need
    }
}

public enum Threshold: Hashable, Sendable {
    /// Of the expected minutes, in hundredths of a per cent: 5 % is 500.
    case share(hundredths: Int)
    case lessons(Int)
    case minutes(Int)

    /// A lesson of basic education is 45 minutes.
    static let minutesOfLesson = 45
}

/// What a notice may hold.
public enum NoticeField: String, CaseIterable, Sendable {
    case identity, hetu, school, grade, tier, minutes, period, contact, classes, reasons
}

/// When a notice is prepared, for which service, with what in it, and who lets it go.
public struct NoticeRule: Hashable, Sendable {
    public enum Release: String, CaseIterable, Sendable {
        case automatic
        case byPerson = "by-person"
    }

    public var id: RuleID
    public var tier: Int
    public var service: ServiceID
    public var purpose: Purpose
    public var release: Release
    public var include: Set<NoticeField>
    /// How long after it was first ready a notice is tried.
    public var deadline: Duration
    public var contact: Contact?

    public struct Contact: Hashable, Sendable {
        public var role: String
        public var phone: String?

        public init(role: String, phone: String?) {
            self.role = role
            self.phone = phone
        }
    }

    public init(
        id: RuleID, tier: Int, service: ServiceID, purpose: Purpose, release: Release, include: Set<NoticeField>,
        deadline: Duration = .seconds(14 * 86_400), contact: Contact? = nil
    ) {
        self.id = id
        self.tier = tier
        self.service = service
        self.purpose = purpose
        self.release = release
        self.include = include
        self.deadline = deadline
        self.contact = contact
    }
}
