internal import SiltaConfiguration
internal import SiltaFormats

/// What all requests of a connector share: `http` below `read` of its manifest.
public struct HTTPPlan: Sendable {
    /// Where a secret of its own goes, such as an API key.
    public enum Place: Hashable, Sendable {
        case header(String)
        case query(String)
    }

    /// How a client shows its secret to a token endpoint.
    public enum SecretPlace: String, CaseIterable, Sendable {
        case header, body
    }

    let headers: [NamedParameter]
    let apiKey: Place
    let secretPlace: SecretPlace
    /// What assertions are signed with; nil where the key decides.
    let algorithm: ClientAssertion.Algorithm?
    let paging: PagingPlan
    /// Such as `5/s`.
    let rate: Parameter?
    let budget: RequestBudget

    static let keys = ["headers", "api-key", "oauth2", "paging", "rate", "budget"]

    /// Where nothing is said.
    init() {
        (headers, apiKey, secretPlace, algorithm) = ([], .header("X-Api-Key"), .header, nil)
        (paging, rate, budget) = (.none, nil, RequestBudget())
    }

    /// - Parameter values: What the source configures; without it, the defaults.
    init(_ setting: Setting, schema: ConfigurationSchema, values: [String: Setting]?) throws(ConfigurationError) {
        self = try setting.read(allowing: HTTPPlan.keys) { (fields) throws(ConfigurationError) in
            try HTTPPlan(fields, schema: schema, values: values)
        }
    }

    private init(_ fields: Fields, schema: ConfigurationSchema, values: [String: Setting]?) throws(ConfigurationError) {
        (headers, apiKey, secretPlace, algorithm, paging, rate, budget) = try gather(
            fields.optional("headers", default: []) { (setting) throws(ConfigurationError) in
                try NamedParameter.all(setting, schema: schema)
            },
            fields.optional("api-key", default: .header("X-Api-Key"), HTTPPlan.place),
            fields.optional("oauth2", default: .header) { (setting) throws(ConfigurationError) in
                try setting.fields(allowing: ["secret-in", "algorithm"]).optional("secret-in")?.choice(of: SecretPlace.self) ?? .header
            },
            fields.optional("oauth2") { (setting) throws(ConfigurationError) in
                try setting.fields(allowing: ["secret-in", "algorithm"]).optional("algorithm")?.choice(of: ClientAssertion.Algorithm.self)
            }.map { $0 ?? nil },
            fields.optional("paging", default: .none) { (setting) throws(ConfigurationError) in
                try PagingPlan(schema.filled(setting, with: values))
            },
            fields.optional("rate") { (setting) throws(ConfigurationError) in
                let parameter = try Parameter(setting, schema: schema)
                if case .value(let value) = parameter { _ = try RequestRate(value) }
                return parameter
            },
            fields.optional("budget", default: RequestBudget()) { (setting) throws(ConfigurationError) in try RequestBudget(setting) })
    }

    private static func place(_ setting: Setting) throws(ConfigurationError) -> Place {
        let fields = try setting.fields(allowing: ["header", "query"])
        switch (fields.optional("header"), fields.optional("query")) {
        case (let header?, nil): return .header(try header.string())
        case (nil, let query?): return .query(try query.string())
        default: throw setting.error("this needs either header: NAME or query: NAME")
        }
    }
}

/// How much one poll may ask of a server.
public struct RequestBudget: Hashable, Sendable {
    public var requests = 20_000
    public var bytes = 2 << 30
    /// Nil: as long as the poll may take.
    public var time: Duration?

    init() {}

    init(_ setting: Setting) throws(ConfigurationError) {
        let fields = try setting.fields(allowing: ["requests", "bytes", "time"])
        if let requests = fields.optional("requests") { self.requests = try requests.integer(in: 1...10_000_000) }
        if let bytes = fields.optional("bytes") { self.bytes = try RequestBudget.bytes(bytes) }
        time = try fields.optional("time")?.duration(in: .seconds(1) ... .seconds(86_400))
    }

    private static func bytes(_ setting: Setting) throws(ConfigurationError) -> Int {
        let text = try setting.string()
        for (unit, bytes) in [("MiB", 1 << 20), ("GiB", 1 << 30)] where text.hasSuffix(unit) {
            guard let number = Int(text.dropLast(unit.count)), (1...65_536).contains(number) else { break }
            return number * bytes
        }
        throw setting.refusal(of: text, expected: "an amount of data: a whole number and MiB or GiB, such as 2GiB")
    }
}
