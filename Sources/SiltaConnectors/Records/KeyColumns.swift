internal import SiltaCore
internal import SiltaFormats

/// Where a record's key is read: in one column, or put together of other fields of the record.
struct KeyColumns: Sendable {
    enum Part: Sendable {
        case text(Column)
        /// Taken as the date that it is, so that `1.8.2026` and `01.08.2026` are one key.
        case date(Column)
        /// As the time that it is, `08:15`, and nothing where it is empty: a mark of a whole day has none.
        case time(Column)
    }

    let parts: [Part]

    /// Of several parts, each is written with `\` before every `/` and `\` in it, and `/` stands between them.
    func key(of row: CSVRow) throws(RowProblem) -> String {
        if parts.count == 1 { return try KeyColumns.text(of: parts[0], row) }
        var key = ""
        for (index, part) in parts.enumerated() {
            if index > 0 { key.append("/") }
            for character in try KeyColumns.text(of: part, row).unicodeScalars {
                if character == "/" || character == "\\" { key.append("\\") }
                key.unicodeScalars.append(character)
            }
        }
        return key
    }

    private static func text(of part: Part, _ row: CSVRow) throws(RowProblem) -> String {
        switch part {
        case .text(let column): try column.neededText(of: row)
        case .date(let column): try column.neededDate(of: row).description
        case .time(let column): try column.time(of: row)?.description ?? ""
        }
    }
}
