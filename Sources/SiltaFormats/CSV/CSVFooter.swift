/// Holds back the rows that may turn out to be the footer, of dialects that have one.
struct CSVFooter {
    enum Held {
        case row([UInt8], line: Int, isMarked: Bool)
        case unreadable(CSVLine)
    }

    /// Whether rows go through here at all.
    let isExpected: Bool
    private let count: Int
    private let start: [UInt8]?
    private var hasStarted = false
    /// A ring: the oldest stands at `oldest`.
    private var held: [Held] = []
    private var oldest = 0

    init(_ dialect: CSVDialect) {
        count = dialect.footer
        start = dialect.footerStart.map { Array($0.utf8) }
        isExpected = count > 0 || start != nil
    }

    /// - Returns: the row that is now known to be none of the footer.
    mutating func hold(_ row: UnsafeBufferPointer<UInt8>, line: Int, isMarked: Bool) -> Held? {
        if let start, row.starts(with: start) { hasStarted = true }
        return hold(.row(Array(row), line: line, isMarked: isMarked))
    }

    mutating func hold(_ line: CSVLine) -> Held? { hold(.unreadable(line)) }

    private mutating func hold(_ new: Held) -> Held? {
        if hasStarted { return nil }
        if count == 0 { return new }
        guard held.count == count else {
            held.append(new)
            return nil
        }
        let due = held[oldest]
        held[oldest] = new
        oldest = (oldest + 1) % count
        return due
    }
}
