public import SiltaCore

extension Policy {
    static let keys = ["policy", "grades", "period", "scopes", "counts", "minimum-school-days", "tiers", "notices"]

    /// - Parameter file: The file's name, for errors.
    public static func parse(_ text: String, file: String) throws(ConfigurationError) -> Policy {
        try Policy(YAMLDocument.parse(text, file: file))
    }

    /// A policy; what it does not say is as `Policy` has it by default.
    public init(_ setting: Setting) throws(ConfigurationError) {
        self = try setting.read(allowing: Policy.keys) { fields in
            let standard = Policy(name: "", tiers: [])
            let tiers = fields.required("tiers") { try $0.tiers() }
            let known = try? tiers.get().map(\.tier)
            let (name, grades, period, scopes, counts, minimumSchoolDays, rising, notices) = try gather(
                fields.required("policy") { try $0.name() },
                fields.optional("grades", default: standard.grades) { grades in
                    try Set(grades.list(atLeast: 1) { try $0.integer(in: 0...10) }).sorted()
                },
                fields.optional("period", default: standard.period) { try $0.period() },
                fields.optional("scopes", default: standard.scopes) { try $0.scopes() },
                fields.optional("counts", default: standard.counts) { counts in
                    try Set(counts.list(atLeast: 1) { try $0.countedClass() })
                },
                fields.optional("minimum-school-days", default: standard.minimumSchoolDays) { try $0.integer(in: 0...400) },
                tiers,
                fields.optional("notices", default: [NoticeRule]()) { notices in
                    try notices.list(uniqueBy: \.id, "rule") { try NoticeRule($0, tiers: known) }
                })
            return Policy(
                name: name, grades: grades, period: period, scopes: scopes, counts: counts, minimumSchoolDays: minimumSchoolDays,
                tiers: rising, notices: notices)
        }
    }
}

extension Setting {
    /// `school-year`, `term`, or `{last-school-days: N}`.
    fileprivate func period() throws(ConfigurationError) -> Policy.Period {
        guard case .scalar = content else {
            return try read(allowing: ["last-school-days"]) { fields in
                try .last(schoolDays: fields.required("last-school-days").integer(in: 1...400))
            }
        }
        switch try string() {
        case "school-year": return .schoolYear
        case "term": return .term
        case let text:
            throw refusal(
                of: text, expected: "one of school-year, term, {last-school-days: N}", nearestOf: ["school-year", "term"])
        }
    }

    fileprivate func scopes() throws(ConfigurationError) -> [ScopeID: Set<NoticeField>] {
        let scopes = try entries { entry in
            guard !entry.key.isEmpty else { throw entry.value.error("a scope must have a name") }
            return (ScopeID(entry.key), try entry.value.noticeFields())
        }
        return Dictionary(scopes) { one, _ in one }
    }

    /// What a notice may hold, `identity` among it.
    func noticeFields() throws(ConfigurationError) -> Set<NoticeField> {
        let fields = try Set(list { try $0.choice(of: NoticeField.self) })
        guard fields.contains(.identity) else { throw error("identity must be among these: without it nothing can be sent") }
        return fields
    }

    fileprivate func countedClass() throws(ConfigurationError) -> MarkClass {
        let isIgnored = try string() == MarkClass.ignore.rawValue
        guard !isIgnored else { throw error("ignore cannot be counted: such marks are not attendance and are not kept") }
        return try choice(of: MarkClass.self)
    }
}
