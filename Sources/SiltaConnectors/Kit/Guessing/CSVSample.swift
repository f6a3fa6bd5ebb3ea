internal import SiltaFormats

/// What a file of separated values looks like: the separator by which most rows have equally many fields, and what stands before them.
struct CSVSample {
    let format: Sample.Format
    let columns: [String]
    let rows: [[String]]
    let doubts: [String]

    private struct Candidate {
        var separator: UInt8
        var quoting: CSVDialect.Quoting
        var rows: [[String]]
        /// On which line each begins.
        var lines: [Int]
        /// How many fields most rows have.
        var width: Int
        /// In how many of a thousand rows.
        var consistency: Int

        /// The more rows agree the better, then the more fields; quoting only where it changes something.
        func isBetter(than other: Candidate) -> Bool {
            if consistency != other.consistency { return consistency > other.consistency }
            if width != other.width { return width > other.width }
            return quoting == .none && other.quoting != .none
        }
    }

    private static let separators = Array(";,\t|".utf8)
    /// Lines above the header that are a title, a date, or the name of the report.
    private static let preambleLimit = 20

    /// - Parameter encoding: where it is known; the bytes are UTF-8 then.
    init(name: String, bytes: [UInt8], encoding known: TextEncoding? = nil) throws(SampleProblem) {
        // The last line may have been cut off.
        var bytes = bytes
        if bytes.count >= Sample.byteLimit, let end = bytes.lastIndex(of: UInt8(ascii: "\n")) { bytes.removeSubrange(end...) }
        let isUTF8 = bytes.withUnsafeBufferPointer { TextEncoding.utf8.decode($0) } != nil
        let encoding: TextEncoding = isUTF8 ? .utf8 : .windows1252
        var candidates: [Candidate] = []
        for separator in CSVSample.separators {
            for quoting in [CSVDialect.Quoting.none, .rfc4180] {
                let candidate = CSVSample.candidate(bytes, encoding, separator, quoting)
                if candidate.width > 1 { candidates.append(candidate) }
            }
        }
        candidates.sort { $0.isBetter(than: $1) }
        guard let best = candidates.first else {
            throw SampleProblem("\(name): no separator divides its lines into equally many fields; is it a table?")
        }
        var doubts: [String] = []
        if best.consistency < 950 { doubts.append("only \(best.consistency / 10) % of the lines have \(best.width) fields") }
        let other = candidates.dropFirst().first { $0.separator != best.separator && $0.consistency >= best.consistency }
        if let other { doubts.append("\(CSVSample.shown(other.separator)) would divide the lines as evenly") }
        let quotes = best.quoting == .none && best.rows.contains { $0.contains { $0.contains("\"") } }
        if quotes { doubts.append("quotation marks stand in the fields and are read as they are; quoting: rfc4180 would take them off") }
        let preamble = best.rows.prefix(CSVSample.preambleLimit).prefix { $0.count != best.width }.count
        let table = best.rows.dropFirst(preamble).filter { $0.count == best.width }
        let header = table.first ?? []
        let hasHeader = CSVSample.isHeader(header, above: Array(table.dropFirst().prefix(200)))
        if !hasHeader { doubts.append("the first line looks like a row and not like a header") }
        // Counted in lines: empty ones are no rows.
        let skipped = preamble < best.lines.count && preamble > 0 ? best.lines[preamble] - 1 : 0
        self.doubts = doubts
        format = .csv(
            separator: String(decoding: [best.separator], as: UTF8.self), quoting: best.quoting, encoding: known ?? encoding,
            skippedLines: skipped,
            hasHeader: hasHeader)
        columns = hasHeader ? header : (1...best.width).map(String.init)
        rows = Array(table.dropFirst(hasHeader ? 1 : 0))
    }

    private static func candidate(
        _ bytes: [UInt8], _ encoding: TextEncoding, _ separator: UInt8, _ quoting: CSVDialect.Quoting
    ) -> Candidate {
        var reader = CSVReader(dialect: CSVDialect(separator: separator, quoting: quoting))
        var rows: [[String]] = []
        var lines: [Int] = []
        var bad = 0
        func take(_ line: CSVLine) {
            guard rows.count < Sample.rowLimit else { return }
            guard case .row(let row) = line else {
                bad += 1
                return
            }
            lines.append(row.line)
            rows.append((0..<row.count).map { trimmed(encoding.decodeRepairing(row[$0])) })
        }
        bytes.withUnsafeBytes { reader.feed($0, take) }
        reader.finish(take)
        var counts: [Int: Int] = [:]
        for row in rows { counts[row.count, default: 0] += 1 }
        let width = counts.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key ?? 0
        return Candidate(
            separator: separator, quoting: quoting, rows: rows, lines: lines, width: width,
            consistency: (counts[width] ?? 0) * 1000 / max(1, rows.count + bad))
    }

    /// Names and no values: a row that is taken for a header would show what it says.
    static func isHeader(_ cells: [String], above rows: [[String]]) -> Bool {
        guard Set(cells).count == cells.count, cells.allSatisfy({ !$0.isEmpty && $0.utf8.count <= 60 }),
            !cells.contains(where: { ValueForm.of($0) != .text })
        else { return false }
        if cells.contains(where: FieldWords.isKnown) { return true }
        // Above a column of dates or numbers stands a word.
        return cells.indices.contains { column in
            let values = rows.map { $0[column] }.filter { !$0.isEmpty }
            return values.count > 1 && values.allSatisfy { ValueForm.of($0) != .text }
        }
    }

    private static func shown(_ separator: UInt8) -> String {
        separator == UInt8(ascii: "\t") ? "a tab" : "\"\(String(decoding: [separator], as: UTF8.self))\""
    }

    private static func trimmed(_ text: String) -> String {
        let isSpace = { (character: Character) in character == " " || character == "\t" }
        return String(String(text.drop(while: isSpace).reversed()).drop(while: isSpace).reversed())
    }
}
