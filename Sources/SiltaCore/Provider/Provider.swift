/// What holds for a whole provider: what it has adopted, what its sources have claimed, how they and its endpoints stand.
public struct Provider: Hashable, Sendable {
    public struct Adopted<Value: Hashable & Sendable>: Hashable, Sendable {
        public var digest: Digest
        public var value: Value

        public init(digest: Digest, value: Value) {
            self.digest = digest
            self.value = value
        }
    }

    public internal(set) var calendar: Adopted<SchoolYear>?
    public internal(set) var policy: Adopted<Policy>?
    public internal(set) var routes: Adopted<[Route]>?
    /// Nothing leaves until somebody opens it.
    public internal(set) var isDisclosureOpen = false
    /// The times of what is recorded are those of a moment that is played, not true ones.
    public internal(set) var isPlayed = false
    public internal(set) var coverage = CoverageReached()
    public internal(set) var sources: [SourceID: SourceHealth] = [:]
    public internal(set) var endpoints: [RecipientID: Endpoint] = [:]
    public internal(set) var timetable = Timetable()
    public internal(set) var merges = Merges()

    public init() {}

    /// Puts a provider together from its stored parts.
    public init(
        calendar: Adopted<SchoolYear>?, policy: Adopted<Policy>?, routes: Adopted<[Route]>?, isDisclosureOpen: Bool,
        isPlayed: Bool, coverage: CoverageReached, sources: [SourceID: SourceHealth], endpoints: [RecipientID: Endpoint],
        timetable: Timetable = Timetable(), merges: Merges = Merges()
    ) {
        self.calendar = calendar
        self.policy = policy
        self.routes = routes
        self.isDisclosureOpen = isDisclosureOpen
        self.isPlayed = isPlayed
        self.coverage = coverage
        self.sources = sources
        self.endpoints = endpoints
        self.timetable = timetable
        self.merges = merges
    }

    /// Puts in what a source has told of groups, as it is stored.
    public mutating func restore(_ minutes: [GroupOffered], of source: SourceID) { timetable.record(minutes, by: source) }

    /// Puts in who is one with whom, as it is stored.
    public mutating func restore(_ merges: Merges) { self.merges = merges }

    /// Nil until a calendar and a policy are adopted.
    public var assessor: Assessor? {
        guard let calendar, let policy else { return nil }
        return Assessor(schoolYear: calendar.value, policy: policy.value, coverage: coverage, timetable: timetable)
    }
}

public enum ProviderEvent: Hashable, Sendable {
    case calendarAdopted(Provider.Adopted<SchoolYear>)
    /// With the text that it was read from.
    case policyAdopted(Provider.Adopted<Policy>, text: String)
    case routesAdopted(Provider.Adopted<[Route]>)
    case disclosureOpened
    case disclosurePaused
    /// From here on the times of entries are played.
    case clockPlayed
    /// From here on they are true again.
    case clockReal
}

extension Provider {
    public mutating func evolve(_ event: ProviderEvent) {
        switch event {
        case .calendarAdopted(let adopted): calendar = adopted
        case .policyAdopted(let adopted, _): policy = adopted
        case .routesAdopted(let adopted):
            let urls = Dictionary((routes?.value ?? []).map { ($0.recipient, $0.url) }, uniquingKeysWith: { $1 })
            // An endpoint that has moved begins anew, also where the old one was stopped.
            for route in adopted.value where urls[route.recipient] != route.url { endpoints[route.recipient] = nil }
            routes = adopted
        case .disclosureOpened: isDisclosureOpen = true
        case .disclosurePaused: isDisclosureOpen = false
        case .clockPlayed: isPlayed = true
        case .clockReal: isPlayed = false
        }
    }

    public mutating func evolve(_ event: SourceEvent, of source: SourceID, at recorded: Instant) {
        sources[source, default: SourceHealth()].evolve(event, at: recorded)
        switch event {
        case .pollCompleted(let poll): poll.coverage.forEach { coverage.extend($0) }
        case .pollCovered(let claims): claims.forEach { coverage.extend($0) }
        case .timetableRecorded(let minutes): timetable.record(minutes, by: source)
        case .timetableWithdrawn(let keys): timetable.withdraw(keys, by: source)
        case .pollFailed, .pollHeld, .pollAccepted, .rowsDropped, .rowsRetried, .rowsAged: break
        }
    }

    /// Who is one with whom is more than one pupil's.
    public mutating func evolve(_ event: PupilEvent, of pupil: PupilID) { merges.evolve(event, of: pupil) }

    public mutating func evolve(_ event: EndpointEvent, of recipient: RecipientID) {
        endpoints[recipient, default: Endpoint()].evolve(event)
    }

    /// How an attempt ended says something of the endpoint that it went to.
    ///
    /// - Parameter referral: as it stood before the event.
    public mutating func evolve(_ event: NoticeEvent, of referral: Referral?, at recorded: Instant) {
        guard case .attemptEnded(let kind, let outcome, _) = event, let recipient = referral?.message(kind)?.recipient else { return }
        evolve(outcome: outcome, of: recipient, at: recorded)
    }

    public mutating func evolve(outcome: Outcome, of recipient: RecipientID, at recorded: Instant) {
        endpoints[recipient, default: Endpoint()].evolve(outcome, at: recorded)
    }
}

/// What the configuration asks for, to be compared with what has been adopted.
public struct Wanted: Sendable {
    public var calendar: Provider.Adopted<SchoolYear>
    public var policy: Provider.Adopted<Policy>
    public var policyText: String
    public var routes: Provider.Adopted<[Route]>
    public var isDisclosureOpen: Bool

    public init(
        calendar: Provider.Adopted<SchoolYear>, policy: Provider.Adopted<Policy>, policyText: String, routes: Provider.Adopted<[Route]>,
        isDisclosureOpen: Bool
    ) {
        self.calendar = calendar
        self.policy = policy
        self.policyText = policyText
        self.routes = routes
        self.isDisclosureOpen = isDisclosureOpen
    }
}

extension Provider {
    /// What has to be adopted so that what holds is what the configuration asks for.
    public func adopt(_ wanted: Wanted) -> [ProviderEvent] {
        var events: [ProviderEvent] = []
        if calendar?.digest != wanted.calendar.digest { events.append(.calendarAdopted(wanted.calendar)) }
        if policy?.digest != wanted.policy.digest { events.append(.policyAdopted(wanted.policy, text: wanted.policyText)) }
        if routes?.digest != wanted.routes.digest { events.append(.routesAdopted(wanted.routes)) }
        if isDisclosureOpen != wanted.isDisclosureOpen { events.append(wanted.isDisclosureOpen ? .disclosureOpened : .disclosurePaused) }
        return events
    }
}
