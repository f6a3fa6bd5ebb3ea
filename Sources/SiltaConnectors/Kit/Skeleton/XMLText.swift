internal import SiltaFormats

/// XML of a value that is made as `XMLTree` would read it.
enum XMLText {
    /// - Parameter document: an object whose only member is the root element.
    static func bytes(of document: JSON) -> [UInt8] {
        let elements = document.members.map { element($0.name, $0.value, indent: "") }
        return Array(("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + elements.joined()).utf8)
    }

    private static func element(_ name: String, _ value: JSON, indent: String) -> String {
        guard case .object(let members) = value else {
            if case .array(let elements) = value { return elements.map { element(name, $0, indent: indent) }.joined() }
            return "\(indent)<\(name)>\(escaped(value.scalarText ?? ""))</\(name)>\n"
        }
        let attributes = members.filter { $0.name.hasPrefix("@") }.map { member in
            " \(member.name.dropFirst())=\"\(escaped(member.value.scalarText ?? ""))\""
        }
        let text = members.first { $0.name == "." }.map { escaped($0.value.scalarText ?? "") } ?? ""
        let inner = members.filter { !$0.name.hasPrefix("@") && $0.name != "." }.map { element($0.name, $0.value, indent: indent + "  ") }
        guard !inner.isEmpty else { return "\(indent)<\(name)\(attributes.joined())>\(text)</\(name)>\n" }
        return "\(indent)<\(name)\(attributes.joined())>\(text)\n\(inner.joined())\(indent)</\(name)>\n"
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
    }
}
