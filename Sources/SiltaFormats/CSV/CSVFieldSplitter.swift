/// Divides a whole row into fields.
struct CSVFieldSplitter {
    private static let quote = UInt8(ascii: "\"")

    private let dialect: CSVDialect
    /// Kept from row to row for its capacity.
    private var ends: [Int] = []

    init(dialect: CSVDialect) {
        self.dialect = dialect
    }

    mutating func split(_ bytes: [UInt8], _ row: Range<Int>, line: Int, isMarked: Bool) -> CSVLine {
        ends.removeAll(keepingCapacity: true)
        switch dialect.quoting {
        case .none:
            bytes.withUnsafeBufferPointer { bytes in
                for index in row where bytes[index] == dialect.separator { ends.append(index) }
            }
            ends.append(row.upperBound)
            return .row(CSVRow(line: line, isMarked: isMarked, raw: bytes[row], bytes: bytes, start: row.lowerBound, ends: ends))
        case .rfc4180:
            let raw = bytes[row]
            guard let unquoted = unquote(raw) else {
                var hash = RowHash()
                hash.absorb(raw)
                return .unreadable(line: line, fault: .misquoted, digest: hash.finish())
            }
            return .row(CSVRow(line: line, isMarked: isMarked, raw: raw, bytes: unquoted, start: 0, ends: ends))
        }
    }

    /// The fields without their quoting, one byte between each and the next; nil where the quoting is broken.
    private mutating func unquote(_ row: ArraySlice<UInt8>) -> [UInt8]? {
        var fields: [UInt8] = []
        fields.reserveCapacity(row.count)
        var rest = row
        while true {
            let isWellFormed = rest.first == CSVFieldSplitter.quote ? takeQuoted(&rest, into: &fields) : takePlain(&rest, into: &fields)
            guard isWellFormed else { return nil }
            ends.append(fields.count)
            guard rest.popFirst() != nil else { return fields }
            fields.append(dialect.separator)
        }
    }

    /// Up to a separator or the end, in which a quotation mark may not stand.
    private func takePlain(_ rest: inout ArraySlice<UInt8>, into fields: inout [UInt8]) -> Bool {
        let field = rest.prefix { $0 != dialect.separator }
        rest = rest[field.endIndex...]
        fields += field
        return !field.contains(CSVFieldSplitter.quote)
    }

    /// From its opening quotation mark through its closing one, after which a separator or the end must follow.
    private func takeQuoted(_ rest: inout ArraySlice<UInt8>, into fields: inout [UInt8]) -> Bool {
        rest.removeFirst()
        while let byte = rest.popFirst() {
            guard byte == CSVFieldSplitter.quote else {
                fields.append(byte)
                continue
            }
            guard rest.first == CSVFieldSplitter.quote else { return rest.first.map { $0 == dialect.separator } ?? true }
            fields.append(CSVFieldSplitter.quote)
            rest.removeFirst()
        }
        return false
    }
}
