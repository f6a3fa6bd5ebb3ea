internal import SiltaFormats

/// What a file of JSON looks like: the longest list of objects in it, or an object a line.
struct JSONSample {
    let format: Sample.Format
    let columns: [String]
    let rows: [[String]]

    init(name: String, bytes: [UInt8]) throws(SampleProblem) {
        var bytes = bytes[...]
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
        let items: [JSON]
        if let whole = try? JSON.parse(bytes) {
            if case .object = whole, let list = JSONSample.longest(in: whole, at: "") {
                (items, format) = (list.items, .json(items: list.pointer))
            } else if case .array(let list) = whole {
                (items, format) = (list, .json(items: ""))
            } else {
                (items, format) = ([whole], .jsonLines)
            }
        } else {
            let lines = bytes.split(separator: UInt8(ascii: "\n")).prefix(Sample.rowLimit)
            items = lines.compactMap { try? JSON.parse($0) }
            guard items.count * 10 >= lines.count * 9 else {
                throw SampleProblem("\(name): this begins like JSON and cannot be read, neither as a whole nor line by line")
            }
            format = .jsonLines
        }
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

    /// The longest list of objects, at most four levels deep.
    private static func longest(in json: JSON, at pointer: String, depth: Int = 0) -> (pointer: String, items: [JSON])? {
        if case .array(let items) = json {
            if case .object? = items.first { return (pointer, items) }
            return nil
        }
        guard depth < 4 else { return nil }
        return json.members.compactMap { member in
            let name = member.name.replacing("~", with: "~0").replacing("/", with: "~1")
            return longest(in: member.value, at: "\(pointer)/\(name)", depth: depth + 1)
        }.max { $0.items.count < $1.items.count }
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
