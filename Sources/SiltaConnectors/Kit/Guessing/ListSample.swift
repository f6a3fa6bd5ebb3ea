internal import SiltaFormats

/// A list of records in a document of JSON or XML, laid out as rows: one for each item, or for each element of a list within the items.
struct ListSample {
    enum Style {
        case json, jsonLines, xml
    }

    let format: Sample.Format
    let columns: [String]
    /// Which of them are of the list within the items.
    let inner: Range<Int>
    let rows: [[String]]

    /// So many lists within the items are looked at.
    private static let innerLimit = 4

    /// A list and, behind it, what its items become where each is several rows.
    static func all(of items: [JSON], at place: String, _ style: Style) -> [ListSample] {
        let items = items.prefix(Sample.rowLimit).filter { if case .object = $0 { true } else { false } }
        var paths: [String] = []
        var several: Set<String> = []
        for item in items { note(item, "", &paths, &several) }
        let plain = ListSample(items, place, each: nil, style, without: several)
        return [plain] + paths.prefix(innerLimit).map { ListSample(items, place, each: $0, style, without: several.union([$0])) }
    }

    /// The paths to lists of objects within an item, and which of them have more than one anywhere.
    private static func note(_ json: JSON, _ path: String, _ paths: inout [String], _ several: inout Set<String>) {
        for member in json.members where !member.name.contains(".") {
            let path = path.isEmpty ? member.name : "\(path).\(member.name)"
            switch member.value {
            case .object: note(member.value, path, &paths, &several)
            case .array(let elements):
                guard case .object? = elements.first else { break }
                if !paths.contains(path) { paths.append(path) }
                if elements.count > 1 { several.insert(path) }
            default: break
            }
        }
    }

    /// - Parameter lists: the paths that are no columns of an item.
    private init(_ items: [JSON], _ place: String, each: String?, _ style: Style, without lists: Set<String>) {
        format =
            switch style {
            case .json: .json(items: place, each: each)
            case .jsonLines: .jsonLines(each: each)
            case .xml: .xml(items: place, each: each)
            }
        var table = Table()
        if let each {
            // The columns of the inner list come first: a name that both have is sooner the record's own.
            let elements = items.map { ListSample.elements($0, each.split(separator: ".")) }
            for element in elements.joined() { ListSample.flatten(element, each, style) { path, _ in _ = table.column(path) } }
            inner = 0..<table.names.count
            for (item, elements) in zip(items, elements) {
                for element in elements where table.rows.count < Sample.rowLimit {
                    table.begin()
                    ListSample.flatten(element, each, style) { table.put($1, in: $0) }
                    ListSample.flatten(item, "", style, without: lists) { table.put($1, in: $0) }
                }
            }
        } else {
            inner = 0..<0
            for item in items {
                table.begin()
                ListSample.flatten(item, "", style, without: lists) { table.put($1, in: $0) }
            }
        }
        columns = table.names
        rows = table.rows.map { $0 + [String](repeating: "", count: table.names.count - $0.count) }
    }

    /// The elements of the list within an item; of XML, one that stands alone is a list of one.
    private static func elements(_ item: JSON, _ path: [Substring]) -> [JSON] {
        var json = item
        for name in path {
            guard let value = json[String(name)] else { return [] }
            json = value
        }
        switch json {
        case .array(let elements): return elements
        case .object: return [json]
        default: return []
        }
    }

    /// Scalars by their dotted paths. Lists are left out, but of JSON for the only element of one.
    private static func flatten(
        _ json: JSON, _ path: String, _ style: Style, without lists: Set<String> = [], _ take: (_ path: String, _ value: String) -> Void
    ) {
        for member in json.members {
            let isOwnText = style == .xml && member.name == "."
            guard isOwnText || !member.name.contains(".") else { continue }
            let inner = path.isEmpty ? member.name : isOwnText ? path : "\(path).\(member.name)"
            guard !lists.contains(inner) else { continue }
            switch member.value {
            case .object: flatten(member.value, inner, style, without: lists, take)
            case .array(let items):
                if style != .xml, items.count == 1, case .object? = items.first {
                    flatten(items[0], "\(inner).0", style, without: lists, take)
                }
            case .null: take(inner, "")
            case .string(let text): take(inner, text)
            default: take(inner, member.value.text)
            }
        }
    }

    /// Rows whose columns are found as they come.
    private struct Table {
        private(set) var names: [String] = []
        private(set) var rows: [[String]] = []
        private var known: [String: Int] = [:]

        mutating func column(_ name: String) -> Int {
            if let column = known[name] { return column }
            known[name] = names.count
            names.append(name)
            return names.count - 1
        }

        mutating func begin() { rows.append([]) }

        mutating func put(_ value: String, in name: String) {
            let column = column(name)
            let row = rows.count - 1
            if rows[row].count <= column { rows[row] += [String](repeating: "", count: column + 1 - rows[row].count) }
            rows[row][column] = value
        }
    }
}
