/// The identity of a log, the first line of its checkpoints; `silta/<provider id>` unless configured.
///
/// Origins are equal if their bytes are.
public struct LogOrigin: Sendable {
    public let text: String

    /// - Throws: `CheckpointError.origin` if the text is empty or holds a control character.
    public init(_ text: String) throws(CheckpointError) {
        guard !text.isEmpty, !text.utf8.contains(where: { $0 < 0x20 }) else { throw .origin }
        self.text = text
    }

    /// The origin of the log whose own key bears this name: C2SP recommends that the two be the same.
    public init(_ name: KeyName) {
        text = name.text
    }
}

extension LogOrigin: Hashable {
    public static func == (one: LogOrigin, other: LogOrigin) -> Bool { areSameBytes(one.text, other.text) }

    public func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
    }
}

extension LogOrigin: CustomStringConvertible {
    public var description: String { text }
}
