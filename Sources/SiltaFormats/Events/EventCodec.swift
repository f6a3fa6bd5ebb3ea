public import SiltaCore

/// The bytes of an event: its type, what is in the clear, and what is sealed under the pupil's key.
///
/// Types are spelled by hand, so that renaming a case cannot change the log. A type's meaning never changes; a new shape is a
/// new version, and old ones are read for ever.
public struct EventBytes: Hashable, Sendable {
    public var type: String
    public var payload: JSON?
    /// JSON as it is sealed.
    public var secret: [UInt8]?

    public init(type: String, payload: JSON? = nil, secret: JSON? = nil) {
        self.init(type: type, payload: payload, secretBytes: secret?.bytes)
    }

    init(type: String, payload: JSON? = nil, secretBytes: [UInt8]?) {
        self.type = type
        self.payload = payload
        secret = secretBytes
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
    public static func decode(_ entry: Entry, secret: [UInt8]?) throws(EntryError) -> Event {
        if case .pupil(let id) = entry.stream, let event = try decodeRows(entry.type, secret ?? Array("{}".utf8)) {
            return .pupil(id, event)
        }
        let payload = entry.payload ?? .object([])
        let secret = try secret.map(parsed) ?? .object([])
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

    static func parsed(_ secret: [UInt8]) throws(EntryError) -> JSON {
        do { return try JSON.parse(secret) } catch { throw EntryError(error) }
    }
}
