/// One line of the service's own log: what happened, as a sentence, and what it concerns. Never anything of a pupil.
public struct JournalLine: Hashable, Sendable {
    /// How much it matters, by the levels of [RFC 5424](https://www.rfc-editor.org/rfc/rfc5424#section-6.2.1).
    public enum Priority: Int, Sendable, CaseIterable {
        case emergency, alert, critical, error, warning, notice, info, debug
    }

    /// What the line concerns, such as `provider` and its name.
    public struct Field: Hashable, Sendable {
        public let name: String
        public let value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    public var priority: Priority
    public var sentence: String
    /// Which kind of line it is, for machines and for message catalogs.
    public var messageID: MessageID?
    /// In the order they are shown in.
    public var fields: [Field]

    public init(_ priority: Priority, _ sentence: String, messageID: MessageID? = nil, fields: KeyValuePairs<String, String> = [:]) {
        self.init(priority, sentence, messageID: messageID, fields: fields.map { Field($0, $1) })
    }

    public init(_ priority: Priority, _ sentence: String, messageID: MessageID? = nil, fields: [Field]) {
        self.priority = priority
        self.sentence = sentence
        self.messageID = messageID
        self.fields = fields
    }
}

extension JournalLine {
    /// With what is longer than the limits shortened: at most 4,096 bytes of sentence, and 16 fields of 1,024 bytes each.
    var bounded: JournalLine {
        shortened(sentence: 4096, value: 1024, fields: 16)
    }

    /// - Parameters:
    ///   - sentence: at most so many bytes of it.
    ///   - value: at most so many bytes of each field's value.
    ///   - count: at most so many fields; the last of them then says that others are left out.
    func shortened(sentence: Int, value: Int, fields count: Int) -> JournalLine {
        var line = self
        line.sentence = self.sentence.shortened(toBytes: sentence)
        line.fields = fields.prefix(count).map { Field($0.name.shortened(toBytes: 64), $0.value.shortened(toBytes: value)) }
        if fields.count > count { line.fields[line.fields.count - 1] = Field("left-out", "\(fields.count - count + 1) fields") }
        return line
    }
}
