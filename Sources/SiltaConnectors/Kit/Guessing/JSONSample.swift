internal import SiltaFormats

/// What a file of JSON looks like: a list of objects in it, or an object a line.
struct JSONSample {
    let format: Sample.Format
    let columns: [String]
    let rows: [[String]]

    /// Every list of objects in the file, the longest first; at least one.
    static func all(name: String, bytes: [UInt8]) throws(SampleProblem) -> [JSONSample] {
        var bytes = bytes[...]
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
        guard let whole = try? JSON.parse(bytes) else {
            let lines = bytes.split(separator: UInt8(ascii: "\n")).prefix(Sample.rowLimit)
            let items = lines.compactMap { try? JSON.parse($0) }
            guard items.count * 10 >= lines.count * 9 else {
                throw SampleProblem("\(name): this begins like JSON and cannot be read, neither as a whole nor line by line")
            }
            return [JSONSample(items, .jsonLines)]
        }
        var lists: [(pointer: String, items: [JSON])] = []
        find(in: whole, at: "", &lists)
        if lists.isEmpty {
            if case .array(let items) = whole { return [JSONSample(items, .json(items: ""))] }
            return [JSONSample([whole], .jsonLines)]
        }
        // Of equally long ones the outer is found first.
        let byLength = lists.enumerated().sorted { ($1.element.items.count, $0.offset) < ($0.element.items.count, $1.offset) }
        return byLength.map { JSONSample($0.element.items, .json(items: $0.element.pointer)) }
    }

    private init(_ items: [JSON], _ format: Sample.Format) {
        self.format = format
        var names: [String] = []
        var known: [String: Int] = [:]
        var rows: [[(Int, String)]] = []
        for item in items.prefix(Sample.rowLimit) {
            guard case .object = item else { continue }
            var row: [(Int, String)] = []
            JSONSample.flatten(item, "") { path, value in
                if known[path] == nil {
                    known[path] = names.count
                    names.append(path)
                }
                row.append((known[path] ?? 0, value))
            }
            rows.append(row)
        }
        columns = names
        self.rows = rows.map { cells in
            var row = [String](repeating: "", count: names.count)
            for (column, value) in cells { row[column] = value }
            return row
        }
    }

    /// The lists of objects, at most six levels deep; those within the items of another are one list, over all its items.
    private static func find(in json: JSON, at pointer: String, depth: Int = 0, _ lists: inout [(pointer: String, items: [JSON])]) {
        guard depth <= 6, lists.count < 50 else { return }
        guard case .array(let items) = json else {
            for member in json.members {
                let name = member.name.replacing("~", with: "~0").replacing("/", with: "~1")
                find(in: member.value, at: "\(pointer)/\(name)", depth: depth + 1, &lists)
            }
            return
        }
        guard case .object? = items.first else { return }
        if let index = lists.firstIndex(where: { $0.pointer == pointer }) {
            lists[index].items += items
        } else {
            lists.append((pointer, items))
        }
        for item in items.prefix(Sample.rowLimit) { find(in: item, at: "\(pointer)/*", depth: depth + 1, &lists) }
    }

    /// Scalars by their dotted paths; lists within an item are left out, but for the first of their elements.
    private static func flatten(_ json: JSON, _ path: String, _ take: (String, String) -> Void) {
        for member in json.members where !member.name.contains(".") {
            let path = path.isEmpty ? member.name : "\(path).\(member.name)"
            switch member.value {
            case .object: flatten(member.value, path, take)
            case .array(let items):
                if case .object? = items.first, items.count == 1 { flatten(items[0], "\(path).0", take) }
            case .null: take(path, "")
            case .string(let text): take(path, text)
            default: take(path, member.value.text)
            }
        }
    }
}
