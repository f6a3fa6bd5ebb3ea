public import SiltaCore

import Foundation

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

    /// The line without its newline.
    public var line: [UInt8] {
        JSON.fields([
            "position": .integer(position.value),
            "stream": .string(stream.description),
            "version": .integer(version.value),
            "type": .string(type),
            "recorded": .string(recorded.description),
            "actor": .string(actor.description),
            "cause": cause.map { .integer($0.value) },
            "payload": payload,
            "key": key.map { .string($0.rawValue) },
            "sealed": sealed.map { .string(Data($0).base64EncodedString()) },
        ]).bytes
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

extension Entry {
    private static let memberNames: Set = [
        "position", "stream", "version", "type", "recorded", "actor", "cause", "payload", "key", "sealed",
    ]

    /// Reads a line as it was written; whatever is missing, unknown or malformed is an error.
    public init(line: some Collection<UInt8>) throws(EntryError) {
        guard line.count <= Entry.maximumBytes else { throw EntryError("the entry is longer than \(Entry.maximumBytes) bytes") }
        let json: JSON
        do { json = try JSON.parse(line) } catch { throw EntryError("the entry is not JSON: \(error)") }
        guard case .object(let members) = json else { throw EntryError("the entry is not a JSON object") }
        if let stray = members.first(where: { !Entry.memberNames.contains($0.name) }) {
            throw EntryError("the entry has a member \"\(stray.name)\"")
        }
        func read<Value>(_ name: String, _ convert: (JSON) -> Value?) throws(EntryError) -> Value? {
            guard let member = json[name] else { return nil }
            guard let value = convert(member) else { throw EntryError("the entry's \"\(name)\" cannot be read") }
            return value
        }
        func require<Value>(_ name: String, _ convert: (JSON) -> Value?) throws(EntryError) -> Value {
            guard let value = try read(name, convert) else { throw EntryError("the entry has no \"\(name)\"") }
            return value
        }
        position = try require("position") { $0.integer.flatMap { $0 >= 0 ? Position($0) : nil } }
        stream = try require("stream") { $0.string.flatMap { EventStream($0) } }
        version = try require("version") { $0.integer.flatMap { $0 >= 1 ? StreamVersion($0) : nil } }
        type = try require("type") { $0.string }
        recorded = try require("recorded") { $0.string.flatMap { Instant($0) } }
        actor = try require("actor") { $0.string.flatMap { Actor($0) } }
        cause = try read("cause") { $0.integer.flatMap { $0 >= 0 ? Position($0) : nil } }
        payload = try read("payload") { if case .object = $0 { $0 } else { nil } }
        key = try read("key") { $0.string.map { KeyID($0) } }
        sealed = try read("sealed") { $0.string.flatMap { Data(base64Encoded: $0) }.map(Array.init) }
        guard (sealed == nil) == (key == nil) else { throw EntryError("the entry has one of \"key\" and \"sealed\" without the other") }
        guard payload != nil || sealed != nil else { throw EntryError("the entry has neither \"payload\" nor \"sealed\"") }
    }
}
