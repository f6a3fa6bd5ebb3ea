import SiltaCore
import SiltaProof

extension Entry {
    /// Reads a line as it was written; whatever is missing, unknown or malformed is an error.
    public init(line: some Collection<UInt8>) throws(EntryError) {
        guard line.count <= Entry.maximumBytes else { throw EntryError("the entry is longer than \(Entry.maximumBytes) bytes") }
        var members = LineMembers()
        do throws(JSONError) {
            var reader = JSONReader(Array(line))
            guard try members.read(from: &reader) else { throw reader.error(members.problem) }
            try reader.end()
        } catch {
            throw EntryError(members.problem.isEmpty ? "the entry is not JSON: \(error)" : members.problem)
        }
        self = try members.entry()
    }

    /// Whether a line goes on from `opening` as `Entry.line` writes it, to its end.
    static func isWritten(_ line: [UInt8], after opening: Int) -> Bool {
        var reader = JSONReader(line, from: opening, depth: 1)
        return reader.takesRestOfLine()
    }
}

/// The members of a line as they were read, in whatever order they stand.
private struct LineMembers {
    private var position: Position?
    private var stream: EventStream?
    private var version: StreamVersion?
    private var type: String?
    private var recorded: Instant?
    private var actor: Actor?
    private var cause: Position?
    private var payload: JSON?
    private var key: KeyID?
    private var sealed: [UInt8]?
    /// What is wrong beside JSON itself; empty where nothing is.
    private(set) var problem = ""

    /// - Returns: false where `problem` says why not.
    mutating func read(from reader: inout JSONReader) throws(JSONError) -> Bool {
        reader.skipSpace()
        guard reader.at < reader.bytes.count, reader.bytes[reader.at] == UInt8(ascii: "{") else {
            _ = try reader.value()
            return fails("the entry is not a JSON object")
        }
        var isMore = try reader.opens("{")
        while isMore {
            let name = try reader.name()
            guard try readMember(name, from: &reader) else { return fails("the entry's \"\(name)\" cannot be read") }
            isMore = try reader.goesOn(before: "}")
        }
        return true
    }

    /// - Returns: whether the value is one for that name, which has none yet.
    private mutating func readMember(_ name: String, from reader: inout JSONReader) throws(JSONError) -> Bool {
        switch name {
        case "position": return position.takes(try reader.value().integer.flatMap { $0 >= 0 ? Position($0) : nil })
        case "stream": return stream.takes(try reader.stream())
        case "version": return version.takes(try reader.value().integer.flatMap { $0 >= 1 ? StreamVersion($0) : nil })
        case "type": return type.takes(try reader.value().string)
        case "recorded": return recorded.takes(try reader.instant())
        case "actor": return actor.takes(try reader.actor())
        case "cause": return cause.takes(try reader.value().integer.flatMap { $0 >= 0 ? Position($0) : nil })
        case "payload": return payload.takes(try reader.value().object)
        case "key": return key.takes(try reader.value().string.map { KeyID($0) })
        case "sealed": return sealed.takes(try reader.base64())
        default: return fails("the entry has a member \"\(name)\"")
        }
    }

    private mutating func fails(_ reason: String) -> Bool {
        if problem.isEmpty { problem = reason }
        return false
    }

    func entry() throws(EntryError) -> Entry {
        func require<Value>(_ value: Value?, _ name: String) throws(EntryError) -> Value {
            guard let value else { throw EntryError("the entry has no \"\(name)\"") }
            return value
        }
        let entry = Entry(
            position: try require(position, "position"), stream: try require(stream, "stream"), version: try require(version, "version"),
            type: try require(type, "type"), recorded: try require(recorded, "recorded"), actor: try require(actor, "actor"),
            cause: cause, payload: payload, key: key, sealed: sealed)
        guard (sealed == nil) == (key == nil) else { throw EntryError("the entry has one of \"key\" and \"sealed\" without the other") }
        guard payload != nil || sealed != nil else { throw EntryError("the entry has neither \"payload\" nor \"sealed\"") }
        return entry
    }
}

extension Optional {
    /// Whether this was nothing yet, and is now something.
    fileprivate mutating func takes(_ value: Wrapped?) -> Bool {
        guard case .none = self, let value else { return false }
        self = value
        return true
    }
}

extension JSON {
    /// This, if it is an object.
    fileprivate var object: JSON? {
        if case .object = self { self } else { nil }
    }
}

extension EventStream {
    private static let pupilPrefix: StaticString = "pupil/"

