internal import Glibc
public import SiltaCore

/// A line of a program's output: a view of the reader's memory, valid only while the reader yields it.
public enum MessageLine {
    case message(number: Int, UnsafeBufferPointer<UInt8>)
    /// Longer than ``MessageLines/lineLimit``; its bytes were hashed and let go.
    case overlong(number: Int, digest: Digest)
}

/// Divides bytes that come in pieces into messages, one a line. Lines without a byte are passed over. What is kept between two
/// pieces is at most one line of ``lineLimit`` bytes.
public struct MessageLines: ~Copyable {
    /// The longest line, in bytes without its end: 1 MiB.
    public static let lineLimit = 1 << 20

    /// From the first byte of the line that has not ended yet.
    private var buffer = CSVBuffer(capacity: 1 << 17)
    /// How much of the buffer has been searched for the end of its line.
    private var searched = 0
    /// What a line that is already too long came to so far.
    private var overlong: RowHash?
    /// How many messages there were so far.
    public private(set) var count = 0

    public init() {}

    /// Takes the next piece, of any length, and yields the lines that end in it.
    public mutating func feed<E: Error>(_ piece: UnsafeRawBufferPointer, _ body: (MessageLine) throws(E) -> Void) throws(E) {
        buffer.append(piece)
        var start = 0
        while let end = lineEnd(from: searched) {
            try yield(start..<end, body)
            start = end + 1
            searched = start
        }
        // A carriage return may still turn out to be part of the line end.
        if overlong != nil || buffer.count - start > MessageLines.lineLimit + 1 {
            overlong = overlong ?? RowHash()
            overlong?.absorb(buffer.bytes(start..<buffer.count))
            start = buffer.count
        }
        buffer.removeFirst(start)
        searched = buffer.count
    }

    /// Yields the last line, where no line end followed it.
    public mutating func finish<E: Error>(_ body: (MessageLine) throws(E) -> Void) throws(E) {
        try yield(0..<buffer.count, body)
        buffer.removeAll()
        searched = 0
    }

    private func lineEnd(from start: Int) -> Int? {
        let rest = buffer.bytes(start..<buffer.count)
        guard let base = rest.baseAddress, let end = memchr(base, Int32(UInt8(ascii: "\n")), rest.count) else { return nil }
        return start + (UnsafeRawPointer(end) - UnsafeRawPointer(base))
    }

    private mutating func yield<E: Error>(_ range: Range<Int>, _ body: (MessageLine) throws(E) -> Void) throws(E) {
        var line = buffer.bytes(range)
        if let overlong {
            var hash = overlong
            hash.absorb(line)
            self.overlong = nil
            count += 1
            return try body(.overlong(number: count, digest: hash.finish()))
        }
        if line.last == UInt8(ascii: "\r") { line = UnsafeBufferPointer(rebasing: line.dropLast()) }
        if line.isEmpty { return }
        count += 1
        guard line.count <= MessageLines.lineLimit else {
            var hash = RowHash()
            hash.absorb(line)
            return try body(.overlong(number: count, digest: hash.finish()))
        }
        try body(.message(number: count, line))
    }
}
