public import SiltaCore

/// What the reader yields, in the order of the file.
public enum CSVLine {
    case row(CSVRow)
    /// An item with which something is wrong as a whole, and what would be right; the fields that it concerns are empty.
    case flawed(CSVRow, problem: String)
    /// A row that could not be divided into fields.
    case unreadable(line: Int, fault: CSVFault, digest: Digest)

    /// Counted from 1; of a row that spans several lines, the first. Of items, which of them it is.
    public var line: Int {
        switch self {
        case .row(let row), .flawed(let row, _): row.line
        case .unreadable(let line, _, _): line
        }
    }
}

public enum CSVFault: Hashable, Sendable {
    /// Longer than the reader's limit; its bytes were hashed and let go.
    case overlong
    /// A quotation mark that RFC 4180 does not allow where it stands, or one that is never closed.
    case misquoted
    /// Of a document of items instead of rows.
    case item(ItemFault)
}

/// One row: a view of the reader's memory, valid only while the reader yields it. Whoever keeps a field copies it.
public struct CSVRow {
    /// Counted from 1; of a row that spans several lines, the first. Of items, which of them it is.
    public let line: Int
    /// The file begins with a UTF-8 byte order mark, and this is its first line.
    public let isMarked: Bool
    /// The row as it stands in the file, without its line end.
    public let raw: UnsafeBufferPointer<UInt8>
    private let fields: UnsafeBufferPointer<UInt8>
    private let ends: UnsafeBufferPointer<Int>

    /// - Parameters:
    ///   - fields: one byte between each and the next.
    ///   - ends: where each field ends.
    init(
        line: Int, isMarked: Bool, raw: UnsafeBufferPointer<UInt8>, fields: UnsafeBufferPointer<UInt8>, ends: UnsafeBufferPointer<Int>
    ) {
        self.line = line
        self.isMarked = isMarked
        self.raw = raw
        self.fields = fields
        self.ends = ends
    }

    /// How many fields there are; at least one.
    public var count: Int { ends.count }

    /// The bytes of a field, its quoting undone.
    public subscript(field: Int) -> UnsafeBufferPointer<UInt8> {
        precondition(ends.indices.contains(field), "a row has only the fields that it counts")
        let start = field == 0 ? 0 : ends[field - 1] + 1
        return UnsafeBufferPointer(rebasing: fields[start..<ends[field]])
    }

    /// SHA-256 of the row as it stands in the file, without its line end.
    public var digest: Digest {
        var hash = RowHash()
        hash.absorb(raw)
        return hash.finish()
    }
}
