public import SiltaCore

/// A wellbeing services county's unit: what goes to it, and how.
public struct RecipientConfiguration: Sendable {
    public let setting: Setting
    public let id: RecipientID
    public let name: String
    /// At least one.
    public let services: Set<ServiceID>
    /// For services that are routed by the school; nil: not by school.
    public let schools: Route.Schools?
    /// For services that are routed by the child's home; three digits each. Nil: not by home.
    public let municipalities: Set<String>?
    public let valid: DateSpan?
    public let delivery: DeliveryConfiguration

    static let keys = ["id", "name", "services", "schools", "municipalities", "valid", "deliver"]

    init(_ setting: Setting) throws(ConfigurationError) {
        self.setting = setting
        (id, name, services, schools, municipalities, valid, delivery) = try setting.read(allowing: RecipientConfiguration.keys) { fields in
            try gather(
                fields.required("id") { try RecipientID($0.identifier()) },
                fields.required("name") { try $0.name() },
                fields.required("services") { services in
                    try Set(services.list(atLeast: 1) { try ServiceID($0.identifier()) })
                },
                fields.optional("schools") { try $0.schools() },
                fields.optional("municipalities") { homes in try Set(homes.list(atLeast: 1) { try $0.municipality() }) },
                fields.optional("valid") { try $0.validity() },
                fields.required("deliver") { try DeliveryConfiguration($0) })
        }
        guard schools != nil || municipalities != nil else {
            throw setting.error("say whose notices come here: schools: all, schools: [OID, …] or municipalities: [\"186\", …]")
        }
    }
}

extension Setting {
    /// `all`, or a list of organisation OIDs or codes.
    fileprivate func schools() throws(ConfigurationError) -> Route.Schools {
        if case .scalar(let scalar) = content, !scalar.isNull {
            guard scalar.text == "all" else {
                throw refusal(of: scalar.text, expected: "all or a list of schools' OIDs or codes", nearestOf: ["all"])
            }
            return .all
        }
        return try .listed(Set(list(atLeast: 1) { try SchoolID($0.name()) }))
    }

    /// `{from, through}`; open where `through` is not there.
    fileprivate func validity() throws(ConfigurationError) -> DateSpan {
        let span = try read(allowing: ["from", "through"]) { fields in
            let (from, through) = try gather(
                fields.required("from") { try $0.date() },
                fields.optional("through") { try $0.date() })
            return DateSpan(from: from, through: through)
        }
        if let through = span.through, through < span.from { throw error("this ends on \(through), before it begins on \(span.from)") }
        return span
    }
}
