extension CSVRow {
    /// A row of fields that stand in no file.
    public static func withFields<Value>(_ fields: [String], line: Int, _ body: (CSVRow) throws -> Value) rethrows -> Value {
        var bytes: [UInt8] = []
        var ends: [Int] = []
        for field in fields {
            if !ends.isEmpty { bytes.append(0) }
            bytes.append(contentsOf: field.utf8)
            ends.append(bytes.count)
        }
        return try bytes.withUnsafeBufferPointer { bytes in
            try ends.withUnsafeBufferPointer { ends in
                try body(CSVRow(line: line, isMarked: false, raw: bytes, fields: bytes, ends: ends))
            }
        }
    }
}
