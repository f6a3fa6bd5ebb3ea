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
    private let valueMaps: [String: [String: String]]

    init(
        _ stream: StreamMapping, header: Header, file: UInt16, encoding: TextEncoding, dates: DateFormat,
        valueMaps: [String: [String: String]]
    ) {
        self.stream = stream
        self.header = header
        self.file = file
        self.encoding = encoding
        self.dates = dates
        self.valueMaps = valueMaps
    }

    /// - Parameter isMapped: Without it, the column yields the register's own words and not what they mean.
    func column(_ field: String, isMapped: Bool = true) throws(ReadFailure) -> Column {
        let mapping = stream.fields[field]
        var place = Column.Place.nowhere
        var title = field
        switch mapping?.origin {
        case .constant(let text): place = .constant(text)
        case .column(let name) where !name.isEmpty:
            place = .field(try header.index(of: name, expected: expected, setting: "columns.\(stream.name).\(field)"))
            title = name
        default: break
        }
        return Column(
            place: place, title: title, encoding: encoding, dates: mapping?.dates ?? dates,
            values: isMapped && mapping?.values != nil ? values(of: field) : nil, isRequired: mapping?.isRequired ?? false)
    }

    func key() throws(ReadFailure) -> KeyColumns? {
        guard case .fields(let names)? = stream.fields["key"]?.origin else { return KeyColumns(parts: [.text(try column("key"))]) }
        var parts: [KeyColumns.Part] = []
        for name in names {
            let isDate = stream.kind.fields.contains { $0.name == name && $0.content == .date }
            parts.append(isDate ? .date(try column(name)) : .text(try column(name)))
        }
        return KeyColumns(parts: parts)
    }

    /// What the register's words in a field mean; without a map, words of the canonical record mean themselves.
    func values(of field: String) -> [String: String] {
        switch stream.fields[field]?.values {
        case .listed(let values): return values
        case .setting(let property): return valueMaps[property] ?? [:]
        case nil:
            guard case .word(let words)? = stream.kind.fields.first(where: { $0.name == field })?.content else { return [:] }
            return Dictionary(words.map { ($0, $0) }) { first, _ in first }
        }
    }

    /// The columns that are read, as positions in a row, in the header's order.
    func readColumns() -> [(index: Int, title: String)] {
        let names = Set(expected)
        return header.names.indices.filter { names.contains(header.names[$0]) }.map { ($0, header.names[$0]) }
    }

    private var expected: [String] {
        stream.kind.fields.compactMap { field in
            guard case .column(let name)? = stream.fields[field.name]?.origin, !name.isEmpty else { return nil }
            return name
        }
    }
}
