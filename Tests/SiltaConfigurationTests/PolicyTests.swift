import SiltaConfiguration
import SiltaCore
import Testing

struct PolicyTests {
    @Test func `everything that may stand in a policy is read`() throws {
        let policy = try Policy.parse(Samples.policy, file: "sky.yaml")
        let rule = NoticeRule(
            id: "contact", tier: 2, service: "pupil-welfare", purpose: "opiskeluhuolto", release: .byPerson, include: [.identity, .tier],
            deadline: .seconds(2 * 86_400), contact: NoticeRule.Contact(role: "Kuraattori", phone: "09 123 4567"))
        #expect(
            policy
                == Policy(
                    name: "sky-2026", grades: [5, 6, 9], period: .last(schoolDays: 60),
                    scopes: ["perus": [.identity, .tier], "laaja": [.identity, .hetu, .reasons]], counts: [.unexplained, .late],
                    minimumSchoolDays: 10,
                    tiers: [
                        TierRule(tier: 1, threshold: .share(hundredths: 500), isInclusive: true),
                        TierRule(tier: 2, threshold: .share(hundredths: 750), isInclusive: true),
                        TierRule(tier: 3, threshold: .minutes(600), isInclusive: false),
                    ],
                    notices: [rule]))
    }

    @Test func `what is not said is as policies are by default`() throws {
        let policy = try Policy.parse("policy: p\ntiers: [{tier: 2, above: 30 lessons}]", file: "f")
        #expect(policy == Policy(name: "p", tiers: [TierRule(tier: 2, threshold: .lessons(30), isInclusive: false)]))
        #expect(try Policy.parse("policy: p\nperiod: term\ntiers: [{tier: 1, from: 5%}]", file: "f").period == .term)
        let short = Samples.policy.replacing("    deadline: 2d\n", with: "")
        #expect(try Policy.parse(short, file: "f").notices[0].deadline == .seconds(14 * 86_400))
    }

    @Test(arguments: [
        Spoilt("policy: sky-2026", "# nothing", "2: the key \"policy\" is missing"),
        Spoilt("[9, 5, 6]", "[9, 11]", "2: grades[1]: \"11\" is not a whole number from 0 to 10"),
        Spoilt(
            "{last-school-days: 60}", "school-yaer",
            "3: period: \"school-yaer\" is not one of school-year, term, {last-school-days: N}; did you mean \"school-year\"?"),
        Spoilt("last-school-days: 60", "last-school-days: 0", "3: period.last-school-days: \"0\" is not a whole number from 1 to 400"),
        Spoilt(
            "last-school-days: 60", "last-schooldays: 60",
            "3: period.last-schooldays: there is no such key; did you mean \"last-school-days\"?"),
        Spoilt(
            "[identity, tier], laaja", "[identity, teir], laaja",
            "4: scopes.perus[1]: \"teir\" is not one of identity, hetu, school, grade, tier, minutes, period, contact, classes, reasons; did you mean \"tier\"?"
        ),
        Spoilt("[identity, tier], laaja", "[tier], laaja", "4: scopes.perus: identity must be among these: without it nothing can be sent"),
        Spoilt(
            "[unexplained, late]", "[unexplaned]",
            "5: counts[0]: \"unexplaned\" is not one of unexplained, unauthorised, leave, health, explained, late, elsewhere, ignore; did you mean \"unexplained\"?"
        ),
        Spoilt("[unexplained, late]", "[ignore]", "5: counts[0]: ignore cannot be counted: such marks are not attendance and are not kept"),
        Spoilt("[unexplained, late]", "[]", "5: counts: this list must have at least one element"),
        Spoilt(
            "minimum-school-days: 10", "minimum-school-days: ten", "6: minimum-school-days: \"ten\" is not a whole number from 0 to 400"),
        Spoilt(
            "tier: 1, from: 5 %", "tier: 1",
            "8: tiers[0]: a tier begins either from (at least) or above (more than) a threshold: write one of the two"),
        Spoilt(
            "from: 5 %", "from: 5 %, above: 6 %",
            "8: tiers[0]: a tier begins either from (at least) or above (more than) a threshold: write one of the two"),
        Spoilt("from: 5 %", "from: 5", "8: tiers[0].from: \"5\" is not a threshold, such as 5 %, 30 lessons or 600 min"),
        Spoilt(
            "from: 5 %", "from: 5,5 %",
            """
            8: tiers[0]."5 %": there is no such key; the keys here are tier, from, above
            sky.yaml:8: tiers[0].from: "5" is not a threshold, such as 5 %, 30 lessons or 600 min
            """),
        Spoilt("from: 5 %", "from: 0 lessons", "8: tiers[0].from: \"0 lessons\" is not a threshold, such as 5 %, 30 lessons or 600 min"),
        Spoilt("from: 5 %", "from: 100.01 %", "8: tiers[0].from: a share of the expected minutes is at most 100 %"),
        Spoilt("from: 5 %", "from: 7.50 %", "9: tiers[1]: tier 2 must begin higher than tier 1 on line 8"),
        Spoilt(
            "tier: 2, from", "tier: 1, from",
            "9: tiers[1]: tier 1 stands after tier 1; write the tiers rising, each once"),
        Spoilt("tier: 3, above", "tier: 4, above", "10: tiers[2].tier: \"4\" is not a whole number from 1 to 3"),
        Spoilt(
            "rule: contact", "rule: Contact!",
            "12: notices[0].rule: \"Contact!\" is not an id: lower-case letters a to z, digits and hyphens, a letter or digit first, at most 63"
        ),
        Spoilt("    tier: 2\n", "    tier: 0\n", "13: notices[0].tier: \"0\" is not a whole number from 1 to 3"),
        Spoilt("  - {tier: 2, from: 7.5 %}", "  #", "13: notices[0].tier: the policy has no tier 2; its tiers are 1, 3"),
        Spoilt(
            "    release: by-person\n", "",
            "12: notices[0]: the key \"release\" is missing, and has no default: write automatic or by-person"),
        Spoilt(
            "by-person", "by_person",
            "16: notices[0].release: \"by_person\" is not one of automatic, by-person; did you mean \"by-person\"?"),
        Spoilt(
            "include: [identity, tier]", "include: [tier]",
            "17: notices[0].include: identity must be among these: without it nothing can be sent"),
        Spoilt("deadline: 2d", "deadline: 0s", "18: notices[0].deadline: this must be from 1s to 366d"),
        Spoilt("role: Kuraattori", "rôle: Kuraattori", "19: notices[0].contact.rôle: there is no such key; did you mean \"role\"?"),
    ])
    func `what is wrong in a policy is told`(spoilt: Spoilt) {
        #expect(problems { try Policy.parse(spoilt.apply(to: Samples.policy), file: "sky.yaml") } == "sky.yaml:" + spoilt.told)
    }

    @Test func `above follows from at the same threshold, and thresholds of different kinds are not compared`() {
        func told(_ tiers: String) -> String { problems { try Policy.parse("policy: p\ntiers: [\(tiers)]", file: "f") } }
        #expect(told("{tier: 1, from: 5 %}, {tier: 2, above: 5 %}").isEmpty)
        #expect(told("{tier: 1, from: 30 lessons}, {tier: 2, from: 600 min}, {tier: 3, from: 1 %}").isEmpty)
        #expect(!told("{tier: 1, above: 5 %}, {tier: 2, from: 5 %}").isEmpty)
        #expect(!told("{tier: 1, from: 31 lessons}, {tier: 2, from: 30 lessons}").isEmpty)
        #expect(
            told("{tier: 2, from: 5 %}, {tier: 1, from: 6 %}")
                == "f:2: tiers[1]: tier 1 stands after tier 2; write the tiers rising, each once")
    }

    @Test func `rules have different ids`() {
        let rule = Samples.policy.split(separator: "\n").drop { !$0.contains("rule:") }.joined(separator: "\n")
        let told = problems { try Policy.parse(Samples.policy + rule, file: "f") }
        #expect(told == "f:20: notices[1]: there is a rule \"contact\" already, on line 12; give this one another id")
    }
}
