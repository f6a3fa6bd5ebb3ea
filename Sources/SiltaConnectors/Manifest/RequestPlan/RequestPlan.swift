internal import SiltaConfiguration
internal import SiltaCore

/// How the records of one stream are asked of a server, as the manifest says it.
public struct RequestPlan: Sendable {
    let list: ListPlan
    /// Nil where everything is read each time.
    let incremental: IncrementalPlan?
    let deletes: DeletesPlan?
    /// Left out where everything is read: there silence says the same.
    let isOfChangesOnly: Bool
    /// The same where the same is asked.
    let signature: [Digest]

    /// The keys of a stream that go with `request`.
    static let keys = ListPlan.keys + ["incremental", "deletes", "only"]

    /// - Parameter fields: of the stream.
    init(_ fields: Fields, schema: ConfigurationSchema) throws(ConfigurationError) {
        (list, incremental) = try gather(
            Result { () throws(ConfigurationError) in try ListPlan(fields, schema: schema) },
            fields.optional("incremental") { (setting) throws(ConfigurationError) in try IncrementalPlan(setting) })
        signature = list.signature + [fields.optional("incremental")].compactMap(\.self).map { Digest(of: $0) }
        if let only = fields.optional("only") {
            let text = try only.string()
            guard text == "changes" else { throw only.refusal(of: text, expected: "\"changes\", or nothing") }
            guard incremental != nil else { throw only.error("this goes with incremental; without it, everything is read each time") }
        }
        isOfChangesOnly = fields.optional("only") != nil
        guard let deletes = fields.optional("deletes") else {
            self.deletes = nil
            return
        }
        guard let incremental else {
            throw deletes.error("this goes with incremental; where everything is read, what is missing is deleted")
        }
        self.deletes = try DeletesPlan(deletes, of: incremental, schema: schema)
    }

    /// A connector reads files, or asks a server, and not both: what it was is known by one or the other.
    static func check(
        _ streams: [StreamMapping], _ tables: [TableMapping], _ read: ReadPlan?, _ fields: Fields
    ) throws(ConfigurationError) {
        let asking = streams.filter { $0.request != nil }
        guard !asking.isEmpty else {
            guard tables.allSatisfy({ $0.request == nil }) else {
                throw fields.setting["tables"].error("the streams are files, and a table that is asked for goes with streams that are")
            }
            guard read?.http == nil else { throw fields.setting["read"]["http"].error("this goes with streams that are requests") }
            return
        }
        guard asking.count == streams.count else {
            throw fields.setting["streams"].error("some streams are files and others requests; these are two connectors")
        }
        guard tables.allSatisfy({ $0.request != nil }) else {
            throw fields.setting["tables"].error("the streams are requests, and a table of files goes with streams of files")
        }
        guard read?.format == .json else {
            throw fields.setting["read"]["format"].error("what a server answers to a request is read as json")
        }
    }
}

extension Setting {
    /// Whether it is a mapping with this key.
    func hasKey(_ key: String) -> Bool {
        guard case .mapping(let entries) = content else { return false }
        return entries.contains { $0.key == key }
    }
}
