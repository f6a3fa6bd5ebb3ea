internal import SiltaCore
internal import SiltaFormats

/// A stream's mapping, bound to the header of the file that is read.
struct BoundColumns {
    private let stream: StreamMapping
    private let header: Header
    /// Of the files of its kind, counted from 0.
    let file: UInt16
    private let encoding: TextEncoding
    private let dates: DateFormat
    private let settings: SourceSettings
    private let tables: [LookupTable]

    /// - Parameter tables: what is looked up in, read to the end.
    init(
        _ stream: StreamMapping, header: Header, file: UInt16, encoding: TextEncoding, dates: DateFormat, settings: SourceSettings,
        tables: [LookupTable] = []
    ) {
        self.stream = stream
        self.header = header
        self.file = file
        self.encoding = encoding
        self.dates = dates
        self.settings = settings
        self.tables = tables
    }

    /// - Parameter isMapped: Without it, the column yields the register's own words and not what they mean, and is empty where it is.
    func column(_ field: String, isMapped: Bool = true) throws(ReadFailure) -> Column {
        guard let mapping = stream.fields[field] else { return Column(place: .nowhere, title: field, encoding: encoding) }
        let names = mapping.origin.columns
        return Column(
            place: try place(of: field, mapping), title: names.isEmpty ? field : names.joined(separator: ", "), encoding: encoding,
            dates: mapping.dates ?? dates, times: mapping.times ?? .colon, numbers: mapping.numbers, clock: settings.clock,
            values: isMapped && mapping.values != nil ? values(of: field) : nil, others: isMapped ? mapping.others : nil,
            otherwise: isMapped ? mapping.otherwise : nil,
            isRequired: mapping.isRequired && mapping.otherwise == nil)
    }

    private func place(of field: String, _ mapping: FieldMapping) throws(ReadFailure) -> Column.Place {
        switch mapping.origin {
        case .constant(let text): return .constant(text)
        case .setting: preconditionFailure("What the configuration says has become a constant.")
        case .fields: return .nowhere
        case .column(let name) where name.isEmpty: return .nowhere
        case .column(let name) where mapping.lookups.isEmpty && mapping.suffix.isEmpty && mapping.part == nil:
            return .field(try index(of: name, field))
        case .column(let name): return try text([name], .first, field, mapping)
        case .first(let names): return try text(names, .first, field, mapping)
        case .joined(let names, let separator): return try text(names, .joined(separator: separator), field, mapping)
        case .span(let from, let through):
            return .span(TimeSpan(from: try time(from, field, mapping), through: try time(through, field, mapping)))
        }
    }

    private func text(
        _ names: [String], _ choice: SourceText.Choice, _ field: String, _ mapping: FieldMapping
    ) throws(ReadFailure) -> Column.Place {
        var fields: [Int] = []
        for name in names { fields.append(try index(of: name, field)) }
        let lookups = mapping.lookups.map { step in
            guard let table = tables.first(where: { $0.name == step.table }), let column = table.columns.firstIndex(of: step.column) else {
                preconditionFailure("A manifest looks up in tables that it has.")
            }
            return SourceText.Lookup(table: table, column: column)
        }
        return .text(SourceText(fields: fields, choice: choice, lookups: lookups, mapping))
    }

    private func time(_ name: String, _ field: String, _ mapping: FieldMapping) throws(ReadFailure) -> Column {
        Column(
            place: .field(try index(of: name, field)), title: name, encoding: encoding, times: mapping.times ?? .colon,
            clock: settings.clock)
    }

    private func index(of name: String, _ field: String) throws(ReadFailure) -> Int {
        try header.index(of: name, expected: stream.columnNames, setting: "columns.\(stream.name).\(field)")
    }

    func key() throws(ReadFailure) -> KeyColumns? {
        guard case .fields(let names)? = stream.fields["key"]?.origin else { return KeyColumns(parts: [.text(try column("key"))]) }
        var parts: [KeyColumns.Part] = []
        for name in names {
            let column = try column(name)
            switch stream.kind.fields.first(where: { $0.name == name })?.content {
            case .date?: parts.append(.date(column))
            case .time?: parts.append(.time(column))
            default: parts.append(.text(column))
            }
        }
        return KeyColumns(parts: parts)
    }

    func skips() throws(ReadFailure) -> SkipColumns {
        try SkipColumns(
            stream.skips, header: header, expected: stream.columnNames, encoding: encoding, dates: dates, clock: settings.clock,
            tables: tables)
    }

    /// What the register's words in a field mean; without a map, words of the canonical record mean themselves.
    func values(of field: String) -> [String: String] {
        switch stream.fields[field]?.values {
        case .listed(let values): return values
        case .setting(let property): return settings.values[property] ?? [:]
        case nil:
            guard case .word(let words)? = stream.kind.fields.first(where: { $0.name == field })?.content else { return [:] }
            return Dictionary(words.map { ($0, $0) }) { first, _ in first }
        }
    }

    /// Whether the manifest says what the register's words in a field mean.
    func hasValues(_ field: String) -> Bool { stream.isCanonical || stream.fields[field]?.values != nil }

    /// What a field is where it is empty, as the canonical record has it.
    func otherwise(_ field: String) -> String? { stream.fields[field]?.otherwise }

    /// The columns that are read, as positions in a row, in the header's order.
    func readColumns() -> [(index: Int, title: String)] {
        let names = Set(stream.columnNames)
        return header.names.indices.filter { names.contains(header.names[$0]) }.map { ($0, header.names[$0]) }
    }
}
