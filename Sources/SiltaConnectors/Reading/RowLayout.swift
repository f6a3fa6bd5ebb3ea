internal import SiltaCore
internal import SiltaFormats

/// What the rows of a file mean, once its header is known. A class, since it is handed on with every row and holds much.
final class RowLayout<Interpreter: RecordInterpreter> {
    enum Outcome {
        case record(Interpreter.Record)
        /// None of our business, as the manifest has it.
        case skipped
        /// The key is nil where it could not be read.
        case rejected(key: String?, reason: String)
    }

    /// Of a rejected row whose fields have more bytes together than this, none is kept.
    private static var keptLength: Int { 16_384 }

    private let interpreter: Interpreter
    private let skips: SkipColumns
    private let columnCount: Int
    private let hasHeader: Bool
    private let readColumns: [(index: Int, title: String)]
    private let encoding: TextEncoding

    var hasKeys: Bool { interpreter.key != nil }

    /// - Parameter hasHeader: whether the first row of the file names the columns.
    init(_ columns: BoundColumns, columnCount: Int, encoding: TextEncoding, hasHeader: Bool = true) throws(ReadFailure) {
        interpreter = try Interpreter(columns)
        skips = try columns.skips()
        readColumns = columns.readColumns()
        self.columnCount = columnCount
        self.hasHeader = hasHeader
        self.encoding = encoding
    }

    func outcome(of line: CSVLine) -> Outcome {
        switch line {
        case .unreadable(_, .overlong, _):
            return .rejected(key: nil, reason: "the row is longer than \(CSVReader.lineLimit) bytes")
        case .unreadable(_, .item(let fault), _): return .rejected(key: nil, reason: fault.sentence)
        case .unreadable(_, .misquoted, _):
            return .rejected(
                key: nil, reason: "a quotation mark stands where it may not, or is never closed; inside a quoted field it is doubled")
        case .row(let row):
            guard row.count == columnCount else {
                let model = hasHeader ? "the header" : "the first row"
                return .rejected(key: nil, reason: "the row has \(row.count) fields and must have \(columnCount), as \(model) has")
            }
            return outcome(of: row)
        case .flawed(let row, let problem):
            // Which of its values is not what it seems to be is not known: no rule may skip it.
            switch outcome(of: row, mayBeSkipped: false) {
            case .record(let record): return .rejected(key: hasKeys ? record.keyText : nil, reason: problem)
            case .skipped: return .skipped
            case .rejected(let key, _): return .rejected(key: key, reason: problem)
            }
        }
    }

    /// The row as it is kept; what the mapping does not read is left out, and of a row that is not understood as a row, everything.
    func rejectedRow(_ line: CSVLine, key: String?, reason: String, file: String) -> RejectedRow {
        func rejected(_ fields: [RejectedRow.Field], _ digest: Digest) -> RejectedRow {
            RejectedRow(
                kind: Interpreter.kind, file: file, line: Int32(clamping: line.line), key: key, reason: reason, fields: fields,
                digest: digest)
        }
        switch line {
        case .unreadable(_, _, let digest): return rejected([], digest)
        case .row(let row), .flawed(let row, _):
            let length = readColumns.reduce(0) { $0 + (row.count == columnCount ? row[$1.index].count : 0) }
            guard row.count == columnCount, length <= Self.keptLength else { return rejected([], row.digest) }
            let fields = readColumns.map { RejectedRow.Field(name: $0.title, value: encoding.decodeRepairing(row[$0.index])) }
            var kept = rejected(fields, row.digest)
            kept.pupil = interpreter.pupilOfRejected(row)
            return kept
        }
    }

    private func outcome(of row: CSVRow, mayBeSkipped: Bool = true) -> Outcome {
        var doubt: RowProblem?
        if mayBeSkipped {
            do throws(RowProblem) {
                if try skips.skips(row) { return .skipped }
            } catch { doubt = error }
        }
        let key: String?
        do { key = try interpreter.key?.key(of: row) } catch { return .rejected(key: nil, reason: error.sentence) }
        if let doubt { return .rejected(key: key, reason: doubt.sentence) }
        do { return .record(try interpreter.record(of: row, key: key ?? "")) } catch { return .rejected(key: key, reason: error.sentence) }
    }
}

extension ItemFault {
    fileprivate var sentence: String {
        switch self {
        case .overlong: "the item is longer than \(JSONItems.itemLimit) bytes"
        case .malformed: "the item is no JSON object that can be read"
        case .noList: "what should be a list, of which each element is a row, is none"
        case .overfull: "the item has too many elements for its length to make a row of each"
        }
    }
}
