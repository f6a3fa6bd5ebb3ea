/// Lays the members of a record out as the fields of a row, so that whoever reads rows reads records.
///
/// A member that is missing or null is an empty field; a number, `true` and `false` are as they are written. A column named `a.b` is
/// the member `b` of the object `a`, and one named `a.0` the first element of the list `a`.
public struct RecordColumns: ~Copyable {
    public struct Row {
        /// Its fields in the order of the columns; valid only until the next record is laid out.
        public let row: CSVRow
        /// What is wrong with the record as a whole, and what would be right; the fields that it concerns are empty.
        public let problem: String?

        public var line: CSVLine { problem.map { .flawed(row, problem: $0) } ?? .row(row) }
    }

    /// Elements of a list behind so many are no columns.
    private static let indexLimit = 100

    private struct Column {
        let name: [UInt8]
        /// As it stands in JSON that is all ASCII.
        let escaped: [UInt8]
    }

    private struct Place {
        /// Empty where the member is missing or null.
        var text = MessageScanner.Text(range: 0..<0, isEscaped: false)
        var isSeen = false
    }

    private let columns: [Column]
    /// Whether a member that is no column is an error.
    private let isClosed: Bool
    private let hasPaths: Bool
    private var places: [Place]
    /// What the members of earlier records were called, and which column they are, by their position: records of one stream mostly
    /// look alike.
    private var usual: [(name: [UInt8], column: Int?)] = []
    private var fields = CSVBuffer(capacity: 1024)
    private let ends: UnsafeMutablePointer<Int>
    private var problem: String?
    private var everSeen: [Bool]

    /// The columns that no record has had so far, not even as null.
    public var unseen: [String] { columns.indices.filter { !everSeen[$0] }.map { name(of: $0) } }

    public init(_ names: [String], isClosed: Bool) {
        columns = names.map { Column(name: Array($0.utf8), escaped: RecordColumns.escaped($0)) }
        self.isClosed = isClosed
        hasPaths = names.contains { $0.contains(".") }
        places = Array(repeating: Place(), count: names.count)
        everSeen = Array(repeating: false, count: names.count)
        ends = .allocate(capacity: max(1, names.count))
    }

    deinit {
        ends.deallocate()
    }

    /// - Parameters:
    ///   - record: the JSON of the record.
    ///   - line: the number of its message.
    /// - Returns: nil where it is no JSON object.
    public mutating func row(of record: UnsafeBufferPointer<UInt8>, line: Int) -> Row? {
        for index in places.indices { places[index] = Place() }
        problem = nil
        var scanner = MessageScanner(record)
        var position = 0
        guard members(&scanner, below: [], &position, depth: 0), scanner.next == nil else { return nil }
        fields.removeAll()
        for index in places.indices {
            if index > 0 { fields.append(0) }
            if places[index].isSeen { everSeen[index] = true }
            guard layOut(places[index].text, scanner) else { return nil }
            ends[index] = fields.count
        }
        let row = CSVRow(
            line: line, isMarked: false, raw: record, fields: fields.bytes(0..<fields.count),
            ends: UnsafeBufferPointer(start: ends, count: columns.count))
        return Row(row: row, problem: problem)
    }

    /// An item of a document as a line of a file; nil where the document is broken.
    public mutating func line(of item: JSONItem) -> CSVLine? {
        switch item {
        case .item(let number, let bytes):
            if let laid = row(of: bytes, line: number) { return laid.line }
            var hash = RowHash()
            hash.absorb(bytes)
            return .unreadable(line: number, fault: .item(.malformed), digest: hash.finish())
        case .unreadable(let number, let fault, let digest):
            return .unreadable(line: number, fault: .item(fault), digest: digest)
        case .broken: return nil
        }
    }