    /// A pupil's stream, of which there are most.
    init?(pupil text: UnsafeBufferPointer<UInt8>) {
        let prefix = EventStream.pupilPrefix
        let start = prefix.utf8CodeUnitCount
        guard text.count == start + 32, text.starts(with: UnsafeBufferPointer(start: prefix.utf8Start, count: start)) else { return nil }
        guard let high = text.hexadecimal(from: start), let low = text.hexadecimal(from: start + 16) else { return nil }
        self = .pupil(PupilID(bits: UInt128(high) << 64 | UInt128(low)))
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// What 16 digits in lower case are worth; nil where something else stands among them.
    fileprivate func hexadecimal(from start: Int) -> UInt64? {
        var bits: UInt64 = 0
        for place in start..<(start + 16) {
            switch self[place] {
            case let digit where (48...57).contains(digit): bits = bits << 4 | UInt64(digit - 48)
            case let digit where (97...102).contains(digit): bits = bits << 4 | UInt64(digit - 87)
            default: return nil
            }
        }
        return bits
    }
}

extension Actor {
    private static let names: [(prefix: StaticString, make: @Sendable (String) -> Actor)] = [
        ("source/", { .source(SourceID($0)) }), ("service/", { .service($0) }), ("person/", { .person($0) }),
    ]

    /// The actor of a text in ASCII; nil also for one that can be read, and has other letters.
    init?(ascii text: UnsafeBufferPointer<UInt8>) {
        guard text.allSatisfy({ $0 < 0x80 }) else { return nil }
        for (prefix, make) in Actor.names {
            let start = prefix.utf8CodeUnitCount
            guard text.count > start, text.starts(with: UnsafeBufferPointer(start: prefix.utf8Start, count: start)) else { continue }
            self = make(String(decoding: text[start...], as: UTF8.self))
            return
        }
        return nil
    }
}

extension JSONReader {
    fileprivate mutating func stream() throws(JSONError) -> EventStream? {
        if let pupil = plainBytes({ EventStream(pupil: $0) }) { return pupil }
        return try value().string.flatMap { EventStream($0) }
    }

    fileprivate mutating func actor() throws(JSONError) -> Actor? {
        if let actor = plainBytes({ Actor(ascii: $0) }) { return actor }
        return try value().string.flatMap { Actor($0) }
    }

    /// An instant as it is written, `2026-10-05T17:00:00.123Z`, or any other text of one.
    fileprivate mutating func instant() throws(JSONError) -> Instant? {
        let written = plainBytes { text -> Instant? in
            guard text.count == 24, let year = text.number(0..<4), let month = text.number(5..<7), let day = text.number(8..<10),
                let hour = text.number(11..<13), let minute = text.number(14..<16), let second = text.number(17..<19),
                let thousandth = text.number(20..<23), hour < 24, minute < 60, second < 60,
                text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-"), text[10] == UInt8(ascii: "T"),
                text[13] == UInt8(ascii: ":"), text[16] == UInt8(ascii: ":"), text[19] == UInt8(ascii: "."),
                text[23] == UInt8(ascii: "Z"), let date = LocalDate(year: year, month: month, day: day)
            else { return nil }
            let ofDay = Int64((hour * 60 + minute) * 60 + second) * 1000 + Int64(thousandth)
            return Instant(milliseconds: Int64(date.dayNumber) * 86_400_000 + ofDay)
        }
        if let written { return written }
        return try value().string.flatMap { Instant($0) }
    }

    fileprivate mutating func base64() throws(JSONError) -> [UInt8]? {
        if let decoded = plainBytes({ Base64.decode($0) }) { return decoded }
        return try value().string.flatMap { Base64.decode($0.utf8) }
    }

    /// Whether what follows is the rest of a line, as it is written.
    fileprivate mutating func takesRestOfLine() -> Bool {
        guard take(#","actor":"#), (try? actor()).flatMap(\.self) != nil else { return false }
        if take(#","cause":"#) {
            guard let cause = try? wholeNumber(), cause >= 0 else { return false }
        }
        let hasPayload = take(#","payload":"#)
        if hasPayload {
            guard (try? value())?.object != nil else { return false }
        }
        let isSealed = take(#","key":"#)
        if isSealed {
            guard plainBytes({ text in text.allSatisfy { $0 < 0x80 } ? text.count : nil }) != nil else { return false }
            guard take(#","sealed":"#), plainBytes({ Base64.decodedCount($0) }) != nil else { return false }
        }
        return (hasPayload || isSealed) && take(UInt8(ascii: "}")) && at == bytes.count
    }
}
