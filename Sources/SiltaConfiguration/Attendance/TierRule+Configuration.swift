import SiltaCore

extension Setting {
    /// The tiers of a policy, each with one threshold, rising.
    func tiers() throws(ConfigurationError) -> [TierRule] {
        let rules = try list(atLeast: 1) { try $0.tierRule() }
        let elements = try list()
        var problems: [ConfigurationProblem] = []
        for index in rules.indices.dropFirst() {
            let (below, rule) = (rules[index - 1], rules[index])
            let (tier, other, line) = (rule.tier, below.tier, elements[index - 1].line)
            if tier <= other {
                problems.append(elements[index].problem("tier \(tier) stands after tier \(other); write the tiers rising, each once"))
            } else if rule.beginsNotAbove(below) {
                problems.append(elements[index].problem("tier \(tier) must begin higher than tier \(other) on line \(line)"))
            }
        }
        guard problems.isEmpty else { throw ConfigurationError(problems) }
        return rules
    }

    private func tierRule() throws(ConfigurationError) -> TierRule {
        try read(allowing: ["tier", "from", "above"]) { fields in
            let (tier, from, above) = try gather(
                fields.required("tier") { try $0.integer(in: 1...3) },
                fields.optional("from") { try $0.threshold() },
                fields.optional("above") { try $0.threshold() })
            switch (from, above) {
            case (let threshold?, nil): return TierRule(tier: tier, threshold: threshold, isInclusive: true)
            case (nil, let threshold?): return TierRule(tier: tier, threshold: threshold, isInclusive: false)
            default: throw error("a tier begins either from (at least) or above (more than) a threshold: write one of the two")
            }
        }
    }

    /// `5 %`, `30 lessons` or `600 min`.
    private func threshold() throws(ConfigurationError) -> Threshold {
        let text = try string()
        if let hundredths = Setting.hundredths(text) {
            guard hundredths <= 10_000 else { throw error("a share of the expected minutes is at most 100 %") }
            return .share(hundredths: hundredths)
        }
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 2, (1...6).contains(parts[0].utf8.count), parts[0].utf8.allSatisfy(\.isDigit), let number = Int(parts[0]),
            number > 0, parts[1] == "lessons" || parts[1] == "min"
        else { throw refusal(of: text, expected: "a threshold, such as 5 %, 30 lessons or 600 min") }
        return parts[1] == "lessons" ? .lessons(number) : .minutes(number)
    }
}

extension TierRule {
    /// Thresholds of different kinds are not compared: which is higher depends on the day.
    fileprivate func beginsNotAbove(_ below: TierRule) -> Bool {
        let (mine, theirs) =
            switch (threshold, below.threshold) {
            case (.share(let mine), .share(let theirs)): (mine, theirs)
            case (.lessons(let mine), .lessons(let theirs)): (mine, theirs)
            case (.minutes(let mine), .minutes(let theirs)): (mine, theirs)
            default: (1, 0)
            }
        // The same number is higher where "above" follows "from".
        return mine < theirs || (mine == theirs && (isInclusive || !below.isInclusive))
    }
}
