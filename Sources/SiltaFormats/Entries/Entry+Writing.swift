public import SiltaCore
import SiltaProof

extension Entry {
    /// The line without its newline.
    public var line: [UInt8] {
        let sealedText = ((sealed?.count ?? 0) + 2) / 3 * 4
        var line: [UInt8] = []
        line.reserveCapacity(400 + sealedText)
        line.appendOpening(
            position: position, stream: stream.bytes, version: version, type: Array(type.utf8), recorded: recorded.bytes)
        line.appendMember("actor")
        line.appendJSON(actor.description)
        if let cause {
            line.appendMember("cause")
            line.appendJSON(cause.value)
        }
        if let payload {
            line.appendMember("payload")
            payload.write(into: &line)
        }
        if let key {
            line.appendMember("key")
            line.appendJSON(key.rawValue)
        }
        if let sealed {
            line.appendMember("sealed")
            line.append(UInt8(ascii: "\""))
            Base64.append(sealed, to: &line)
            line.append(UInt8(ascii: "\""))
        }
        line.append(UInt8(ascii: "}"))
        return line
    }

    /// Whether its line reads back as this entry. An entry stays for ever, so this is asked before it is written.
    ///
    /// Most of an entry cannot be written wrongly: numbers, identifiers of bits, base64 and escaped text read back whatever they are.
    /// What can is asked one by one; a payload in the clear, which can be anything, is read.
    public var readsBack: Bool {
        guard position.value >= 0, version.value >= 1, cause.map({ $0.value >= 0 }) ?? true else { return false }
        guard stream.isReadable, actor.isReadable, recorded.isReadable else { return false }
        guard (sealed == nil) == (key == nil), payload != nil || sealed != nil else { return false }
        guard let payload else { return true }
        // One level below the line's own object.
        guard case .object = payload, let read = try? JSON.parse(JSON.array([payload]).bytes) else { return false }
        return read == .array([payload])
    }
}

extension [UInt8] {
    /// What a line begins with, and what a log keeps beside it in columns: all up to the instant, with its closing quote.
    ///
    /// - Parameters:
    ///   - stream: UTF-8, as are the type and the instant.
    mutating func appendOpening(
        position: Position, stream: some Collection<UInt8>, version: StreamVersion, type: some Collection<UInt8>,
        recorded: some Collection<UInt8>
    ) {
        append(literal: #"{"position":"#)
        appendJSON(position.value)
        appendMember("stream")
        appendText(stream)
        appendMember("version")
        appendJSON(version.value)
        appendMember("type")
        appendText(type)
        appendMember("recorded")
        appendText(recorded)
    }

    private mutating func appendText(_ text: some Collection<UInt8>) {
        let isWritten: Void? = text.withContiguousStorageIfAvailable { appendJSON(utf8: $0) }
        if isWritten == nil { Array(text).withUnsafeBufferPointer { appendJSON(utf8: $0) } }
    }
}

// MARK: - The text forms of what a line begins with

extension EventStream {
    /// The bytes of its description.
    public var bytes: [UInt8] {
        guard case .pupil(let id) = self else { return Array(description.utf8) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(38)
        bytes.append(literal: "pupil/")
        bytes.appendHexadecimal(id.bits, digits: 32)
        return bytes
    }

    fileprivate var isReadable: Bool {
        switch self {
        case .provider, .access, .pupil, .notice: true
        case .source(let id): id.rawValue.isPlainName || EventStream(description) == self
        case .endpoint(let id): id.rawValue.isPlainName || EventStream(description) == self
        }
    }
}

extension String {
    /// Whether it reads back behind a slash whatever it is. A combining accent, for one, would make another letter of the slash.
    fileprivate var isPlainName: Bool { !isEmpty && utf8.allSatisfy { $0 < 0x80 } }
}

extension Actor {
    fileprivate var isReadable: Bool {
        switch self {
        case .source(let id): id.rawValue.isPlainName || Actor(description) == self
        case .service(let name), .person(let name): name.isPlainName || Actor(description) == self
        }
    }
}

extension Instant {
    /// Years 1 to 9999 in UTC.
    private static let readable = Instant(milliseconds: -62_135_596_800_000)...Instant(milliseconds: 253_402_300_799_999)

    fileprivate var isReadable: Bool { Instant.readable.contains(self) }

    /// The bytes of its description.
    public var bytes: [UInt8] {
        guard isReadable else { return Array(description.utf8) }
        let day = milliseconds >= 0 ? milliseconds / 86_400_000 : (milliseconds - 86_399_999) / 86_400_000
        let ofDay = Int(milliseconds - day * 86_400_000)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(24)
        bytes.append(LocalDate(dayNumber: Int32(day)))
        bytes.append(UInt8(ascii: "T"))
        bytes.append(decimal: ofDay / 3_600_000, digits: 2)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(decimal: ofDay / 60_000 % 60, digits: 2)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(decimal: ofDay / 1000 % 60, digits: 2)
        bytes.append(UInt8(ascii: "."))
        bytes.append(decimal: ofDay % 1000, digits: 3)
        bytes.append(UInt8(ascii: "Z"))
        return bytes
    }
}
