internal import SiltaFormats

/// What a document of XML holds: elements of one name that stand side by side.
enum XMLSample {
    private struct Found {
        var items: [JSON] = []
        /// How many stand side by side, at most.
        var most = 0

        mutating func add(_ elements: [JSON]) {
            items += elements
            most = max(most, elements.count)
        }
    }

    /// Every list of elements that hold something, the longest first; at least one.
    static func all(name: String, bytes: [UInt8]) throws(SampleProblem) -> [ListSample] {
        guard let document = bytes.withUnsafeBytes({ XMLTree.read($0) }) else {
            throw SampleProblem(
                "\(name): this begins like XML and cannot be read to its end; it must be well formed and without entities of its own")
        }
        var found: [String: Found] = [:]
        var paths: [String] = []
        find(in: document, at: "", &found, &paths)
        var lists = paths.filter { (found[$0]?.most ?? 0) > 1 }
        // Where nothing stands twice, a register has told of one pupil or mark: the innermost elements that hold anything.
        if lists.isEmpty { lists = paths.filter { path in !paths.contains { $0.hasPrefix("\(path)/") } } }
        let byLength = lists.enumerated().sorted {
            (found[$1.element]?.items.count ?? 0, $0.offset) < (found[$0.element]?.items.count ?? 0, $1.offset)
        }
        return byLength.prefix(50).flatMap { ListSample.all(of: found[$0.element]?.items ?? [], at: $0.element, .xml) }
    }

    /// The elements that hold attributes or elements, by their paths, in the order in which these come first.
    private static func find(in json: JSON, at path: String, _ found: inout [String: Found], _ paths: inout [String]) {
        for member in json.members where !member.name.hasPrefix("@") && member.name != "." {
            let inner = "\(path)/\(member.name)"
            let elements = (member.value.array ?? [member.value]).filter { !$0.members.isEmpty }
            guard !elements.isEmpty, inner.count(where: { $0 == "/" }) <= ElementPath.maximumLength else { continue }
            if found[inner] == nil { paths.append(inner) }
            found[inner, default: Found()].add(elements)
            for element in elements { find(in: element, at: inner, &found, &paths) }
        }
    }
}
