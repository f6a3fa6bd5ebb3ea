internal import SiltaConfiguration

/// A file's name, or a pattern of names, below the folder that is read: `marks.csv`, `marks-*.csv`, `archive/2026-??.csv`.
///
/// `*` stands for any characters, `?` for one, `[a-z]` for one of these and `[!a-z]` for one of all others, each within the last part of
/// the path: folders have no patterns. A name that begins with a dot is met only by a pattern that does.
public struct FilePattern: Hashable, Sendable, CustomStringConvertible {
    private static let signs = "*?["

    public let description: String
    /// Empty where it is the folder itself.
    let folder: String
    private let scalars: [Unicode.Scalar]

    /// Whether it may mean several files.
    public var isOpen: Bool { scalars.contains { FilePattern.signs.unicodeScalars.contains($0) } }

    /// - Parameter isMember: Whether it is of files within a zip, in folders as deep as they like.
    init(_ setting: Setting, isMember: Bool = false) throws(ConfigurationError) {
        let text = try setting.string()
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let name = parts.last.map(String.init) ?? ""
        guard !text.utf8.contains(0), !parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }), isMember || parts.count <= 2 else {
            throw setting.error(
                "this must be the name of a file in the folder, or of one in a folder of it, such as marks.csv or old/marks.csv")
        }
        guard isMember || !parts.dropLast().joined().contains(where: FilePattern.signs.contains) else {
            throw setting.error("a pattern may stand in the last part only: a folder must be named")
        }
        guard name.filter({ $0 == "[" }).count <= name.filter({ $0 == "]" }).count else {
            throw setting.error("a [ in a pattern must have its ]")
        }
        description = text
        folder = parts.dropLast().joined(separator: "/")
        scalars = Array(name.unicodeScalars)
    }

    /// One or a list of several.
    static func all(_ setting: Setting) throws(ConfigurationError) -> [FilePattern] {
        guard case .list = setting.content else { return [try FilePattern(setting)] }
        return try setting.list(atLeast: 1) { (element) throws(ConfigurationError) in try FilePattern(element) }
    }

    /// Whether it means the file of this name in its folder.
    func matches(_ name: String) -> Bool {
        let name = Array(name.unicodeScalars)
        if name.first == ".", scalars.first != "." { return false }
        var (at, place) = (0, 0)
        // Where the last `*` stands, and what it had taken: one step back to it is enough.
        var star: (at: Int, place: Int)?
        while place < name.count {
            if at < scalars.count, scalars[at] == "*" {
                star = (at, place)
                at += 1
            } else if let next = step(at, name[place]) {
                (at, place) = (next, place + 1)
            } else if let last = star {
                star = (last.at, last.place + 1)
                (at, place) = (last.at + 1, last.place + 1)
            } else {
                return false
            }
        }
        return scalars[at...].allSatisfy { $0 == "*" }
    }

    /// Whether it means this member of a zip: without a folder, in whatever folder it lies.
    func matches(member: String) -> Bool {
        let slash = member.lastIndex(of: "/")
        let (place, name) = (slash.map { member[..<$0] } ?? "", slash.map { member[member.index(after: $0)...] } ?? member[...])
        return (folder.isEmpty || folder == place) && matches(String(name))
    }

    /// - Returns: what follows in the pattern where it takes this character; nil where it does not.
    private func step(_ at: Int, _ scalar: Unicode.Scalar) -> Int? {
        guard at < scalars.count else { return nil }
        switch scalars[at] {
        case "?": return at + 1
        case "[":
            guard at + 2 < scalars.count, let end = scalars[(at + 2)...].firstIndex(of: "]") else { return scalar == "[" ? at + 1 : nil }
            var members = scalars[(at + 1)..<end]
            let isNegated = members.first == "!"
            if isNegated { members.removeFirst() }
            return FilePattern.holds(members, scalar) != isNegated ? end + 1 : nil
        default: return scalars[at] == scalar ? at + 1 : nil
        }
    }

    private static func holds(_ members: ArraySlice<Unicode.Scalar>, _ scalar: Unicode.Scalar) -> Bool {
        var rest = members
        while let first = rest.popFirst() {
            guard rest.count >= 2, rest.first == "-" else {
                if first == scalar { return true }
                continue
            }
            rest.removeFirst()
            if let last = rest.popFirst(), first <= last, (first...last).contains(scalar) { return true }
        }
        return false
    }
}
