public import SiltaCore

/// What the reader yields, in the order of the file.
public enum CSVLine {
    case row(CSVRow)
    /// A row that could not be divided into fields.
    case unreadable(line: Int, fault: CSVFault, digest: Digest)

    /// Counted from 1; of a row that spans several lines, the first.
    public var line: Int {
        switch self {
        case .row(let row): row.line
        case .unreadable(let line, _, _): line
        }
    }
}

public enum CSVFault: Hashable, Sendable {
    /// Longer than the reader's limit; its bytes were hashed and let go.
    case overlong
    /// A quotation mark that RFC 4180 does not allow where it stands, or one that is never closed.
    case misquoted
}

/// One row: a view of the reader's buffer, and where its fields lie in it. Keeping a row or a field is safe, but makes the reader
/// copy its buffer; a text made of it does not.
public struct CSVRow {
    /// Counted from 1; of a row that spans several lines, the first.
    public let line: Int
    /// The file begins with a UTF-8 byte order mark, and this is its first line.
    public let isMarked: Bool
    /// The row as it stands in the file, without its line end.
    public let raw: ArraySlice<UInt8>
    private let bytes: [UInt8]
    private let start: Int
    private let ends: [Int]

    /// - Parameters:
    ///   - bytes: holds the fields from `start` on, one byte between each and the next.
    ///   - ends: where each field ends.
    init(line: Int, isMarked: Bool, raw: ArraySlice<UInt8>, bytes: [UInt8], start: Int, ends: [Int]) {
        self.line = line
        self.isMarked = isMarked
        self.raw = raw
        self.bytes = bytes
        self.start = start
        self.ends = ends
    }

    /// How many fields there are; at least one.
    public var count: Int { ends.count }

    /// The bytes of a field, its quoting undone.
    public subscript(field: Int) -> ArraySlice<UInt8> {
        bytes[(field == 0 ? start : ends[field - 1] + 1)..<ends[field]]
    }

    /// SHA-256 of the row as it stands in the file, without its line end.
    public var digest: Digest {
        var hash = RowHash()
        hash.absorb(raw)
        return hash.finish()
    }
}
