internal import SiltaConfiguration
internal import SiltaCore
internal import SiltaFormats

/// What a source configures for requests to a server, with what the manifest leaves to it filled in.
struct RequestSettings: Sendable {
    let location: WebLocation
    let headers: [(name: String, value: String)]
    let authentication: Authentication
    let rate: RequestRate?
    let plan: HTTPPlan
    /// In the order of the manifest.
    private(set) var groups: [Group]
    /// What is configured, or else the default.
    private let properties: [String: Setting]
    /// What clocks show where the provider is.
    private let clock: LocalClock
    /// Whether other days are asked for tomorrow.
    let movesWithDays: Bool

    /// Streams that are records of the same list: it is asked for once.
    struct Group: Sendable {
        let request: RequestPlan
        var streams: [StreamMapping]

        /// The first stream's.
        var name: String { streams[0].name }
        /// Those that are read with everything, or with what is new.
        func streams(_ reach: Reach) -> [StreamMapping] {
            streams.filter { reach != .everything || $0.request?.isOfChangesOnly == false }
        }
    }

    /// - Parameter location: what `remote` is made of.
    /// - Returns: nil where nothing is asked for but files.
    /// - Throws: also where what the streams ask for is not configured as text.
    init?(
        _ remote: RemoteFolder?, _ location: Setting, _ properties: [String: Setting], read: ReadPlan, streams: [StreamMapping],
        tables: [TableMapping], clock: LocalClock
    ) throws(ConfigurationError) {
        let requests = streams.compactMap(\.request)
        guard !requests.isEmpty else {
            for key in Authentication.keys where key != "scope" {
                if let stray = properties[key] { throw stray.error("this goes with requests, and this connector reads files") }
            }
            return nil
        }
        guard let remote, remote.url.hasPrefix("http") else {
            throw location.error("this must be the https:// URL that all requests begin with")
        }
        plan = read.http ?? HTTPPlan()
        var groups: [Group] = []
        for stream in streams {
            guard let request = stream.request else { continue }
            if let index = groups.firstIndex(where: { $0.request.signature == request.signature }) {
                groups[index].streams.append(stream)
            } else {
                groups.append(Group(request: request, streams: [stream]))
            }
        }
        self.groups = groups
        self.location = WebLocation(remote.url)
        self.properties = properties
        self.clock = clock
        // A day in a header is none, so which one it is does not matter.
        headers = try RequestSettings.parameters(plan.headers, properties, on: LocalDate(dayNumber: 0), clock)
        authentication = try Authentication(properties, plan: plan)
        rate =
            switch plan.rate {
            case .value(let value)?: try RequestRate(value)
            case .setting(let name)?: try properties[name].map { (setting) throws(ConfigurationError) in try RequestRate(setting) }
            case nil: nil
            }
        var moves = false
        for list in requests.map(\.list) + requests.compactMap(\.deletes?.list) + tables.compactMap(\.request) {
            _ = try RequestSettings.parameters(list.query, properties, on: LocalDate(dayNumber: 0), clock)
            if try RequestSettings.moves(list.query, properties) || list.body?.movesWithDays == true { moves = true }
        }
        movesWithDays = moves
        for request in requests where request.incremental != nil {
            guard try RequestSettings.moves(request.list.query, properties) else { continue }
            throw location.error(
                "\(request.list.path) is asked for what is new, and of days that move with today: what comes into them without being new "
                    + "would never be told; a fixed day, or everything each time, would be right")
        }
    }

    /// The same with what its rules say of days as it is on this one.
    func on(_ today: LocalDate) -> RequestSettings {
        var settings = self
        settings.groups = groups.map { Group(request: $0.request, streams: $0.streams.map { $0.on(today) }) }
        return settings
    }

    private static func moves(_ query: [NamedParameter], _ properties: [String: Setting]) throws(ConfigurationError) -> Bool {
        for parameter in query {
            if case .day(let day) = parameter.value, try day.moves(in: properties) { return true }
        }
        return false
    }

    /// Those that have a value.
    ///
    /// - Parameter today: where the provider is.
    func parameters(_ named: [NamedParameter], on today: LocalDate) throws(ConfigurationError) -> [(name: String, value: String)] {
        try RequestSettings.parameters(named, properties, on: today, clock)
    }

    private static func parameters(
        _ named: [NamedParameter], _ properties: [String: Setting], on today: LocalDate, _ clock: LocalClock
    ) throws(ConfigurationError) -> [(name: String, value: String)] {
        var parameters: [(name: String, value: String)] = []
        for parameter in named {
            let text =
                switch parameter.value {
                case .text(let value): try value.text(in: properties)
                case .day(let day): try day.text(in: properties, on: today, clock)
                }
            if let text { parameters.append((parameter.name, text)) }
        }
        return parameters
    }

    /// The body of a request, with the parameters among its members; numbers of pages as numbers, and `page.number` a member of a member.
    ///
    /// - Parameter today: where the provider is.
    func body(_ template: Setting, _ parameters: [(name: String, value: String)], on today: LocalDate) -> [UInt8] {
        var body = JSON(template, properties) { day in
            // What is configured was found fit when the configuration was read.
            (try? RequestedDay(day, schema: nil).text(in: properties, on: today, clock)).flatMap(\.self)
        }
        for (name, value) in parameters {
            body.put(Int64(value).map { .integer($0) } ?? .string(value), at: name.split(separator: ".").map(String.init)[...])
        }
        return body.bytes
    }
}

extension JSON {
    /// Puts a value where the names lead; what is on the way and no object becomes one.
    fileprivate mutating func put(_ value: JSON, at path: ArraySlice<String>) {
        guard let name = path.first else {
            self = value
            return
        }
        var members = self.members
        if let index = members.firstIndex(where: { $0.name == name }) {
            members[index].value.put(value, at: path.dropFirst())
        } else {
            var inner = JSON.object([])
            inner.put(value, at: path.dropFirst())
            members.append(JSON.Member(name, inner))
        }
        self = .object(members)
    }
}

extension Setting {
    /// Whether a day in it is another one tomorrow, as far as it says so itself.
    fileprivate var movesWithDays: Bool {
        switch content {
        case .scalar: false
        case .list(let elements): elements.contains(where: \.movesWithDays)
        case .mapping(let entries):
            if hasKey("day"), case .scalar(let day) = self["day"].content {
                day.text.hasPrefix("today")
            } else {
                entries.contains { $0.value.movesWithDays }
            }
        }
    }
}
