/// What is known at a moment of a notice's pupil and of the provider: all that a decision on it rests on.
public struct Surroundings: Sendable {
    /// As one with everyone who was merged into them.
    public var pupil: Pupil
    /// The notices of all of them, where there is more than one.
    public var notices: [Referral]
    public var provider: Provider
    /// Nil for a pupil who is out of scope, or while nothing can be assessed.
    public var assessment: Assessment?
    public var moment: Moment
    public var rules: DisclosureRules

    public init(pupil: Pupil, notices: [Referral] = [], provider: Provider, moment: Moment, rules: DisclosureRules) {
        self.pupil = pupil
        self.notices = notices
        self.provider = provider
        self.moment = moment
        self.rules = rules
        assessment = provider.assessor?.assess(pupil)
    }
}

/// What the configuration says of disclosure beside what the log has adopted.
public struct DisclosureRules: Hashable, Sendable {
    /// How old a source's last completed poll may be for its consents to count.
    public var consentAge: [SourceID: Duration]
    /// A real clock behind the log: nothing leaves until it has caught up.
    public var isClockBehind: Bool

    public init(consentAge: [SourceID: Duration] = [:], isClockBehind: Bool = false) {
        self.consentAge = consentAge
        self.isClockBehind = isClockBehind
    }
}

extension Surroundings {
    /// The pupil's highest tier, where it can be compared with what a notice was prepared on: a new policy or school year takes
    /// nothing back.
    func tier(comparableWith facts: Referral.Facts) -> Int? {
        guard provider.policy?.digest == facts.policy, provider.calendar?.value.start == facts.schoolYear else { return nil }
        return assessment?.highestTier ?? 0
    }

    /// The only route that leads from the pupil to a recipient of the service; nil where there is none, or more than one.
    func route(for service: ServiceID) -> Route? {
        guard let enrolment = pupil.enrolment(on: moment.today) ?? pupil.enrolments.last else { return nil }
        let routes = (provider.routes?.value ?? []).filter { $0.leads(service: service, enrolment: enrolment, on: moment.today) }
        return routes.count == 1 ? routes[0] : nil
    }

    func bases(purpose: Purpose, recipient: RecipientID) -> [Basis] {
        pupil.bases(
            for: ConsentQuestion(
                purpose: purpose, recipient: recipient, moment: moment, scopes: provider.policy?.value.scopes ?? [:],
                sources: provider.sources, consentAge: rules.consentAge))
    }

    var isProtected: Bool {
        pupil.enrolments.contains { $0.isProtected(on: moment.today) }
    }
}
