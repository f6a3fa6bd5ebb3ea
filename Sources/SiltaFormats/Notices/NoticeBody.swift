public import SiltaCore

/// The body of a notice: no more than the composition's fields allow (spec: notices, "What is in it").
public enum NoticeBody {
    /// Who sends it.
    public struct Sender: Hashable, Sendable {
        public var id: String
        public var name: String

        public init(id: String, name: String) {
            self.id = id
            self.name = name
        }
    }

    public static func referral(_ referral: Referral, _ composition: Composition, pupil: Pupil, from sender: Sender) -> [UInt8] {
        let fields = composition.fields
        let facts = referral.facts
        func field(_ name: NoticeField, _ value: JSON?) -> JSON? { fields.contains(name) ? value : nil }
        let enrolment = pupil.enrolments.last
        let person = JSON.fields([
            "oppijanumero": field(.identity, enrolment?.oppijanumero?.json),
            "hetu": field(.hetu, enrolment?.hetu?.json),
            "name": field(.identity, enrolment.map { "\($0.givenNames) \($0.familyName)".json }),
        ])
        let absence = JSON.fields([
            "tier": field(.tier, facts.tier.json),
            "reachedOn": field(.tier, facts.reachedOn.json),
            "from": field(.period, facts.from.json),
            "through": field(.period, facts.through.json),
            "absentMinutes": field(.minutes, facts.absentMinutes.json),
            "expectedMinutes": field(.minutes, facts.expectedMinutes.json),
            "expected": field(.minutes, facts.expected.json),
            "expectedDays": field(.minutes, facts.expectedDays?.json),
            "classes": field(
                .classes,
                .object(facts.minutesByClass.sorted { $0.key.rawValue < $1.key.rawValue }.map { .init($0.key.rawValue, $0.value.json) })),
        ])
        return JSON.fields([
            "notice": composition.id.json,
            "rule": referral.rule.id.json,
            "service": referral.rule.service.json,
            "purpose": referral.rule.purpose.json,
            "provider": ["id": sender.id.json, "name": sender.name.json],
            "pupil": person,
            "school": field(.school, .fields(["oid": facts.school.oid?.json, "name": facts.school.name.json])),
            "grade": field(.grade, facts.grade.json),
            "absence": absence,
            "basis": composition.basis.map {
                ["kind": "consent", "id": $0.consent.json, "giver": $0.giver.json, "given": $0.given.json]
            },
            "contact": field(.contact, referral.rule.contact.map { .fields(["role": $0.role.json, "phone": $0.phone?.json]) }),
        ]).bytes
    }

    /// Takes a referral back: its own id and the referral's, nothing else.
    public static func withdrawal(_ composition: Composition, of referral: NoticeID) -> [UInt8] {
        JSON.fields(["notice": composition.id.json, "withdraws": referral.json]).bytes
    }
}
