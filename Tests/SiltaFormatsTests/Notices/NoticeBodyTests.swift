import SiltaCore
import SiltaFormats
import SiltaTesting
import Testing

/// A body holds what its composition allows, and nothing else.
struct NoticeBodyTests {
    private let sender = NoticeBody.Sender(id: "jarvenpaa", name: "Järvenpää")
    private let pupil = Example.pupil(
        enrolments: [Example.enrolment(oppijanumero: "1.2.246.562.24.00000000001", hetu: "010112A900X")],
        marks: [Example.mark("1", on: day("2026-08-20"), .health, code: "111")])

    private var referral: Referral {
        var rule = Example.noticeRule
        rule.contact = .init(role: "kuraattori", phone: "040 000 0000")
        let facts = Referral.Facts(
            policy: Example.policyDigest, schoolYear: day("2026-08-12"), tier: 2, reachedOn: day("2026-11-05"), from: day("2026-08-12"),
            through: day("2026-11-05"), absentMinutes: 1710, expectedMinutes: 14_877, expected: .statutory,
            minutesByClass: [.unexplained: 1000, .health: 710],
            school: Example.school, grade: 8)
        return Referral(
            id: Example.notice, preparation: Preparation(pupil: Example.pupil, rule: rule, facts: facts),
            recorded: instant("2026-11-05T17:00:00Z"))
    }

    private func body(_ fields: Set<NoticeField>) -> String {
        let basis = Basis(
            consent: "S1", origin: .source("primus"), giver: .guardian, given: day("2026-09-01"), scope: "perus",
            allows: Set(NoticeField.allCases))
        let composition = Composition(kind: .referral, id: Example.notice, recipient: Example.recipient, basis: basis, fields: fields)
        return String(decoding: NoticeBody.referral(referral, composition, pupil: pupil, from: sender), as: UTF8.self)
    }

    @Test func `with all that the example of the specification has, it is the example`() {
        #expect(
            body([.identity, .hetu, .school, .grade, .tier, .minutes, .period, .contact])
                == #"{"notice":"\#(Example.notice)","rule":"pupil-welfare-contact","service":"pupil-welfare","purpose":"opiskeluhuolto","#
                + #""provider":{"id":"jarvenpaa","name":"Järvenpää"},"#
                + #""pupil":{"oppijanumero":"1.2.246.562.24.00000000001","hetu":"010112A900X","name":"Aino Åsa Öhman"},"#
                + #""school":{"oid":"1.2.246.562.10.00000000001","name":"Koivukylän koulu"},"grade":8,"#
                + #""absence":{"tier":2,"reachedOn":"2026-11-05","from":"2026-08-12","through":"2026-11-05","absentMinutes":1710,"#
                + #""expectedMinutes":14877,"expected":"statutory"},"#
                + #""basis":{"kind":"consent","id":"S1","giver":"guardian","given":"2026-09-01"},"#
                + #""contact":{"role":"kuraattori","phone":"040 000 0000"}}"#)
    }

    /// The members that each field brings, by their paths.
    private static let members: [NoticeField: Set<String>] = [
        .identity: ["pupil.oppijanumero", "pupil.name"], .hetu: ["pupil.hetu"], .school: ["school.oid", "school.name"], .grade: ["grade"],
        .tier: ["absence.tier", "absence.reachedOn"], .minutes: ["absence.absentMinutes", "absence.expectedMinutes", "absence.expected"],
        .period: ["absence.from", "absence.through"], .contact: ["contact.role", "contact.phone"],
        .classes: ["absence.classes.unexplained", "absence.classes.health"], .reasons: [],
    ]

    private static let always: Set = [
        "notice", "rule", "service", "purpose", "provider.id", "provider.name", "basis.kind", "basis.id", "basis.giver", "basis.given",
    ]

    private func paths(_ json: JSON, _ path: String = "") -> Set<String> {
        guard case .object(let members) = json else { return [path] }
        return members.reduce(into: []) { $0.formUnion(paths($1.value, path.isEmpty ? $1.name : "\(path).\($1.name)")) }
    }

    @Test func `of every combination of fields, exactly their members are there`() throws {
        for bits in 0..<(1 << NoticeField.allCases.count) {
            let fields = Set(NoticeField.allCases.enumerated().filter { bits >> $0.offset & 1 == 1 }.map(\.element))
            let expected = fields.reduce(into: Self.always) { $0.formUnion(Self.members[$1]!) }
            #expect(paths(try JSON.parse(body(fields))) == expected, "\(fields)")
        }
    }

    @Test func `what is composed is no more than the rule and the consent both allow`() {
        for bits in stride(from: 0, to: 1 << NoticeField.allCases.count, by: 7) {
            let scope = Set(NoticeField.allCases.enumerated().filter { bits >> $0.offset & 1 == 1 }.map(\.element)).union([.identity])
            let text = body(referral.rule.include.intersection(scope))
            for never in ["010112A900X", "kuraattori", "classes", "reasons", "111", "8A"] { #expect(!text.contains(never), "\(scope)") }
            #expect(text.contains("Öhman"))
            #expect(text.contains("Koivukyl") == scope.contains(.school))
        }
    }

    @Test func `what is not known is left out`() throws {
        var pupil = Example.pupil(enrolments: [Example.enrolment()])
        pupil.evolve(.absencesRecorded(Example.source, []))
        let composition = Composition(
            kind: .referral, id: Example.notice, recipient: Example.recipient, basis: nil, fields: Set(NoticeField.allCases))
        let json = try JSON.parse(NoticeBody.referral(referral, composition, pupil: pupil, from: sender))
        #expect(json["pupil"] == ["name": "Aino Åsa Öhman"])
        #expect(json["basis"] == nil)
    }

    @Test func `what takes a referral back holds the two identifiers and nothing else`() {
        let id = NoticeID(random: 77)
        let composition = Composition(kind: .withdrawal, id: id, recipient: Example.recipient, basis: nil, fields: [])
        let text = String(decoding: NoticeBody.withdrawal(composition, of: Example.notice), as: UTF8.self)
        #expect(text == #"{"notice":"\#(id)","withdraws":"\#(Example.notice)"}"#)
    }
}
