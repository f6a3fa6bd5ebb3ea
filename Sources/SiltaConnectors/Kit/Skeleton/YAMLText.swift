/// Words as YAML has them.
enum YAMLText {
    private static let reserved: Set<String> = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"]

    /// Plain where that can mean nothing else, else between quotation marks.
    static func word(_ text: String) -> String {
        let scalars = text.unicodeScalars
        let isPlain =
            scalars.first.map { $0.properties.isAlphabetic } == true && !reserved.contains(text.lowercased()) && scalars.last != " "
            && scalars.allSatisfy { $0.properties.isAlphabetic || "0123456789 -_.()".unicodeScalars.contains($0) }
        guard !isPlain else { return text }
        var quoted = "\""
        for scalar in scalars {
            switch scalar {
            case "\"", "\\":
                quoted += "\\"
                quoted.unicodeScalars.append(scalar)
            case "\t": quoted += "\\t"
            case "\u{0}"..."\u{1F}", "\u{7F}": quoted += " "
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    /// A value with what is unsure of it as a comment behind it, which stays on its line whatever a sample's columns are called.
    static func line(_ indent: Int, _ key: String, _ value: String, unsure: String?) -> String {
        String(repeating: " ", count: indent) + "\(key): \(value)"
            + (unsure.map { "  # unsure: \(ErrorLines.shown(Array($0.utf8)))" } ?? "")
    }
}
