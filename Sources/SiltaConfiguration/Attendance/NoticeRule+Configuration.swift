import SiltaCore

extension NoticeRule {
    static let keys = ["rule", "tier", "service", "purpose", "release", "include", "deadline", "contact"]

    /// - Parameter tiers: The policy's tiers; nil where they could not be read, so that this rule's tier is not judged by them.
    init(_ setting: Setting, tiers: [Int]?) throws(ConfigurationError) {
        self = try setting.read(allowing: NoticeRule.keys) { fields in
            let (id, tier, service, purpose, release, include, deadline, contact) = try gather(
                fields.required("rule") { try RuleID($0.identifier()) },
                fields.required("tier") { try $0.tier(of: tiers) },
                fields.required("service") { try ServiceID($0.identifier()) },
                fields.required("purpose") { try Purpose($0.name()) },
                setting.reading { _ in
                    guard let release = fields.optional("release") else {
                        throw setting.error("the key \"release\" is missing, and has no default: write automatic or by-person")
                    }
                    return try release.choice(of: Release.self)
                },
                fields.required("include") { try $0.noticeFields() },
                fields.optional("deadline") { try $0.duration(in: .seconds(1) ... .days(366)) },
                fields.optional("contact") { try $0.contact() })
            var rule = NoticeRule(
                id: id, tier: tier, service: service, purpose: purpose, release: release, include: include, contact: contact)
            if let deadline { rule.deadline = deadline }
            return rule
        }
    }
}

extension Setting {
    fileprivate func tier(of tiers: [Int]?) throws(ConfigurationError) -> Int {
        let tier = try integer(in: 1...3)
        if let tiers, !tiers.contains(tier) {
            throw error("the policy has no tier \(tier); its tiers are \(tiers.map(String.init).joined(separator: ", "))")
        }
        return tier
    }

    fileprivate func contact() throws(ConfigurationError) -> NoticeRule.Contact {
        try read(allowing: ["role", "phone"]) { fields in
            let (role, phone) = try gather(fields.required("role") { try $0.name() }, fields.optional("phone") { try $0.name() })
            return NoticeRule.Contact(role: role, phone: phone)
        }
    }
}
