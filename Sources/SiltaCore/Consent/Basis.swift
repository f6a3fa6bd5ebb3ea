/// What makes a disclosure lawful at a moment.
public struct Basis: Hashable, Sendable {
    public enum Origin: Hashable, Sendable {
        case source(SourceID)
        case person
    }

    public var consent: ConsentKey
    public var origin: Origin
    public var giver: Consent.Giver
    public var given: LocalDate
    public var scope: ScopeID
    /// What the consent's scope allows.
    public var allows: Set<NoticeField>

    public init(
        consent: ConsentKey, origin: Origin, giver: Consent.Giver, given: LocalDate, scope: ScopeID, allows: Set<NoticeField>
    ) {
        self.consent = consent
        self.origin = origin
        self.giver = giver
        self.given = given
        self.scope = scope
        self.allows = allows
    }
}

/// What the search for a basis needs to know beside the pupil.
public struct ConsentQuestion: Sendable {
    public var purpose: Purpose
    public var recipient: RecipientID
    public var moment: Moment
    public var scopes: [ScopeID: Set<NoticeField>]
    public var sources: [SourceID: SourceHealth]
    /// How old a source's last completed poll may be for its consents to count.
    public var consentAge: [SourceID: Duration]

    public static let defaultConsentAge = Duration.seconds(7 * 86_400)
}

extension Pupil {
    /// Every consent that holds for the question, the one that allows the most first; none, and nothing may leave.
    public func bases(for question: ConsentQuestion) -> [Basis] {
        let told = accounts.filter { isFresh($0.source, question) }.flatMap { account in
            account.consents.filter { $0.lapse == nil }.map { ($0.consent, Basis.Origin.source(account.source)) }
        }
        let entered = enteredConsents.map { ($0, Basis.Origin.person) }
        return (told + entered).compactMap { consent, origin in basis(consent, origin, question) }.sorted { one, other in
            (other.allows.count, other.given, one.consent) < (one.allows.count, one.given, other.consent)
        }
    }

    private func basis(_ consent: Consent, _ origin: Basis.Origin, _ question: ConsentQuestion) -> Basis? {
        guard consent.purpose == question.purpose, consent.recipient == question.recipient,
            consent.holds(on: question.moment.today), !isRefused(consent),
            let allows = question.scopes[consent.scope], allows.contains(.identity)
        else { return nil }
        return Basis(consent: consent.key, origin: origin, giver: consent.giver, given: consent.given, scope: consent.scope, allows: allows)
    }

    /// A person's withdrawal outlasts what was given on that day or before.
    private func isRefused(_ consent: Consent) -> Bool {
        refusals.contains { $0.purpose == consent.purpose && $0.recipient == consent.recipient && consent.given <= $0.on }
    }

    private func isFresh(_ source: SourceID, _ question: ConsentQuestion) -> Bool {
        question.sources[source]?.isFresh(at: question.moment.instant, age: question.consentAge[source]) ?? false
    }
}
