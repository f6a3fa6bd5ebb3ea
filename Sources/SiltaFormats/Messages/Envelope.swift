/// What every message of a program says of itself: a view of its line.
public struct Envelope {
    /// `RECORD` and its like.
    public let type: String
    /// The name of the stream, where it has one.
    public let stream: String?
    /// The JSON of the record, where it has one.
    public let record: UnsafeBufferPointer<UInt8>?

    /// Nil where the line is no JSON object, says something twice, or has no type.
    public init?(_ line: UnsafeBufferPointer<UInt8>) {
        self.init(line, knownType: "", knownStream: "")
    }

    /// - Parameters:
    ///   - knownType: a type and a stream that many messages have, of which no new text is made.
    public init?(_ line: UnsafeBufferPointer<UInt8>, knownType: String, knownStream: String) {
        var scanner = MessageScanner(line)
        var (type, stream): (String?, String?) = (nil, nil)
        var record: Range<Int>?
        guard scanner.take(UInt8(ascii: "{")) else { return nil }
        repeat {
            guard let name = scanner.text(), scanner.take(UInt8(ascii: ":")) else { return nil }
            switch Name(scanner, name) {
            case .type:
                guard type == nil, let text = Envelope.text(&scanner, known: knownType) else { return nil }
                type = text
            case .stream:
                guard stream == nil, let text = Envelope.text(&scanner, known: knownStream) else { return nil }
                stream = text
            case .record:
                guard record == nil, let range = scanner.value() else { return nil }
                record = range
            case nil: guard scanner.value() != nil else { return nil }
            }
        } while scanner.take(UInt8(ascii: ","))
        guard scanner.take(UInt8(ascii: "}")), scanner.next == nil, let type else { return nil }
        self.type = type
        self.stream = stream
        self.record = record.map { UnsafeBufferPointer(rebasing: line[$0]) }
    }

    private enum Name {
        case type, stream, record

        init?(_ scanner: MessageScanner, _ text: MessageScanner.Text) {
            let name = UnsafeBufferPointer(rebasing: scanner.bytes[text.range])
            switch name.count {
            case 4 where name.hasBytes(of: "type"): self = .type
            case 6 where name.hasBytes(of: "stream"): self = .stream
            case 6 where name.hasBytes(of: "record"): self = .record
            default: return nil
            }
        }
    }

    private static func text(_ scanner: inout MessageScanner, known: String) -> String? {
        guard let text = scanner.text() else { return nil }
        if !text.isEscaped, UnsafeBufferPointer(rebasing: scanner.bytes[text.range]).hasBytes(of: known) { return known }
        guard let bytes = scanner.decoded(text) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }
}
