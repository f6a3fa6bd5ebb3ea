/// Divides a whole row into fields.
struct CSVFieldSplitter: ~Copyable {
    private static let quote = UInt8(ascii: "\"")

    private let dialect: CSVDialect
    /// Where the fields of the row end; in memory of its own, kept from row to row.
    private var ends: UnsafeMutablePointer<Int>
    private var capacity = 64
    private var count = 0
    /// The fields of a row without their quoting.
    private var unquoted = CSVBuffer(capacity: 256)

    init(dialect: CSVDialect) {
        self.dialect = dialect
        ends = .allocate(capacity: capacity)
    }

    deinit {
        ends.deallocate()
    }

    mutating func split(_ raw: UnsafeBufferPointer<UInt8>, line: Int, isMarked: Bool) -> CSVLine {
        count = 0
        switch dialect.quoting {
        case .none:
            divide(raw)
            return .row(row(raw, fields: raw, line: line, isMarked: isMarked))
        case .rfc4180:
            guard unquote(raw) else {
                var hash = RowHash()
                hash.absorb(raw)
                return .unreadable(line: line, fault: .misquoted, digest: hash.finish())
            }
            return .row(row(raw, fields: unquoted.bytes(0..<unquoted.count), line: line, isMarked: isMarked))
        }
    }

    private func row(
        _ raw: UnsafeBufferPointer<UInt8>, fields: UnsafeBufferPointer<UInt8>, line: Int, isMarked: Bool
    ) -> CSVRow {
        CSVRow(line: line, isMarked: isMarked, raw: raw, fields: fields, ends: UnsafeBufferPointer(start: ends, count: count))
    }

    private mutating func divide(_ raw: UnsafeBufferPointer<UInt8>) {
        let separator = dialect.separator
        for index in 0..<raw.count where raw[index] == separator { end(at: index) }
        end(at: raw.count)
    }

    private mutating func end(at index: Int) {
        if count == capacity {
            let grown = UnsafeMutablePointer<Int>.allocate(capacity: capacity * 2)
            grown.update(from: ends, count: count)
            ends.deallocate()
            ends = grown
            capacity *= 2
        }
        ends[count] = index
        count += 1
    }

    /// The fields without their quoting, one byte between each and the next; false where the quoting is broken.
    private mutating func unquote(_ row: UnsafeBufferPointer<UInt8>) -> Bool {
        unquoted.removeAll()
        var rest = row[...]
        while true {
            let isWellFormed = rest.first == CSVFieldSplitter.quote ? takeQuoted(&rest) : takePlain(&rest)
            guard isWellFormed else { return false }
            end(at: unquoted.count)
            guard rest.popFirst() != nil else { return true }
            unquoted.append(dialect.separator)
        }
    }

    /// Up to a separator or the end, in which a quotation mark may not stand.
    private mutating func takePlain(_ rest: inout Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        let separator = dialect.separator
        let field = rest.prefix { $0 != separator }
        rest = rest[field.endIndex...]
        unquoted.append(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: field)))
        return !field.contains(CSVFieldSplitter.quote)
    }

    /// From its opening quotation mark through its closing one, after which a separator or the end must follow.
    private mutating func takeQuoted(_ rest: inout Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        rest.removeFirst()
        while let byte = rest.popFirst() {
            guard byte == CSVFieldSplitter.quote else {
                unquoted.append(byte)
                continue
            }
            guard rest.first == CSVFieldSplitter.quote else { return rest.first.map { $0 == dialect.separator } ?? true }
            unquoted.append(CSVFieldSplitter.quote)
            rest.removeFirst()
        }
        return false
    }
}
