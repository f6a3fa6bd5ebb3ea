import SiltaCore
import SiltaFormats
import SiltaTesting

/// The way of an event through the log: encoded, sealed, a line, and back.
struct LogTrip {
    static let key = try! DataKey(id: "9ab10000000000000000000000000000", bytes: (0..<32).map { UInt8($0) })

    private var position: Int64 = 0

    /// The entries that an event becomes.
    mutating func entries(of event: Event, recorded: Instant = instant("2026-10-05T17:00:00.123Z")) throws -> [Entry] {
        try EventCodec.encode(event).map { bytes in try entry(of: bytes, in: event.stream, recorded) }
    }

    mutating func entry(of bytes: EventBytes, in stream: EventStream, _ recorded: Instant) throws -> Entry {
        position += 1
        let draft = Draft(
            stream: stream, type: bytes.type, actor: .service("test"), cause: Position(0), payload: bytes.payload,
            secret: bytes.secret.map { .init(plaintext: $0, key: Self.key) })
        let nonce = [UInt8](repeating: 0, count: 4) + (0..<8).map { UInt8(truncatingIfNeeded: position >> (56 - 8 * $0)) }
        return try draft.entry(at: Position(position), version: StreamVersion(position), recorded: recorded, nonce: nonce)
    }

    static func secret(of entry: Entry) throws -> [UInt8]? {
        entry.sealed == nil ? nil : try entry.opened(with: key)
    }

    /// What is read of an event that was written.
    mutating func read(_ event: Event) throws -> [Event] {
        try entries(of: event).map { written in
            let entry = try Entry(line: written.line)
            return try EventCodec.decode(entry, secret: Self.secret(of: entry))
        }
    }
}
