/// The header `Link` (RFC 8288): `<https://host/list?page=2>; rel="next", <…>; rel="last"`.
struct LinkHeader {
    private var links: [(target: String, relations: [String])] = []

    /// - Parameter text: what cannot be read is passed over.
    init(_ text: String) {
        var rest = text[...]
        while let open = rest.firstIndex(of: "<") {
            rest = rest[rest.index(after: open)...]
            guard let close = rest.firstIndex(of: ">") else { return }
            let target = String(rest[..<close])
            rest = rest[rest.index(after: close)...]
            links.append((target, LinkHeader.relations(&rest)))
        }
    }

    func target(of relation: String) -> String? {
        links.first { $0.relations.contains(relation.lowercased()) }?.target
    }

    /// Goes through the parameters of a link, to the comma behind it.
    private static func relations(_ rest: inout Substring) -> [String] {
        var relations: [String] = []
        while true {
            rest = rest.drop { $0 == " " || $0 == "\t" }
            guard rest.first == ";" else { break }
            rest = rest.dropFirst().drop { $0 == " " || $0 == "\t" }
            let name = rest.prefix { $0 != "=" && $0 != ";" && $0 != "," }
            rest = rest[name.endIndex...]
            guard rest.first == "=" else { continue }
            rest = rest.dropFirst()
            let value = LinkHeader.value(&rest)
            // The first counts.
            if name.lowercased().filter({ !$0.isWhitespace }) == "rel", relations.isEmpty {
                relations = value.lowercased().split(separator: " ").map(String.init)
            }
        }
        return relations
    }

    private static func value(_ rest: inout Substring) -> String {
        guard rest.first == "\"" else {
            let word = rest.prefix { $0 != ";" && $0 != "," && !$0.isWhitespace }
            rest = rest[word.endIndex...]
            return String(word)
        }
        var value = ""
        rest = rest.dropFirst()
        while let character = rest.popFirst(), character != "\"" {
            if character == "\\", let escaped = rest.popFirst() { value.append(escaped) } else { value.append(character) }
        }
        return value
    }
}
