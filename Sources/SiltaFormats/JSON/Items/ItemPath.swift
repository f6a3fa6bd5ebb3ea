/// Where in a JSON document the list of its items stands: a JSON Pointer (RFC 6901), in which `*` goes over every element of a list.
///
/// `""` is the whole document, `/data/rows` a list two objects down, `/schools/*/pupils` the lists of all schools one after the other.
public struct ItemPath: Hashable, Sendable, LosslessStringConvertible {
    public enum Step: Hashable, Sendable {
        /// A member of an object, or the element of that number of a list.
        case name(String)
        case every
    }

    /// How many steps a path may have.
    public static let maximumLength = 16

    public let description: String
    public let steps: [Step]

    /// - Returns: nil where it is neither empty nor begins with `/`, has more than ``maximumLength`` steps, or a `~` in it is followed by
    ///   neither `0` nor `1`.
    public init?(_ description: String) {
        self.description = description
        guard !description.isEmpty else {
            steps = []
            return
        }
        let parts = description.split(separator: "/", omittingEmptySubsequences: false)
        guard parts[0].isEmpty, parts.count - 1 <= ItemPath.maximumLength else { return nil }
        var steps: [Step] = []
        for part in parts.dropFirst() {
            guard let name = ItemPath.unescaped(part) else { return nil }
            steps.append(part == "*" ? .every : .name(name))
        }
        self.steps = steps
    }

    private static func unescaped(_ part: Substring) -> String? {
        var name = ""
        var rest = part.unicodeScalars
        while let scalar = rest.popFirst() {
            guard scalar == "~" else {
                name.unicodeScalars.append(scalar)
                continue
            }
            switch rest.popFirst() {
            case "0": name.append("~")
            case "1": name.append("/")
            default: return nil
            }
        }
        return name
    }
}
