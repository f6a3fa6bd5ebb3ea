internal import Glibc

/// Finds where rows end: at a line feed that stands in no quoted field. Goes on where the last piece stopped.
struct CSVRowEnds {
    private enum Place {
        case atFieldStart, inField, inQuotes, afterQuote
    }

    private let dialect: CSVDialect
    private var place = Place.atFieldStart
    /// Line feeds since they were last taken.
    private var lines = 0

    init(dialect: CSVDialect) {
        self.dialect = dialect
    }

    /// The index of the next line feed that ends a row.
    mutating func next(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        switch dialect.quoting {
        case .none:
            guard let end = CSVRowEnds.lineFeed(in: bytes, from: start) else { return nil }
            lines += 1
            return end
        case .rfc4180:
            return nextUnquoted(in: bytes, from: start)
        }
    }

    /// How many lines the rows had that ended since the last call.
    mutating func takeLines() -> Int {
        defer { lines = 0 }
        return lines
    }

    private static func lineFeed(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        guard start < bytes.count, let base = UnsafeRawPointer(bytes.baseAddress) else { return nil }
        return memchr(base + start, Int32(CSVReader.lineFeed), bytes.count - start).map { UnsafeRawPointer($0) - base }
    }

    private mutating func nextUnquoted(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        for index in start..<bytes.count {
            let byte = bytes[index]
            if byte == CSVReader.lineFeed { lines += 1 }
            switch (byte, place) {
            case (CSVReader.lineFeed, .atFieldStart), (CSVReader.lineFeed, .inField), (CSVReader.lineFeed, .afterQuote):
                place = .atFieldStart
                return index
            case (UInt8(ascii: "\""), .atFieldStart), (UInt8(ascii: "\""), .afterQuote): place = .inQuotes
            case (UInt8(ascii: "\""), .inQuotes): place = .afterQuote
            case (_, .inQuotes): break
            case (dialect.separator, _): place = .atFieldStart
            default: place = .inField
            }
        }
        return nil
    }
}
