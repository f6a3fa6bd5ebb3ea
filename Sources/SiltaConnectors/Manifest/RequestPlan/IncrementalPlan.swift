internal import SiltaConfiguration
internal import SiltaFormats

/// How a server is asked for what is new only.
public struct IncrementalPlan: Sendable {
    enum Way: Sendable, Hashable {
        case since(SincePlan)
        case version(VersionPlan)
    }

    let way: Way
    /// So often everything is read anyhow: what a feed of changes has lost would stay lost.
    let everythingEvery: Duration
    /// Statuses that mean: what is new since then is not known any more.
    let expired: Set<Int>

    init(_ setting: Setting) throws(ConfigurationError) {
        self = try setting.read(allowing: ["since", "version", "everything-every", "expired"]) { (fields) throws(ConfigurationError) in
            try IncrementalPlan(fields)
        }
    }

    private init(_ fields: Fields) throws(ConfigurationError) {
        switch (fields.optional("since"), fields.optional("version")) {
        case (let since?, nil): way = .since(try SincePlan(since))
        case (nil, let version?): way = .version(try VersionPlan(version))
        default: throw fields.setting.error("this needs either since or version")
        }
        let day = Duration.seconds(86_400)
        everythingEvery = try fields.optional("everything-every")?.duration(in: day...(day * 30)) ?? day * 7
        expired = Set(
            try fields.optional("expired")?.list { (status) throws(ConfigurationError) in try status.integer(in: 400...599) } ?? [410])
    }
}

/// `since: {query: modifiedSince, format: date-time, look-back: 10m}`.
struct SincePlan: Sendable, Hashable {
    enum Format: String, CaseIterable, Sendable {
        case dateTime = "date-time"
        /// Of UTC, as the others are.
        case spaced = "yyyy-MM-dd HH:mm:ss"
        case date, epoch
    }

    let name: String
    let format: Format
    /// What stands around the moment, with `{since}` in its place.
    let text: String
    /// The server's clock and its transactions are not one.
    let lookBack: Duration

    init(_ setting: Setting) throws(ConfigurationError) {
        let fields = try setting.fields(allowing: ["query", "format", "text", "look-back"])
        name = try fields.required("query").string()
        format = try fields.optional("format")?.choice(of: Format.self) ?? .dateTime
        text =
            try fields.optional("text").map { (text) throws(ConfigurationError) in
                let written = try text.string()
                guard written.contains("{since}") else {
                    throw text.refusal(of: written, expected: "what is asked for, with {since} in it: dateLastModified>'{since}'")
                }
                return written
            } ?? "{since}"
        lookBack = try fields.optional("look-back")?.duration(in: .zero ... .seconds(30 * 86_400)) ?? .seconds(600)
    }
}

/// `version: {now: {path: /versions, at: /newest}, from: minChangeVersion, through: maxChangeVersion}`.
struct VersionPlan: Sendable, Hashable {
    let path: String
    let place: JSONPlace
    let from: String
    let through: String?

    init(_ setting: Setting) throws(ConfigurationError) {
        let fields = try setting.fields(allowing: ["now", "from", "through"])
        let now = try fields.required("now").fields(allowing: ["path", "at"])
        path = try ListPlan.path(now.required("path"))
        place = try JSONPlace(now.required("at"))
        from = try fields.required("from").string()
        through = try fields.optional("through")?.string()
    }

    /// The same, under the names that another request has for it.
    init(_ setting: Setting, as other: VersionPlan) throws(ConfigurationError) {
        let fields = try setting.fields(allowing: ["from", "through"])
        (path, place) = (other.path, other.place)
        from = try fields.required("from").string()
        through = try fields.optional("through")?.string()
    }
}

/// A feed that names what the register has deleted.
public struct DeletesPlan: Sendable {
    let list: ListPlan
    let way: IncrementalPlan.Way
    /// The dotted path of the key within an item; empty where the item is the key.
    let key: String
    /// The key with each of these behind it is of a record that is gone, too.
    let suffixes: [String]

    init(_ setting: Setting, of incremental: IncrementalPlan, schema: ConfigurationSchema) throws(ConfigurationError) {
        self = try setting.read(allowing: ListPlan.keys + ["key", "suffixes", "since", "version"]) {
            (fields) throws(ConfigurationError) in
            try DeletesPlan(fields, of: incremental, schema: schema)
        }
    }

    private init(_ fields: Fields, of incremental: IncrementalPlan, schema: ConfigurationSchema) throws(ConfigurationError) {
        list = try ListPlan(fields, schema: schema)
        key = try fields.required("key").string(allowingEmpty: true)
        suffixes = try fields.optional("suffixes")?.list(atLeast: 1) { (suffix) throws(ConfigurationError) in try suffix.string() } ?? []
        switch (incremental.way, fields.optional("since"), fields.optional("version")) {
        case (.since, let own?, nil): way = .since(try SincePlan(own))
        case (.version(let plan), nil, let own?): way = .version(try VersionPlan(own, as: plan))
        case (let same, nil, nil): way = same
        default: throw fields.setting.error("this must go by what the stream's incremental goes by: since, or version")
        }
    }
}
