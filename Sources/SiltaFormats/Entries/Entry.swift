public import SiltaCore

/// One event in the log: a line of UTF-8 JSON, stored, hashed and shown as exactly those bytes.
///
/// `payload` is an object in the clear, where nothing personal is in it; `sealed` is AES-256-GCM (nonce, ciphertext, tag)
/// under the key that `key` names. A composed notice has both: its commitment in the clear, its body sealed.
public struct Entry: Hashable, Sendable {
    /// With its closing newline not counted.
    public static let maximumBytes = 65_535

    public var position: Position
    public var stream: EventStream
    public var version: StreamVersion
    /// Ends in its version, such as `absence.recorded.v1`.
    public var type: String
    public var recorded: Instant
    public var actor: Actor
    /// The position that led to this one.
    public var cause: Position?
    public var payload: JSON?
    public var key: KeyID?
    public var sealed: [UInt8]?

    public init(
        position: Position, stream: EventStream, version: StreamVersion, type: String, recorded: Instant, actor: Actor,
        cause: Position? = nil,
        payload: JSON? = nil, key: KeyID? = nil, sealed: [UInt8]? = nil
    ) {
        self.position = position
        self.stream = stream
        self.version = version
        self.type = type
        self.recorded = recorded
        self.actor = actor
        self.cause = cause
        self.payload = payload
        self.key = key
        self.sealed = sealed
    }
}

/// Names the data key of a pupil: 32 hexadecimal digits, random.
public struct KeyID: TextIdentifier {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

public struct EntryError: Error, Hashable, Sendable, CustomStringConvertible {
    public var reason: String

    public init(_ reason: String) { self.reason = reason }

    public var description: String { reason }
}
