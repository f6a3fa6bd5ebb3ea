public import SiltaCore

/// Holds lines to what a log says of them in its columns, without making an ``Entry`` of each: the bytes of a line are fixed by its
/// values, so that it is enough to write its beginning anew and to compare.
public struct LineCheck {
    private var opening: [UInt8] = []
    /// The last instant that was found to be one: mostly the next is the same.
    private var instant: [UInt8] = []

    public init() {}

    /// Whether a line is one that `Entry.line` writes, of these values.
    ///
    /// - Parameters:
    ///   - stream: UTF-8, as are `type` and `recorded`.
    /// - Returns: false also where it is an entry of these values, but in another spelling: only reading it tells that.
    public mutating func isWritten(
        _ line: [UInt8], position: Position, stream: UnsafeBufferPointer<UInt8>, version: StreamVersion,
        type: UnsafeBufferPointer<UInt8>, recorded: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        guard position.value >= 0, version.value >= 1, line.count <= Entry.maximumBytes else { return false }
        guard LineCheck.isStream(stream), isInstant(recorded) else { return false }
        opening.removeAll(keepingCapacity: true)
        opening.appendOpening(position: position, stream: stream, version: version, type: type, recorded: recorded)
        guard line.starts(with: opening) else { return false }
        return Entry.isWritten(line, after: opening.count)
    }

    private static func isStream(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        if EventStream(pupil: text) != nil { return true }
        guard let text = String(validating: text, as: UTF8.self), let stream = EventStream(text) else { return false }
        return stream.description.utf8.elementsEqual(text.utf8)
    }

    private mutating func isInstant(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        if text.elementsEqual(instant) { return true }
        guard let spelled = String(validating: text, as: UTF8.self), let read = Instant(spelled) else { return false }
        guard read.bytes.elementsEqual(text) else { return false }
        instant = read.bytes
        return true
    }
}
