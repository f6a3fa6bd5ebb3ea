import SiltaCore

extension EventCodec {
    static func encode(_ event: PupilEvent) -> [EventBytes] {
        switch event {
        case .identified(let aliases): [EventBytes(type: "pupil.identified.v1", secret: ["aliases": aliases.json])]
        case .enrolmentsRecorded(let source, let enrolments): many("enrolment.recorded.v1", source, "enrolments", enrolments)
        case .enrolmentsEnded(let source, let keys, let last): many("enrolment.ended.v1", source, "keys", keys, ("last", last.json))
        case .absencesRecorded(let source, let marks): many("absence.recorded.v1", source, "marks", marks)
        case .absencesReclassified(let source, let marks): many("absence.reclassified.v1", source, "marks", marks)
        case .absencesRetimed(let source, let marks): many("absence.retimed.v1", source, "marks", marks)
        case .absencesWithdrawn(let source, let keys): many("absence.withdrawn.v1", source, "keys", keys)
        case .consentsRecorded(let source, let consents): many("consent.recorded.v1", source, "consents", consents)
        case .consentsLapsed(let source, let keys, let lapse): many("consent.lapsed.v1", source, "keys", keys, ("lapse", lapse.json))
        case .consentGiven(let consent): [EventBytes(type: "consent.given.v1", secret: consent.json)]
        case .consentRefused(let refusal): [EventBytes(type: "consent.withdrawn.v1", secret: refusal.json)]
        case .tierReached(let tier): [EventBytes(type: "tier.reached.v1", secret: tier.json)]
        case .tierCorrected(let tier): [EventBytes(type: "tier.corrected.v1", secret: tier.json)]
        }
    }

    private static func many(
        _ type: String, _ source: SourceID, _ name: String, _ items: [some JSONConvertible], _ more: (String, JSON)...
    ) -> [EventBytes] {
        runs(of: items.map(\.json)).map { run in
            var members = [JSON.Member("source", source.json)]
            members += more.map { JSON.Member($0.0, $0.1) }
            members.append(JSON.Member(name, .array(run)))
            return EventBytes(type: type, secret: .object(members))
        }
    }

    static func decodePupil(_ type: String, _ secret: JSON) throws(EntryError) -> PupilEvent {
        switch type {
        case "pupil.identified.v1": .identified(try secret.read("aliases"))
        case "enrolment.recorded.v1": .enrolmentsRecorded(try secret.read("source"), try secret.read("enrolments"))
        case "enrolment.ended.v1":
            .enrolmentsEnded(try secret.read("source"), try secret.read("keys"), last: try secret.read("last"))
        case "absence.recorded.v1": .absencesRecorded(try secret.read("source"), try secret.read("marks"))
        case "absence.reclassified.v1": .absencesReclassified(try secret.read("source"), try secret.read("marks"))
        case "absence.retimed.v1": .absencesRetimed(try secret.read("source"), try secret.read("marks"))
        case "absence.withdrawn.v1": .absencesWithdrawn(try secret.read("source"), try secret.read("keys"))
        case "consent.recorded.v1": .consentsRecorded(try secret.read("source"), try secret.read("consents"))
        case "consent.lapsed.v1":
            .consentsLapsed(try secret.read("source"), try secret.read("keys"), try secret.read("lapse"))
        case "consent.given.v1": .consentGiven(try Consent(json: secret))
        case "consent.withdrawn.v1": .consentRefused(try Refusal(json: secret))
        case "tier.reached.v1": .tierReached(try ReachedTier(json: secret))
        case "tier.corrected.v1": .tierCorrected(try ReachedTier(json: secret))
        default: throw unknown(type)
        }
    }
}