    private mutating func layOut(_ text: MessageScanner.Text, _ scanner: MessageScanner) -> Bool {
        guard text.isEscaped else {
            fields.append(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: scanner.bytes[text.range])))
            return true
        }
        guard let bytes = scanner.decoded(text) else { return false }
        if bytes.contains(where: { $0 < 0x20 }) {
            problem = problem ?? "a text of it holds a control character, such as a line end; it must be one line"
        } else {
            bytes.withUnsafeBytes { fields.append($0) }
        }
        return true
    }

    // MARK: - Members

    private mutating func members(
        _ scanner: inout MessageScanner, below path: [UInt8], _ position: inout Int, depth: Int
    ) -> Bool {
        guard depth < MessageScanner.maximumDepth, scanner.take(UInt8(ascii: "{")) else { return false }
        if scanner.take(UInt8(ascii: "}")) { return true }
        repeat {
            guard let name = scanner.text(), scanner.take(UInt8(ascii: ":")) else { return false }
            let column = column(scanner, name, below: path, position)
            position += 1
            if let column {
                guard read(column, &scanner) else { return false }
            } else if hasPaths, let inner = inside(&scanner, path, name) {
                guard container(&scanner, below: inner, &position, depth: depth + 1) else { return false }
            } else {
                guard scanner.value() != nil else { return false }
                if isClosed { refuse(scanner.decoded(name) ?? []) }
            }
        } while scanner.take(UInt8(ascii: ","))
        return scanner.take(UInt8(ascii: "}"))
    }

    /// The path of what a member holds, where it holds more members or elements and a column lies in it.
    private func inside(_ scanner: inout MessageScanner, _ path: [UInt8], _ name: MessageScanner.Text) -> [UInt8]? {
        guard scanner.next == UInt8(ascii: "{") || scanner.next == UInt8(ascii: "["), let name = scanner.decoded(name) else { return nil }
        let inner = path + name + [UInt8(ascii: ".")]
        return columns.contains { $0.name.starts(with: inner) } ? inner : nil
    }

    private mutating func container(
        _ scanner: inout MessageScanner, below path: [UInt8], _ position: inout Int, depth: Int
    ) -> Bool {
        if scanner.next == UInt8(ascii: "{") { return members(&scanner, below: path, &position, depth: depth) }
        guard depth < MessageScanner.maximumDepth, scanner.take(UInt8(ascii: "[")) else { return false }
        if scanner.take(UInt8(ascii: "]")) { return true }
        var index = 0
        repeat {
            // Lists are long, and columns name their first elements.
            let name = index < RecordColumns.indexLimit ? path + Array(String(index).utf8) : []
            let inner = name + [UInt8(ascii: ".")]
            if !name.isEmpty, let column = columns.firstIndex(where: { $0.name == name }) {
                guard read(column, &scanner) else { return false }
            } else if !name.isEmpty, scanner.next == UInt8(ascii: "{") || scanner.next == UInt8(ascii: "["),
                columns.contains(where: { $0.name.starts(with: inner) })
            {
                guard container(&scanner, below: inner, &position, depth: depth + 1) else { return false }
            } else if scanner.value() == nil {
                return false
            }
            index += 1
        } while scanner.take(UInt8(ascii: ","))
        return scanner.take(UInt8(ascii: "]"))
    }

    private mutating func read(_ column: Int, _ scanner: inout MessageScanner) -> Bool {
        var place = Place(isSeen: true)
        switch scanner.next {
        case UInt8(ascii: "\""):
            guard let text = scanner.text() else { return false }
            place.text = text
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            guard scanner.value() != nil else { return false }
            problem = problem ?? "column \"\(name(of: column))\" holds a list or an object; it must be text, a number, or null"
        default:
            guard let word = scanner.word() else { return false }
            if scanner.bytes[word.lowerBound] != UInt8(ascii: "n") { place.text.range = word }
        }
        if places[column].isSeen { problem = problem ?? "column \"\(name(of: column))\" stands twice; it must stand once" }
        places[column] = place
        return true
    }

    private func name(of column: Int) -> String { String(decoding: columns[column].name, as: UTF8.self) }

    /// A name is shown only where it looks like one: it may be anything.
    private mutating func refuse(_ name: [UInt8]) {
        let isPlain = name.count <= 40 && name.allSatisfy { (97...122).contains($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
        let shown = isPlain ? " \"\(String(decoding: name, as: UTF8.self))\"" : ""
        let names = columns.indices.map { self.name(of: $0) }.joined(separator: ", ")
        problem = problem ?? "there is no field\(shown); there are \(names)"
    }

    // MARK: - Names

    private mutating func column(
        _ scanner: MessageScanner, _ name: MessageScanner.Text, below path: [UInt8], _ position: Int
    ) -> Int? {
        let written = UnsafeBufferPointer(rebasing: scanner.bytes[name.range])
        let isUsual = path.isEmpty && position < usual.count
        if isUsual, written.hasBytes(of: usual[position].name) { return usual[position].column }
        var found = path.isEmpty ? columns.firstIndex { matches($0, written) } : nil
        if found == nil, name.isEscaped || !path.isEmpty, let meant = scanner.decoded(name) {
            let whole = path + meant
            found = columns.firstIndex { $0.name == whole }
        }
        if isUsual {
            usual[position] = (Array(written), found)
        } else if path.isEmpty, position == usual.count, position < 256 {
            usual.append((Array(written), found))
        }
        return found
    }

    private func matches(_ column: Column, _ written: UnsafeBufferPointer<UInt8>) -> Bool {
        written.hasBytes(of: column.name) || written.hasBytes(of: column.escaped)
    }

    private static func escaped(_ name: String) -> [UInt8] {
        name.utf16.flatMap { unit -> [UInt8] in
            guard unit >= 0x80 else { return [UInt8(unit)] }
            let digits = String(unit, radix: 16)
            return Array(("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).utf8)
        }
    }
}
