internal import SiltaConfiguration

extension Setting {
    /// A stream of which each row makes several records, as a stream for each of its `records`: what stands beside them is theirs, too.
    ///
    /// Of `fields` they have those beside them and their own, of `skip` the rules of both; everything else that they say is in place of
    /// what stands beside them. A stream without `records` is the only one.
    func perRecord() throws(ConfigurationError) -> [Setting] {
        guard hasKey("records") else { return [self] }
        let shared = try entries().filter { $0.key != "records" }
        return try self["records"].list(atLeast: 1) { (record) throws(ConfigurationError) in
            _ = try record.fields(allowing: ["name", "when", "only", "skip", "fields"])
            return replaced(by: .mapping(try Setting.merged(shared, try record.entries())))
        }
    }

    private static func merged(_ shared: [Entry], _ own: [Entry]) throws(ConfigurationError) -> [Entry] {
        var merged = shared
        for entry in own {
            guard let index = merged.firstIndex(where: { $0.key == entry.key }) else {
                merged.append(entry)
                continue
            }
            merged[index] = Entry(
                key: entry.key, keyLine: entry.keyLine, value: try entry.value.added(to: merged[index].value, under: entry.key))
        }
        return merged
    }

    /// What a record says under a key, with what stands beside it.
    private func added(to shared: Setting, under key: String) throws(ConfigurationError) -> Setting {
        switch key {
        case "fields":
            let own = try entries()
            return replaced(by: .mapping(try shared.entries().filter { entry in !own.contains { $0.key == entry.key } } + own))
        case "skip": return replaced(by: .list(try shared.list() + list()))
        default: return self
        }
    }
}
