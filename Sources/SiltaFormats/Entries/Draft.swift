public import SiltaCore

/// An event that is to be appended: what an entry has before it has a place.
public struct Draft: Sendable {
    public var stream: EventStream
    public var type: String
    public var actor: Actor
    public var cause: Position?
    /// In the clear; nil where everything is sealed.
    public var payload: JSON?
    /// Sealed when it is appended, since its place in the stream is authenticated with it.
    public var secret: Secret?

    public struct Secret: Sendable {
        public var plaintext: [UInt8]
        public var key: DataKey

        public init(plaintext: [UInt8], key: DataKey) {
            self.plaintext = plaintext
            self.key = key
        }
    }

    public init(stream: EventStream, type: String, actor: Actor, cause: Position? = nil, payload: JSON? = nil, secret: Secret? = nil) {
        self.stream = stream
        self.type = type
        self.actor = actor
        self.cause = cause
        self.payload = payload
        self.secret = secret
    }

    /// The entry that this becomes at a place. `nonce`: 12 random bytes, used never again with the same key.
    public func entry(at position: Position, version: StreamVersion, recorded: Instant, nonce: [UInt8]) throws(EntryError) -> Entry {
        var entry = Entry(
            position: position, stream: stream, version: version, type: type, recorded: recorded, actor: actor, cause: cause,
            payload: payload)
        if let secret {
            entry.key = secret.key.id
            entry.sealed = try secret.key.seal(secret.plaintext, nonce: nonce, authenticating: entry.place)
        } else if payload == nil {
            entry.payload = .object([])
        }
        return entry
    }
}

extension Entry {
    /// What is authenticated with the sealed bytes: stream, version and type, a line each.
    var place: [UInt8] {
        var place = stream.bytes
        place.append(UInt8(ascii: "\n"))
        place.appendJSON(version.value)
        place.append(UInt8(ascii: "\n"))
        place.append(contentsOf: type.utf8)
        return place
    }

    /// The sealed payload, in the clear.
    public func opened(with key: DataKey) throws(EntryError) -> [UInt8] {
        guard let sealed else { throw EntryError("the entry at \(position) has nothing sealed") }
        return try key.open(sealed, authenticating: place)
    }
}
