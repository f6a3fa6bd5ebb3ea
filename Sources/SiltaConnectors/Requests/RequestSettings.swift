internal import SiltaConfiguration
internal import SiltaFormats

/// What a source configures for requests to a server, with what the manifest leaves to it filled in.
struct RequestSettings: Sendable {
    let location: WebLocation
    let headers: [(name: String, value: String)]
    let authentication: Authentication
    let rate: RequestRate?
    let plan: HTTPPlan
    /// In the order of the manifest.
    let groups: [Group]
    /// What is configured, or else the default.
    private let properties: [String: Setting]

    /// Streams that are records of the same list: it is asked for once.
    struct Group: Sendable {
        let request: RequestPlan
        var streams: [StreamMapping]

        /// The first stream's.
        var name: String { streams[0].name }
    }

    /// - Parameter location: what `remote` is made of.
    /// - Returns: nil where nothing is asked for but files.
    /// - Throws: also where what the streams ask for is not configured as text.
    init?(
        _ remote: RemoteFolder?, _ location: Setting, _ properties: [String: Setting], read: ReadPlan, streams: [StreamMapping],
        tables: [TableMapping]
    ) throws(ConfigurationError) {
        let requests = streams.compactMap(\.request)
        guard !requests.isEmpty else {
            for key in Authentication.keys {
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
        headers = try RequestSettings.parameters(plan.headers, properties)
        authentication = try Authentication(properties, plan: plan)
        rate =
            switch plan.rate {
            case .value(let value)?: try RequestRate(value)
            case .setting(let name)?: try properties[name].map { (setting) throws(ConfigurationError) in try RequestRate(setting) }
            case nil: nil
            }
        for list in requests.map(\.list) + requests.compactMap(\.deletes?.list) + tables.compactMap(\.request) {
            _ = try parameters(list.query)
        }
    }

    /// Those that have a value.
    func parameters(_ named: [NamedParameter]) throws(ConfigurationError) -> [(name: String, value: String)] {
        try RequestSettings.parameters(named, properties)
    }

    private static func parameters(
        _ named: [NamedParameter], _ properties: [String: Setting]
    ) throws(ConfigurationError) -> [(name: String, value: String)] {
        var parameters: [(name: String, value: String)] = []
        for parameter in named {
            if let text = try parameter.value.text(in: properties) { parameters.append((parameter.name, text)) }
        }
        return parameters
    }

    /// The body of a request, with the parameters among its members; numbers of pages as numbers.
    func body(_ template: Setting, _ parameters: [(name: String, value: String)]) -> [UInt8] {
        var members = JSON(template, properties).members
        for (name, value) in parameters {
            members.removeAll { $0.name == name }
            members.append(JSON.Member(name, Int64(value).map { .integer($0) } ?? .string(value)))
        }
        return JSON.object(members).bytes
    }
}
