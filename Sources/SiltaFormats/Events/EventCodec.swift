public import SiltaCore

/// The bytes of an event: its type, what is in the clear, and what is sealed under the pupil's key.
///
/// Types are spelled by hand, so that renaming a case cannot change the log. A type's meaning never changes; a new shape is a
/// new version, and old ones are read for ever.
public struct EventBytes: Hashable, Sendable {
    public var type: String
    public var payload: JSON?
    public var secret: JSON?

    public init(type: String, payload: JSON? = nil, secret: JSON? = nil) {
        self.type = type
        self.payload = payload
        self.secret = secret
    }
}

public enum EventCodec {
    /// How many bytes of items go into one entry: with base64 and the envelope it stays below ``Entry/maximumBytes``.
    static let maximumItemBytes = 40_000

    /// What does not fit an entry is several entries, which together mean the event.
    public static func encode(_ event: Event) -> [EventBytes] {
        switch event {
        case .provider(let event): [encode(event)]
        case .source(_, let event): encode(event)
        case .pupil(_, let event): encode(event)
        case .notice(_, let event): [encode(event)]
        case .endpoint(_, let event): [encode(event)]
        case .access(let event): [encode(event)]
        case .refused(let call): [encode(call)]
        }
    }

    /// - Parameter secret: the sealed payload, in the clear.
    public static func decode(_ entry: Entry, secret: JSON?) throws(EntryError) -> Event {
        let payload = entry.payload ?? .object([])
        let secret = secret ?? .object([])
        switch entry.stream {
        case .provider: return .provider(try decodeProvider(entry.type, payload))
        case .source(let id): return .source(id, try decodeSource(entry.type, payload))
        case .pupil(let id): return .pupil(id, try decodePupil(entry.type, secret))
        case .notice(let id): return .notice(id, try decodeNotice(entry.type, payload, secret))
        case .endpoint(let id): return .endpoint(id, try decodeEndpoint(entry.type, payload))
        case .access: return try decodeAccess(entry.type, payload, secret)
        }
    }

    static func unknown(_ type: String) -> EntryError {
        EntryError("the type \"\(type)\" is not known to this version of Silta; a newer one wrote it")
    }

    /// Cuts items into runs that each fit an entry.
    static func runs(of items: [JSON]) -> [[JSON]] {
        var runs: [[JSON]] = []
        var run: [JSON] = []
        var size = 0
        for item in items {
            let bytes = item.bytes.count + 1
            if size + bytes > maximumItemBytes, !run.isEmpty {
                runs.append(run)
                run = []
                size = 0
            }
            run.append(item)
            size += bytes
        }
        if !run.isEmpty { runs.append(run) }
        return runs
    }
}
