internal import SiltaFormats

/// What a file of JSON holds: lists of objects in it, or an object a line.
enum JSONSample {
    /// Every list of objects in the file, the longest first; at least one.
    static func all(name: String, bytes: [UInt8]) throws(SampleProblem) -> [ListSample] {
        var bytes = bytes[...]
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
        guard let whole = try? JSON.parse(bytes) else {
            let lines = bytes.split(separator: UInt8(ascii: "\n")).prefix(Sample.rowLimit)
            let items = lines.compactMap { try? JSON.parse($0) }
            guard items.count * 10 >= lines.count * 9 else {
                throw SampleProblem("\(name): this begins like JSON and cannot be read, neither as a whole nor line by line")
            }
            return ListSample.all(of: items, at: "", .jsonLines)
        }
        var lists: [(pointer: String, items: [JSON])] = []
        find(in: whole, at: "", &lists)
        if lists.isEmpty {
            if case .array(let items) = whole { return ListSample.all(of: items, at: "", .json) }
            return ListSample.all(of: [whole], at: "", .jsonLines)
        }
        // Of equally long ones the outer is found first.
        let byLength = lists.enumerated().sorted { ($1.element.items.count, $0.offset) < ($0.element.items.count, $1.offset) }
        return byLength.flatMap { ListSample.all(of: $0.element.items, at: $0.element.pointer, .json) }
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
}
