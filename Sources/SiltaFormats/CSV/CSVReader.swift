/// Divides bytes that come in pieces into rows.
///
/// Line ends are LF or CRLF, the last may be missing, and lines without a byte are passed over. A UTF-8 byte order mark at the
/// start is not part of the first field. What is kept between two pieces is at most one row of `lineLimit` bytes.
public struct CSVReader: ~Copyable {
    /// The longest row, in bytes without its line end: 1 MiB.
    public static let lineLimit = 1 << 20

    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    private let limit: Int
    private var ends: CSVRowEnds
    private var fields: CSVFieldSplitter
    /// From the first byte of the row that has not ended yet.
    private var buffer = CSVBuffer(capacity: 1 << 19)
    /// How much of the buffer has been searched for the end of its row.
    private var searched = 0
    /// The line on which the row begins that has not ended yet.
    private var line = 1
    /// What a row that is already too long came to so far.
    private var overlong: RowHash?
    /// How many lines of the preamble are still to come.
    private var preamble: Int
    private var footer: CSVFooter

    public init(dialect: CSVDialect, lineLimit: Int = CSVReader.lineLimit) {
        limit = lineLimit
        preamble = dialect.preamble
        footer = CSVFooter(dialect)
        ends = CSVRowEnds(dialect: dialect)
        fields = CSVFieldSplitter(dialect: dialect)
    }

    /// Takes the next piece, of any length, and yields the rows that end in it.
    public mutating func feed<E: Error>(_ piece: UnsafeRawBufferPointer, _ body: (CSVLine) throws(E) -> Void) throws(E) {
        guard preamble == 0 else {
            guard let rest = skipPreamble(piece) else { return }
            return try feed(rest, body)
        }
        buffer.append(piece)
        var start = 0
        while let end = ends.next(in: buffer.bytes(0..<buffer.count), from: searched) {
            try yield(start..<end, body)
            line += ends.takeLines()
            start = end + 1
            searched = start
        }
        // A carriage return may still turn out to be part of the line end.
        if overlong != nil || buffer.count - start > limit + 1 {
            overlong = overlong ?? RowHash()
            overlong?.absorb(buffer.bytes(start..<buffer.count))
            start = buffer.count
        }
        buffer.removeFirst(start)
        searched = buffer.count
    }

    /// Yields the last row, where no line end followed it.
    public mutating func finish<E: Error>(_ body: (CSVLine) throws(E) -> Void) throws(E) {
        try yield(0..<buffer.count, body)
        buffer.removeAll()
        searched = 0
    }

    private mutating func yield<E: Error>(_ range: Range<Int>, _ body: (CSVLine) throws(E) -> Void) throws(E) {
        var row = buffer.bytes(range)
        if overlong == nil, row.last == CSVReader.carriageReturn { row = UnsafeBufferPointer(rebasing: row.dropLast()) }
        if overlong == nil, row.isEmpty { return }
        if overlong != nil || row.count > limit {
            var hash = overlong ?? RowHash()
            hash.absorb(buffer.bytes(range))
            overlong = nil
            let unreadable = CSVLine.unreadable(line: line, fault: .overlong, digest: hash.finish())
            guard footer.isExpected else { return try body(unreadable) }
            guard let due = footer.hold(unreadable) else { return }
            return try yield(due, body)
        }
        let isMarked = line == 1 && row.starts(with: CSVReader.byteOrderMark)
        if isMarked { row = UnsafeBufferPointer(rebasing: row.dropFirst(CSVReader.byteOrderMark.count)) }
        guard footer.isExpected else { return try body(fields.split(row, line: line, isMarked: isMarked)) }
        guard let due = footer.hold(row, line: line, isMarked: isMarked) else { return }
        try yield(due, body)
    }

    /// A row that turned out to be none of the footer.
    private mutating func yield<E: Error>(_ due: CSVFooter.Held, _ body: (CSVLine) throws(E) -> Void) throws(E) {
        switch due {
        case .unreadable(let line): try body(line)
        case .row(let bytes, let line, let isMarked):
            // The fields point into the bytes while they are looked at.
            let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: bytes.count)
            defer { copy.deallocate() }
            _ = copy.initialize(from: bytes)
            try body(fields.split(UnsafeBufferPointer(copy), line: line, isMarked: isMarked))
        }
    }

    /// - Returns: what follows the preamble; nil where it goes on.
    private mutating func skipPreamble(_ piece: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        var rest = piece
        while preamble > 0 {
            guard let end = rest.firstIndex(of: CSVReader.lineFeed) else { return nil }
            rest = UnsafeRawBufferPointer(rebasing: rest[(end + 1)...])
            preamble -= 1
            line += 1
        }
        return rest
    }
}
